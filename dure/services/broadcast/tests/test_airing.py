"""From the head's word to every listener: what the channel is given, what comes next, and when it ends."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.channels.tests import sending_world as outside
from dure.foundations.channels.types import AdLooksLikeInfo, Route
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.types import (
    AnnouncementState,
    Key,
    Kind,
    NotUndone,
    NotWritten,
    Office,
    Part,
    SecondPersonNeeded,
    Standing,
    VillagesDiffer,
)

from . import making
from .making import BY, Ground, key, later, person_of

SECONDS_TO_AIR = 10
DAY = timedelta(days=1)


def test_an_announcement_climbs_from_the_inbox_to_the_door(ground: Ground) -> None:
    """Who has a telephone: message, text, two calls, then the list; who has none stands on the list when that is due."""
    phoned, bare = ground.listeners
    making.numbered(phoned, "+821000000001")
    with later():
        said = making.sent(ground)
        assert making.aired() == 0  # it may still be taken back
    with later(seconds=SECONDS_TO_AIR):
        # The deputy as well, not the author; no browser rings, so who has a telephone gets a text at once, in the same message.
        assert making.aired() == 3
        assert making.aired() == 0
    assert making.ways(said, phoned) == [("push", "failed"), ("text", "open")]
    assert making.ways(said, bare) == [("push", "open")]
    for minutes in (11, 42, 58):
        with later(minutes=minutes):
            making.aired()
    assert [way for way, _ in making.ways(said, phoned)] == ["push", "text", "call", "again", "visit"]
    assert set(making.standing(said).values()) == {"to_visit"}
    sent = making.told()
    assert [only for _, only, _, _ in sent] == ["push", "alimtalk sms", "voice", "voice"]
    assert {purpose for purpose, *_ in sent} == {"info"}
    text = json.loads(sent[0][2])["parts"][0]["text"]
    assert text == f"{ground.village.name}\n{making.WORDS}"  # always the words
    assert [whom for *_, whom in sent[1:]] == [{person_of(phoned)}] * 3
    with later(minutes=59):
        listed = queries.to_visit(ground.head, ground.village.id)
        assert {one.person for one in listed} == {person_of(one) for one in (*ground.listeners, ground.deputy)}


def test_the_channel_goes_by_no_other_way_than_the_ladder_says(ground: Ground) -> None:
    """A text rings no browser, and who did not choose to have texts read aloud is called all the same: they agreed to it here."""
    phoned = ground.listeners[0]
    making.numbered(phoned, "+821000000001")
    pocket = outside.Pocket(routes=frozenset(Route))
    with later():
        making.sent(ground)
    for minutes in (1, 2, 13, 45):
        with later(minutes=minutes):
            making.aired(pocket)
    assert pocket.routes_asked == [Route.SMS, Route.VOICE, Route.VOICE]


def test_who_heard_gets_nothing_more(ground: Ground) -> None:
    one, other = ground.listeners
    for number, by in enumerate((one, other)):
        making.numbered(by, f"+82100000000{number}")
    with later():
        said = making.sent(ground, making.VOICE)
    with later(minutes=1):
        making.aired()
        heard = actions.note_played(one, said.id, [Part(0, 9.5), Part(9, 15.9)])
        assert heard is not None
        assert heard.standing is Standing.WAITING  # not quite four fifths of twenty seconds
        heard = actions.note_played(one, said.id, [Part(15.9, 16)])
        assert heard is not None
        assert heard.standing is Standing.HEARD
        pressed = actions.press(other, said.id, Key.REPEAT)
        assert pressed is not None
        assert pressed.standing is Standing.WAITING
        pressed = actions.press(other, said.id, Key.HEARD)
        assert pressed is not None
        assert pressed.standing is Standing.HEARD
    with later(minutes=50):
        making.aired()
    assert [way for way, _ in making.ways(said, one)] == ["push", "text"]
    assert making.standing(said)[person_of(one)] == "heard"
    counted = queries.counted(ground.head, said.id)
    assert (counted.heard, counted.listeners) == (2, 3)


def test_a_mistake_is_taken_back_in_ten_seconds_and_then_no_more(ground: Ground) -> None:
    with later():
        said = making.sent(ground)
    with later(seconds=SECONDS_TO_AIR - 1):
        assert actions.take_back(ground.head, said.id).state is AnnouncementState.TAKEN_BACK
        assert actions.take_back(ground.head, said.id).state is AnnouncementState.TAKEN_BACK
    with later(minutes=5):
        assert making.aired() == 0
        assert making.told() == []
        again = making.sent(ground)
    with later(minutes=5, seconds=SECONDS_TO_AIR), pytest.raises(NotUndone):
        actions.take_back(ground.head, again.id)
    with later(minutes=6):
        making.aired()
        actions.end_announcement(ground.head, again.id)
        assert set(making.standing(again).values()) == {"expired"}
    with later(minutes=60):
        assert making.aired() == 0


def test_an_urgent_one_waits_for_a_second_person_and_then_overtakes(ground: Ground) -> None:
    villages = frozenset({ground.village.id})
    with later():
        said = making.sent(ground, kind=Kind.URGENT, words="둑이 넘칩니다. 지금 학교로 가세요.")
        assert said.state is AnnouncementState.ASKED
        with pytest.raises(SecondPersonNeeded):
            actions.agree_announcement(ground.head, said.id, key=key())  # nobody is their own second person
        with pytest.raises(NotAllowed):
            actions.agree_announcement(ground.listeners[0], said.id, key=key())
        assert [one.id for one in queries.waiting_for_second(ground.deputy)] == [said.id]
        assert queries.waiting_for_second(ground.head) == ()
    with later(minutes=1):
        making.aired()
        assert making.told() == []
        actions.agree_announcement(ground.deputy, said.id, key=key())
    with later(minutes=2):
        making.sent(ground)
        making.aired()
    with later(minutes=3):
        notice = making.sent(ground)
        assert notice.state is AnnouncementState.SENT
        assert villages == {one.id for one in notice.villages}
    assert next(purpose for purpose, *_ in making.told()) == "safety"


def test_at_night_only_what_is_urgent_rings(ground: Ground) -> None:
    with later(hours=11):  # 23 o'clock in Seoul
        notice = making.sent(ground)
        urgent = making.sent(ground, kind=Kind.URGENT)
        actions.agree_announcement(ground.deputy, urgent.id, key=key())
    with later(hours=11, minutes=1):
        assert making.aired() == 3
    assert [purpose for purpose, *_ in making.told()] == ["safety"]
    assert set(making.standing(notice).values()) == {"waiting"}
    with later(hours=20):  # eight in the morning
        making.aired()
    assert {purpose for purpose, *_ in making.told()} == {"safety", "info"}


def test_a_daughter_abroad_hears_when_she_is_awake(ground: Ground) -> None:
    daughter = folk.person("딸")
    with later():
        making.join(daughter, ground.village.id, "America/New_York")  # 23 o'clock there
        said = making.sent(ground)
    with later(minutes=1):
        making.aired()
        assert making.ways(said, daughter) == []
    with later(hours=9):  # eight in the morning there
        making.aired()
        assert making.ways(said, daughter)[0] == ("push", "open")


def test_what_is_over_is_never_said(ground: Ground) -> None:
    with later():
        said = making.sent(ground, expires=making.NOON + timedelta(minutes=30))
    with later(minutes=31):
        assert making.aired() == 0
    assert making.told() == []
    assert set(making.standing(said).values()) == {"expired"}
    with later(minutes=40):
        asked = making.sent(ground)
    with later(minutes=41):
        making.aired()
    models.Airing.objects.filter(announcement_id=asked.id).update(expires_at=making.NOON + timedelta(minutes=43))
    with later(minutes=57):
        making.aired()
    assert set(making.standing(asked).values()) == {"expired"}


def test_a_person_in_two_villages_hears_it_once(ground: Ground) -> None:
    both = ground.listeners[0]
    with later():
        second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
        for by in (ground.head, both):
            making.join(by, second.id)
        actions.appoint(ground.owner, second.id, person_of(ground.head), Office.HEAD, key=key())
        villages = frozenset({ground.village.id, second.id})
        draft = making.written(ground, villages=villages)
        with pytest.raises(VillagesDiffer):
            actions.send_announcement(ground.head, draft.id, frozenset({second.id}), key=key())
        actions.send_announcement(ground.head, draft.id, villages, key=key())
    with later(minutes=1):
        making.aired()
    assert models.Reach.objects.filter(person_id=person_of(both)).count() == 1


def test_what_comes_again_replaces_what_came_before(ground: Ground) -> None:
    with later():
        said = making.sent(ground, repeats="FREQ=DAILY;COUNT=3")
    with later(minutes=1):
        making.aired()
    with later(days=1, minutes=1):
        making.aired()
    airings = models.Airing.objects.filter(announcement_id=said.id).order_by("at")
    assert [one.opened_at is not None for one in airings] == [True, True, False]
    first = models.Reach.objects.filter(airing=airings[0])
    assert not first.filter(standing="waiting").exists()


def test_who_leaves_gets_nothing_more(ground: Ground) -> None:
    leaving, staying = ground.listeners
    for number, by in enumerate(ground.listeners):
        making.numbered(by, f"+82100000000{number}")
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        making.aired()
        actions.press(leaving, said.id, Key.LEAVE)
        assert queries.memberships(person_of(leaving)) == ()
    with later(minutes=12):
        making.aired()
    assert making.standing(said)[person_of(leaving)] == "left"
    assert len(making.ways(said, leaving)) == 2
    assert len(making.ways(said, staying)) == 3


def test_an_offer_is_refused_before_it_is_kept(ground: Ground) -> None:
    with later(), pytest.raises(AdLooksLikeInfo):
        making.written(ground, words="오늘만 마늘 반값 할인 판매합니다. 지금 구매하세요!")
    assert not models.Announcement.objects.exists()


def test_a_draft_is_sent_once_and_its_time_may_have_passed(ground: Ground) -> None:
    with later():
        draft = making.written(ground, airs=making.NOON + timedelta(minutes=5))
    with later(minutes=10):
        villages = frozenset({ground.village.id})
        same = key()
        said = actions.send_announcement(ground.head, draft.id, villages, key=same)
        assert actions.send_announcement(ground.head, draft.id, villages, key=same) == said
        with pytest.raises(NotWritten):
            actions.send_announcement(ground.head, draft.id, villages, key=key())
        assert said.airings[0].at == making.NOON + timedelta(minutes=10, seconds=SECONDS_TO_AIR)


def test_a_paused_channel_puts_it_off_and_loses_nobody(ground: Ground) -> None:
    steward = folk.steward()
    with later():
        said = making.sent(ground)
    with later(minutes=1):
        with tx.durable():
            channels.pause_channel(steward, ground.channel, "잠시")
        making.aired()
        assert making.told() == []
        assert set(making.standing(said).values()) == {"waiting"}
    with later(minutes=3):
        with tx.durable():
            channels.resume_channel(steward, ground.channel)
        making.aired()
    assert len(making.told()) == 1


def test_a_draft_is_replaced_with_its_voice(ground: Ground) -> None:
    with later():
        first = making.written(ground, making.VOICE)
        better = actions.write_announcement(
            ground.head, making.new(ground, words="다른 말"), None, key=key(), instead_of=first.id
        )
        assert better.seconds == making.VOICE.seconds
        assert not models.Announcement.objects.filter(id=first.id).exists()
        actions.throw_away(ground.head, better.id)
        actions.throw_away(ground.head, better.id)
        assert not models.Recording.objects.exists()
        with pytest.raises(BadValue):
            making.written(ground, replace(making.VOICE, content=b"<html>"))


def test_half_a_year_later_nobody_knows_who_heard(ground: Ground) -> None:
    with later():
        said = making.sent(ground, making.VOICE)
    with later(minutes=1):
        making.aired()
    with later(days=100):
        assert actions.forget_announcements(BY) == 0
    with later(days=190):
        assert actions.forget_announcements(BY) == 4  # three listeners, one voice
        assert queries.announcement(said.id).words == making.WORDS
        assert queries.announcement(said.id).seconds == 0
