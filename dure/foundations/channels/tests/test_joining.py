"""A list of friends: what becomes of it is what `join` makes of each of them, in a few statements; all of it or nothing."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.channels import actions, commands, models
from dure.foundations.channels.types import (
    JOINING_MAX,
    ChannelClosed,
    ChannelId,
    ChannelPaused,
    ConsentKind,
    JoinedBy,
    Joining,
)
from dure.foundations.people import actions as people_actions
from dure.foundations.people.types import NOBODY, Origin
from dure.kit import tx
from dure.kit.models import News
from dure.kit.testing import Meet, Outcomes, race
from dure.kit.verify import silent

from . import making

BY = system("test")
type Before = Callable[[Actor, ChannelId], object]


def _join(*, ads: bool = False, night_ads: bool = False) -> Before:
    return lambda friend, channel: actions.join(friend, channel, JoinedBy.LINK, ads=ads, night_ads=night_ads)


def _left(friend: Actor, channel: ChannelId) -> None:
    actions.join(friend, channel, JoinedBy.LINK, ads=True, night_ads=True)
    actions.leave(friend, channel)


def _took_ads_back(friend: Actor, channel: ChannelId) -> None:
    actions.join(friend, channel, JoinedBy.LINK, ads=True)
    actions.set_ad_consent(friend, channel, ConsentKind.ADS, False)


def _reminded(friend: Actor, channel: ChannelId) -> None:
    """As the notice of every two years leaves a friend, then gone."""
    actions.join(friend, channel, JoinedBy.LINK, ads=True)
    models.Friend.objects.filter(channel_id=channel, person_id=making.id_of(friend)).update(reminded_at=clock.now())
    actions.leave(friend, channel)


BEFORE: tuple[Before, ...] = (
    lambda friend, channel: None,
    _join(),
    _join(ads=True),
    _join(ads=True, night_ads=True),
    _left,
    _took_ads_back,
    _reminded,
)
SAID: tuple[dict[str, bool], ...] = ({}, {"ads": True}, {"ads": True, "night_ads": True})


def _rows(channel: ChannelId) -> list[tuple[Any, ...]]:
    columns = ("person_id", "joined_at", "joined_by", "left_at", "ads_since", "night_ads_since", "reminded_at")
    return list(models.Friend.objects.filter(channel_id=channel).order_by("person_id").values_list(*columns))


def _lines(channel: ChannelId) -> list[tuple[Any, ...]]:
    columns = ("person_id", "kind", "act", "version", "origin", "at")
    return list(models.ConsentLine.objects.filter(channel_id=channel).order_by("person_id", "id").values_list(*columns))


def _told(channel: ChannelId) -> list[tuple[str, dict[str, Any]]]:
    news = News.objects.filter(body__channel=str(channel)).exclude(kind="channels.ChannelOpened").order_by("id")
    told = [(one.kind, {name: said for name, said in one.body.items() if name != "channel"}) for one in news]
    return sorted(told, key=lambda one: str(one[1]["person"]))  # stable: the order of each person's own news is kept


@pytest.mark.django_db
def test_a_list_becomes_what_joining_one_by_one_becomes() -> None:
    (one_by_one, _), (at_once, _) = making.channel(), making.channel()
    cases = [(making.person(), before, said) for before in BEFORE for said in SAID]
    start = clock.now() - timedelta(days=3)
    with clock.read_from(lambda: start):
        for channel in (one_by_one.id, at_once.id):
            for friend, before, _ in cases:
                before(friend, channel)
    today = clock.now()
    with clock.read_from(lambda: today):
        for friend, _, said in cases:
            actions.join(friend, one_by_one.id, JoinedBy.QR, **said, origin="page")
        came = [Joining(making.id_of(friend), **said) for friend, _, said in cases]
        joined = actions.join_many(BY, at_once.id, JoinedBy.QR, came, origin="page")
    assert joined == 3 * 3, "strangers, and those who had left; the others were friends"
    assert _rows(at_once.id) == _rows(one_by_one.id)
    assert _lines(at_once.id) == _lines(one_by_one.id)
    assert _told(at_once.id) == _told(one_by_one.id)
    reminders = ["the notice of every two years differs"]  # set by hand above, in both
    found = [finding.what for check in commands.verify_checks() for finding in check.run(silent)]
    assert set(found) <= set(reminders)


@pytest.mark.django_db
def test_the_same_list_again_adds_nothing_and_who_stands_twice_in_it_joins_once() -> None:
    channel, _owner = making.channel()
    friend = making.id_of(making.person())
    came = [Joining(friend), Joining(friend, ads=True)]
    assert actions.join_many(BY, channel.id, JoinedBy.SERVICE, came) == 1
    before = (_rows(channel.id), _lines(channel.id), _told(channel.id))
    assert [line[1:3] for line in before[1]] == [("messages", "given"), ("ads", "given")]
    assert actions.join_many(BY, channel.id, JoinedBy.QR, came) == 0
    assert (_rows(channel.id), _lines(channel.id), _told(channel.id)) == before


@pytest.mark.django_db
def test_a_list_takes_as_many_statements_as_one_friend(django_assert_max_num_queries: Any) -> None:
    channel, _owner = making.channel()
    came = [Joining(making.id_of(making.person()), ads=True) for _ in range(8)]
    with django_assert_max_num_queries(9):
        actions.join_many(BY, channel.id, JoinedBy.QR, came[:4])
    with django_assert_max_num_queries(9):
        actions.join_many(BY, channel.id, JoinedBy.QR, came)


def _closed_account() -> PersonId:
    leaver = making.person("가는 사람")
    people_actions.close_account(leaver, Origin(face="page"))
    return making.id_of(leaver)


@pytest.mark.django_db
def test_all_of_a_list_or_nothing_of_it() -> None:
    channel, _owner = making.channel()
    good = Joining(making.id_of(making.person()))
    wrong: Sequence[tuple[type[Exception], Sequence[Joining]]] = (
        (BadValue, [good, Joining(making.id_of(making.person()), night_ads=True)]),
        (BadValue, [good] * (JOINING_MAX + 1)),
        (NotFound, [good, Joining(PersonId(ids.new()))]),
        (NotFound, [good, Joining(_closed_account())]),
    )
    for refusal, came in wrong:
        with pytest.raises(refusal):
            actions.join_many(BY, channel.id, JoinedBy.QR, came)
    with pytest.raises(NotFound):
        actions.join_many(BY, ChannelId(ids.new()), JoinedBy.QR, [good])
    with pytest.raises(ValueError, match="elsewhere"):
        actions.join_many(BY, channel.id, JoinedBy.QR, [good], origin="elsewhere")
    assert actions.join_many(BY, channel.id, JoinedBy.QR, ()) == 0
    assert (_rows(channel.id), _lines(channel.id)) == ([], [])


@pytest.mark.django_db
def test_only_the_platform_brings_a_list_and_no_channel_that_takes_no_friends_takes_one() -> None:
    channel, owner = making.channel()
    good = Joining(making.id_of(making.person()))
    for by in (NOBODY, owner, making.steward(), making.person()):
        with pytest.raises(NotAllowed):
            actions.join_many(by, channel.id, JoinedBy.QR, [good])
    actions.pause_channel(making.steward(), channel.id, "확인하는 동안입니다.")
    with pytest.raises(ChannelPaused):
        actions.join_many(BY, channel.id, JoinedBy.QR, [good])
    closed, its_owner = making.channel()
    actions.close_channel(its_owner, closed.id)
    with pytest.raises(ChannelClosed):
        actions.join_many(BY, closed.id, JoinedBy.QR, [good])


def comes_back_by_two_ways(*, locked: bool) -> tuple[Outcomes, list[tuple[str, str]]]:
    """Somebody who had left joins by a tap while a list brings them."""
    channel, _owner = making.channel()
    friend = making.friend(channel.id)
    with tx.durable():
        actions.leave(friend, channel.id)

    def tap(meet: Meet) -> str:
        with tx.durable():
            actions.join(friend, channel.id, JoinedBy.QR)
            meet()
        return "joined"

    def listed(meet: Meet) -> str:
        with tx.durable():
            joined = actions.join_many(BY, channel.id, JoinedBy.QR, [Joining(making.id_of(friend))])
            meet()
        return f"{joined} of the list"

    outcomes = race(tap, listed, locked=locked, together=True)
    return outcomes, making.lines(channel.id, friend)


@pytest.mark.django_db(transaction=True)
def test_a_tap_and_a_list_at_once_are_one_line_of_the_log() -> None:
    outcomes, log = comes_back_by_two_ways(locked=True)
    assert outcomes.names in (("0 of the list", "joined"), ("1 of the list", "joined"))
    assert log == [("messages", "given"), ("messages", "withdrawn"), ("messages", "given")]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_be_two() -> None:
    _outcomes, log = comes_back_by_two_ways(locked=False)
    assert log[2:] == [("messages", "given"), ("messages", "given")]
