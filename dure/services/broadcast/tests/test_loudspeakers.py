"""The loudspeaker of a hall: at its own address, told in time, believed within reason, seen by the head."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.rules import ladder
from dure.services.broadcast.rules import loudspeaker as rules
from dure.services.broadcast.types import Announcement, Kind, Loudspeaker, VoiceFault

from . import making
from .making import BY, NOON, Ground, key, later
from .test_pages import on_air
from .test_voicing import FILES, Maker, voiced

pytestmark = pytest.mark.django_db
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them bare


def device(ground: Ground, name: str = "마을회관") -> Loudspeaker:
    actions.set_up_loudspeaker(ground.head, ground.village.id, name, key=key())
    return next(one for one in queries.loudspeakers(ground.head, ground.village.id) if one.name == name)


def told(one: Loudspeaker, played: list[tuple[str, int]] | None = None) -> dict[str, Any]:
    address = reverse("broadcast:hall_tell", args=[one.id, one.seal])
    answer = Client(enforce_csrf_checks=True).post(address, {"played": played or []}, content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def airing_of(said: Announcement) -> UUID:
    return models.Airing.objects.get(announcement_id=said.id).id


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


# ----------------------------------------------------------------------------------------------- rules


@given(MOMENTS)
def test_only_what_is_urgent_is_played_at_night(at: datetime) -> None:
    assert rules.plays_at(Kind.URGENT, at) == at
    moved = rules.plays_at(Kind.NOTICE, at)
    assert moved >= at
    assert not ladder.is_night(moved, rules.ZONE)
    assert (moved == at) is not ladder.is_night(at, rules.ZONE)


@given(MOMENTS, MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(days=3)), MOMENTS)
def test_a_device_is_believed_within_reason(said: datetime, airs: datetime, lasts: timedelta, now: datetime) -> None:
    at = rules.believed(said, airs, airs + lasts, now)
    assert at is None or (airs <= said < airs + lasts and at <= now and said <= now + rules.AHEAD_MAX)


def test_devices_have_names() -> None:
    assert rules.check_name("  마을  회관 ") == "마을 회관"
    for bad in ("", "  ", "가" * 41):
        with pytest.raises(BadValue):
            rules.check_name(bad)


# ------------------------------------------------------------------------------------------ the device


def test_a_device_is_told_what_to_play_and_when(ground: Ground) -> None:
    one = device(ground)
    assert told(one)["due"] == []
    said = on_air(ground)
    due = told(one)["due"][0]
    assert (due["words"], due["urgent"], due["sound"], due["played"]) == (making.WORDS, False, "", False)
    assert due["waits"] is True
    voiced(said)
    due = told(one)["due"][0]
    assert due["waits"] is False
    answer = Client().get(due["sound"], headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (206, FILES["mp3"][:2])
    assert due["until"] - due["at"] <= 3 * 86_400_000
    actions.end_announcement(ground.head, said.id)
    assert told(one)["due"] == []
    assert Client().get(due["sound"]).status_code == 404


def test_what_is_not_sent_or_is_over_is_not_played(ground: Ground) -> None:
    one = device(ground)
    making.written(ground)
    making.sent(ground, kind=Kind.URGENT)  # nobody agreed to it
    assert told(one)["due"] == []
    with making.at(clock.now() - timedelta(days=4)):
        making.sent(ground)
    assert told(one)["due"] == []
    soon = making.sent(ground, airs=clock.now() + timedelta(days=2))
    assert [due["id"] for due in told(one)["due"]] == [str(airing_of(soon))]  # known ahead, for a day without a line


def test_a_drill_says_so_and_a_recording_comes_as_it_is_where_it_must(ground: Ground) -> None:
    one = device(ground)
    on_air(ground, kind=Kind.DRILL, voice=making.VOICE)
    actions.make_voice(BY, Maker(VoiceFault.UNREADABLE))
    due = told(one)["due"][0]
    assert due["words"].startswith("훈련입니다.")
    answer = Client().get(due["sound"])
    assert (answer["Content-Type"], answer.content) == ("audio/ogg", making.VOICE.content)


def test_what_was_played_is_known_once(ground: Ground) -> None:
    one, said = device(ground), on_air(ground)
    played = (str(airing_of(said)), ms(clock.now()))
    assert told(one, [played, played])["due"][0]["played"] is True
    assert told(one, [played])["due"][0]["played"] is True
    assert models.LoudspeakerPlay.objects.count() == 1
    found = queries.played_in_halls(ground.deputy, said.id)
    assert [(each.name, each.played_at is not None) for each in found] == [("마을회관", True)]


def test_a_device_that_was_without_a_line_tells_afterwards(ground: Ground) -> None:
    one = device(ground)
    with later():
        said = making.sent(ground)
    with later(hours=5):
        actions.note_hall(NOBODY, one.id, one.seal, [making.played(airing_of(said), NOON + timedelta(minutes=2))])
        found = queries.played_in_halls(ground.head, said.id)
        assert found[0].played_at == NOON + timedelta(minutes=2)
        assert found[0].seen_at == NOON + timedelta(hours=5)


def test_what_cannot_be_is_passed_over(ground: Ground) -> None:
    one = device(ground)
    with later():
        said = making.sent(ground)
    other = making.played(uuid4(), NOON)
    with later(minutes=1):
        for at in (NOON - timedelta(hours=1), NOON + timedelta(hours=2), NOON + timedelta(days=9)):
            assert actions.note_hall(NOBODY, one.id, one.seal, [making.played(airing_of(said), at), other]) == 0
        assert (
            actions.note_hall(NOBODY, one.id, one.seal, [making.played(airing_of(said), NOON + timedelta(seconds=20))])
            == 1
        )


def test_a_broken_message_is_refused(ground: Ground) -> None:
    one = device(ground)
    address = reverse("broadcast:hall_tell", args=[one.id, one.seal])
    for broken in ("", "{", '{"played":[[1]]}', f'{{"played":[["{uuid4()}",{10**20}]]}}', "[" * 30_000):
        assert Client().post(address, broken, content_type="application/json").status_code == 422, broken[:40]
    many = [making.played(uuid4(), NOON)] * (rules.PLAYS_MAX + 1)
    with pytest.raises(BadValue):
        actions.note_hall(NOBODY, one.id, one.seal, many)


def test_an_address_is_not_guessed_and_ends(ground: Ground) -> None:
    one = device(ground)
    client = Client()
    assert client.get(reverse("broadcast:hall", args=[one.id, one.seal])).status_code == 200
    for args in ([one.id, "0" * 32], [uuid4(), one.seal]):
        assert client.get(reverse("broadcast:hall", args=args)).status_code == 404
    actions.take_loudspeaker_away(ground.head, one.id)
    actions.take_loudspeaker_away(ground.head, one.id)
    assert client.get(reverse("broadcast:hall", args=[one.id, one.seal])).status_code == 404
    with pytest.raises(NotFound):
        actions.note_hall(NOBODY, one.id, one.seal, [])


def test_one_village_is_not_heard_in_the_hall_of_another(ground: Ground) -> None:
    said = on_air(ground)
    voiced(said)
    head = folk.person("옆이장")
    second = actions.open_village(ground.owner, ground.organisation, "옆마을 (예시)", key=key())
    making.join(head, second.id)
    making.appointed(ground.owner, second.id, head)
    actions.set_up_loudspeaker(head, second.id, "옆 회관", key=key())
    other = queries.loudspeakers(head, second.id)[0]
    assert told(other)["due"] == []
    assert Client().get(reverse("broadcast:hall_sound", args=[other.id, other.seal, said.id, "mp3"])).status_code == 404
    assert actions.note_hall(NOBODY, other.id, other.seal, [making.played(airing_of(said), clock.now())]) == 0
    with pytest.raises(NotAllowed):
        queries.loudspeakers(head, ground.village.id)
    with pytest.raises(NotAllowed):
        actions.take_loudspeaker_away(head, device(ground).id)


# ---------------------------------------------------------------------------------------------- studio


def test_the_head_sets_a_device_up_and_takes_it_away(ground: Ground) -> None:
    head, code = browser(ground.head), ground.village.code
    page = reverse("broadcast:halls", args=[code])
    assert head.post(page, form(name="마을회관")).status_code == 303
    assert head.post(page, form(name="마을회관")).status_code == 422
    one = queries.loudspeakers(ground.head, ground.village.id)[0]
    shown = text(head, "broadcast:halls", code)
    assert reverse("broadcast:hall", args=[one.id, one.seal]) in shown
    assert "아직 켜지지 않음" in shown
    told(one)
    assert "마지막으로 보임" in text(head, "broadcast:halls", code)
    assert browser(ground.listeners[0]).get(page).status_code == 403
    away = reverse("broadcast:take_hall_away", args=[code, one.id])
    assert browser(ground.listeners[0]).post(away, form()).status_code == 403
    assert head.post(away, form()).status_code == 303
    assert queries.loudspeakers(ground.head, ground.village.id) == ()


def test_a_village_has_so_many_devices(ground: Ground) -> None:
    for number in range(rules.DEVICES_MAX):
        device(ground, f"확성기 {number}")
    with pytest.raises(BadValue):
        device(ground, "하나 더")


def test_the_head_sees_that_the_hall_played_it(ground: Ground) -> None:
    one, said = device(ground), on_air(ground)
    head = browser(ground.head)
    assert "아직 켜지지 않았습니다" in text(head, "broadcast:look", said.id)
    told(one)
    assert "아직 틀지 않음" in text(head, "broadcast:look", said.id)
    told(one, [(str(airing_of(said)), ms(clock.now()))])
    assert "방송함" in text(head, "broadcast:look", said.id)
