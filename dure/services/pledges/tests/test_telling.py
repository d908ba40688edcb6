"""What people are told, by the channel of pledges: to whom, once, with whose sums; and a leader's notices."""

import json
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound, TooOften
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import AdLooksLikeInfo, ChannelId, NewChannel
from dure.foundations.people import actions as accounts
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin, PersonId
from dure.kit import tx
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries, tasks
from dure.services.pledges.rules import noticing as rules
from dure.services.pledges.types import (
    AppealHeard,
    ComplaintKind,
    DisputeDecided,
    NoticeId,
    PlaceOffered,
    PledgeMade,
    ProjectCancelled,
    ProofRejected,
    SeasonSettled,
    Silenced,
)

from . import making
from .making import Ground, key, person_of


@pytest.fixture
def channel(ground: Ground) -> ChannelId:
    """The channel from which people are told."""
    return open_channel()


def open_channel() -> ChannelId:
    organisation, owner = folk.verified_organisation(folk.person("박운영"), name="가람 두레 (예시)")
    with tx.durable():
        new = NewChannel(organisation, rules.HANDLE, "백일 함께 (예시)", "예시", "031-000-0000")
        return channels.open_channel(owner, new, key="pledges").id


def greeted(*people: Actor) -> None:
    for by in people:
        news = PledgeMade(pledge=ids.new(), project=ids.new(), person=person_of(by), deposit=1, at=clock.now())
        tasks.greet(news, ids.new())


