"""A public body's warning reaches the very persons whom the platform names for it, friends or not; nothing else does."""

from typing import Any

import pytest

from dure.base.actors import PersonId
from dure.foundations.channels import actions, models
from dure.foundations.channels.types import (
    AdLooksLikeInfo,
    Content,
    DispatchState,
    Lane,
    NewSending,
    Purpose,
    SendingId,
    Text,
    Why,
)
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Decision, OrgKind
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db


def stranger() -> PersonId:
    """Somebody who never was a friend of the channel."""
    found = folk.person().person
    assert found
    return found


def became(sending: SendingId, person: PersonId) -> tuple[str, str, int]:
    """Its state, why, and how many messages lie in the person's inbox for it."""
    row = worlds.row_of(sending, person)
    return row.state, row.why, models.Message.objects.filter(dispatch=row.id).count()


def test_a_stranger_whom_the_platform_names_reads_a_public_bodys_warning() -> None:
    with worlds.at():
        centre = worlds.world(OrgKind.AGENCY, verified=True)
        named, left = stranger(), worlds.friend(centre)
        models.Friend.objects.filter(person=left).update(left_at=worlds.NOON, ads_since=None)
        sending = worlds.queue(centre, named, left, purpose=Purpose.SAFETY, lane=Lane.URGENT)
        worlds.send(Pocket(answer=worlds.delivers))
        for person in (named, left):
            assert became(sending, person)[2] == 1
            assert became(sending, person)[0] not in (DispatchState.BARRED, DispatchState.FAILED)


def test_the_name_of_a_place_in_a_warning_of_the_platforms_own_is_no_offer() -> None:
    with worlds.at():
        centre = worlds.world(OrgKind.AGENCY, verified=True)
        named = stranger()
        said = Content((Text("11월 19일에 왕할인마트 쿠폰 1+1점에 계셨습니다."),))
        asked: dict[str, Any] = {"purpose": Purpose.SAFETY, "lane": Lane.URGENT, "content": said}
        sending = worlds.queue(centre, named, **asked)
        worlds.send(Pocket(answer=worlds.delivers))
        assert became(sending, named)[2] == 1
        new = NewSending(centre.channel, key="test-by-a-person", persons=(named,), **asked)
        with pytest.raises(AdLooksLikeInfo), tx.durable():
            actions.queue_sending(centre.owner, new)
        with pytest.raises(AdLooksLikeInfo):
            worlds.queue(centre, named, **(asked | {"purpose": Purpose.CARE}))


@pytest.mark.parametrize("but", ["another lane", "a notice", "somebody's care", "by a person", "no public body"])
def test_a_stranger_reads_nothing_else(but: str) -> None:
    with worlds.at():
        centre = worlds.world(OrgKind.AGENCY, verified=True)
        sending = _queued(centre, stranger_ := stranger(), but)
        worlds.send(Pocket(answer=worlds.delivers))
        assert became(sending, stranger_) == (DispatchState.BARRED, Why.LEFT, 0)


def _queued(centre: World, person: PersonId, but: str) -> SendingId:
    lane = Lane.NORMAL if but == "another lane" else Lane.URGENT
    purpose = {"a notice": Purpose.INFO, "somebody's care": Purpose.CARE}.get(but, Purpose.SAFETY)
    sending = worlds.queue(centre, person, purpose=purpose, lane=lane)
    if but == "by a person":
        models.Sending.objects.filter(id=sending).update(asked_by=centre.owner.person)
    if but == "no public body":  # its verification was taken back meanwhile
        with tx.durable():
            people.decide_verification(folk.steward(), centre.organisation, Decision.REVOKE, "the sample ends")
    return sending