def asked_of_outbox(statement: str) -> list[tuple[Any, ...]]:
    """What the outbox of channels holds: its tables are its own, and this test looks on."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def letters() -> list[tuple[str, set[PersonId]]]:
    """What was sent, and to whom."""
    found = []
    sendings = asked_of_outbox(
        "SELECT s.id, s.purpose, s.free_only, b.content FROM channels_sending s JOIN channels_body b ON b.id = s.body_id"
        " WHERE s.key LIKE 'pledges:%' ORDER BY s.id"
    )
    for sending, purpose, free_only, content in sendings:
        assert (purpose, free_only) == ("info", True)
        rows = asked_of_outbox(f"SELECT person_id FROM channels_dispatch WHERE sending_id = '{sending}'")
        found.append((json.loads(bytes(content))["parts"][0]["text"], {PersonId(row[0]) for row in rows}))
    return found


# By the channel


def test_who_is_in_is_brought_along_once_and_without_ads(ground: Ground, channel: ChannelId) -> None:
    by = ground.people[0]
    greeted(by, by)
    friend = known_channels.friend(channel, person_of(by))
    assert friend
    assert (friend.is_here, friend.ads_since) == (True, None)
    with tx.durable():
        channels.leave(by, channel)
    greeted(by)
    left = known_channels.friend(channel, person_of(by))
    assert left
    assert not left.is_here  # who left is not brought back


def test_an_account_that_was_closed_meanwhile_is_let_be(ground: Ground, channel: ChannelId) -> None:
    accounts.close_account(ground.people[0], Origin(face="page"))
    greeted(ground.people[0])
    assert known_channels.friend(channel, person_of(ground.people[0])) is None


def test_without_a_channel_nobody_is_written_to_and_nothing_breaks(ground: Ground) -> None:
    by = ground.people[0]
    greeted(by)
    pledge = making.joined(by, ground.project)
    at = clock.now()
    tasks.tell_place(PlaceOffered(pledge.id, ground.project.id, person_of(by), at, at), ids.new())
    assert letters() == []
    with making.on_day(ground, 1):
        assert actions.post_notice(ground.leader, ground.project.id, "내일은 비가 와요", key=key()).text


def test_each_hears_what_became_of_their_own(ground: Ground, channel: ChannelId) -> None:
    by, at = ground.people[0], clock.now()
    pledge, me = making.joined(by, ground.project), person_of(by)
    tasks.tell_place(PlaceOffered(pledge.id, ground.project.id, me, at, at), (told := ids.new()))
    tasks.tell_place(PlaceOffered(pledge.id, ground.project.id, me, at, at), told)  # told again: once
    tasks.tell_rejected(ProofRejected(ids.new(), pledge.id, me, 3, at), ids.new())
    for upheld in (True, False):
        tasks.tell_heard(AppealHeard(ids.new(), pledge.id, me, 3, upheld, at), ids.new())
        tasks.tell_dispute(DisputeDecided(ids.new(), pledge.id, me, upheld, 1, 100, at), ids.new())
    assert [to for _words, to in letters()] == [{me}] * 6
    assert len({words for words, _to in letters()}) == 6
    assert all(ground.project.title in words for words, _to in letters())


def test_a_title_that_reads_like_an_offer_is_left_out(ground: Ground, channel: ChannelId) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)
    models.Project.objects.filter(id=ground.project.id).update(title="반값 할인 걷기")
    tasks.tell_rejected(ProofRejected(ids.new(), pledge.id, person_of(by), 3, clock.now()), ids.new())
    [(words, _to)] = letters()
    assert "할인" not in words


def test_everybody_in_a_cancelled_project_hears_of_it(ground: Ground, channel: ChannelId) -> None:
    one, other, outside = ground.people
    making.joined(one, ground.project)
    making.asked(other, ground.project)
    actions.cancel_project(ground.stewards[0], ground.project.id, "길이 막혔어요", key=key())
    tasks.tell_cancelled(ProjectCancelled(ground.project.id, 1, clock.now()), ids.new())
    [(_words, to)] = letters()
    assert to == {person_of(one), person_of(other)}
    assert person_of(outside) not in to


def test_a_season_tells_each_their_own_sums_in_one_sending(ground: Ground, channel: ChannelId) -> None:
    one, other, _third = ground.people
    making.proved(ground, one, making.joined(one, ground.project, ground.consent), 60)
    making.proved(ground, other, making.joined(other, ground.project), 10)
    making.settled(ground)
    sums = queries.settled_of(ground.season.id)
    assert (sums[person_of(one)].refund, sums[person_of(one)].donation) == (6_000, 4_000)
    assert (sums[person_of(other)].refund, sums[person_of(other)].donation) == (10_000, 0)
    news = SeasonSettled(ground.season.id, 2, 16_000, 4_000, 0, clock.now())
    for _twice in range(2):
        tasks.tell_settled(news, ids.new())
    [(words, to)] = letters()
    assert to == {person_of(one), person_of(other)}
    assert "#{back}" in words
    said = dict(asked_of_outbox("SELECT person_id, variables::text FROM channels_dispatch"))
    assert ["6,000" in said[person_of(one)], "4,000" in said[person_of(one)]] == [True, True]
    assert ["10,000" in said[person_of(other)], "4,000" in said[person_of(other)]] == [True, False]


# A leader's notices


def test_a_notice_is_the_leaders_and_reaches_those_who_go_on(ground: Ground, channel: ChannelId) -> None:
    one, other, outside = ground.people
    making.joined(one, ground.project)
    stopped = making.joined(other, ground.project)
    making.joined(ground.leader, ground.project)
    with making.on_day(ground, 2):
        actions.leave(other, stopped.id, key=key())
        for by in (one, outside, ground.stewards[0]):
            with pytest.raises(NotAllowed):
                actions.post_notice(by, ground.project.id, "알립니다", key=key())
        once = key()
        made = actions.post_notice(ground.leader, ground.project.id, " 내일은 쉬어요 ", key=once)
        assert actions.post_notice(ground.leader, ground.project.id, " 내일은 쉬어요 ", key=once) == made
        [(words, to)] = letters()
        assert to == {person_of(one)}
        assert words == f"{ground.project.title}\n내일은 쉬어요"
        for wrong in ("", "가" * 301, "가\x00나"):
            with pytest.raises(BadValue):
                actions.post_notice(ground.leader, ground.project.id, wrong, key=key())
        with pytest.raises(AdLooksLikeInfo):
            actions.post_notice(ground.leader, ground.project.id, "우리 가게 반값 할인", key=key())
    assert [found.id for found in queries.notices(ground.project.id)] == [made.id]
    assert len(letters()) == 1


def test_notices_have_a_limit_and_are_taken_down(ground: Ground) -> None:
    made = [
        actions.post_notice(ground.leader, ground.project.id, f"알림 {n}", key=key())
        for n in range(rules.NOTICES_PER_DAY_MAX)
    ]
    with pytest.raises(TooOften):
        actions.post_notice(ground.leader, ground.project.id, "하나 더", key=key())
    with pytest.raises(NotAllowed):
        actions.take_down_notice(ground.people[0], made[0].id, key=key())
    actions.take_down_notice(ground.leader, made[0].id, key=key())
    actions.take_down_notice(ground.stewards[0], made[1].id, key=key())
    with pytest.raises(NotFound):
        actions.take_down_notice(ground.leader, NoticeId(ids.new()), key=key())
    assert [found.id for found in queries.notices(ground.project.id)] == [made[2].id]


def test_a_notice_stands_on_the_pages_of_its_group(ground: Ground) -> None:
    pledge = making.joined(ground.people[0], ground.project)
    address = reverse("pledges:post_notice", args=[ground.project.code])
    leader, inside = browser(ground.leader), browser(ground.people[0])
    assert address in text(leader, "pledges:group", ground.project.code)
    assert address not in text(inside, "pledges:group", ground.project.code)
    assert inside.get(address).status_code == inside.post(address, form(text="알림")).status_code == 403
    assert leader.post(address, form(text="")).status_code == 422
    assert leader.post(address, form(text="내일은 <쉬어요>")).status_code == 303
    for page in (
        text(inside, "pledges:group", ground.project.code),
        text(inside, "pledges:pledge", pledge.id),
    ):
        assert "내일은 &lt;쉬어요&gt;" in page
    [notice] = queries.notices(ground.project.id)
    down = reverse("pledges:take_down_notice", args=[notice.id])
    assert inside.post(down, form()).status_code == 403
    assert leader.post(down, form()).status_code == 303
    assert "쉬어요" not in text(inside, "pledges:group", ground.project.code)


def test_a_leader_whose_word_was_taken_posts_no_notice(ground: Ground) -> None:
    """A steward's word against somebody holds for all that they say in the project."""
    leader = ground.leader
    models.Hush.objects.create(
        project_id=ground.project.id,
        kind=ComplaintKind.PERSON,
        subject=person_of(leader),
        why="욕을 했어요",
        by=person_of(ground.stewards[0]),
    )
    with making.on_day(ground, 1), pytest.raises(Silenced):
        actions.post_notice(leader, ground.project.id, "내일은 비가 와요", key=key())
    assert not models.Notice.objects.exists()


def test_what_a_leader_posted_is_exported_and_goes_with_the_account(ground: Ground) -> None:
    made = actions.post_notice(ground.leader, ground.project.id, "내일은 쉬어요", key=key())
    [said] = list(queries.export_of(person_of(ground.leader))["notices"])  # type: ignore[call-overload]  # an export is typed as objects; these are rows
    assert (said["project"], said["text"]) == (ground.project.title, made.text)
    for _twice in range(2):
        actions.let_person_go(making.BY, person_of(ground.leader))
    assert queries.notices(ground.project.id) == ()
