"""Who listens calls the number back: the newest first, what was played counts, nine and nine to leave."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.kit.twins import Server
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.actions.telephone import CALLS_KEPT
from dure.services.broadcast.types import Announcement

from . import making
from . import telephoning as on
from .making import BY, Ground, key, later, person_of
from .telephoning import DIGITS, Phone
from .test_voicing import voiced

pytestmark = pytest.mark.django_db


def sounding(ground: Ground, minutes: int, **changed: Any) -> Announcement:
    """Something that was said so many minutes after noon, with its sound."""
    with later(minutes=minutes):
        said = making.sent(ground, **changed)
        voiced(said)
    with later(minutes=minutes + 1):
        making.aired()
    return said


def test_a_villager_calls_and_hears_the_newest_first(town: Ground, gateway: Server) -> None:
    first, second = sounding(town, 0), sounding(town, 5, words="저녁에 국수를 삶습니다.")
    with later(minutes=8):
        phone = Phone(on.LISTENER_NUMBER, gateway).ring()
        assert str(second.id) in phone.plays[0]
        assert "2개" in phone.said
        phone.press("1")
        assert str(first.id) in phone.plays[0]
        listener = person_of(town.listeners[0])
        assert making.standing(second)[listener] == "heard"
        assert making.standing(first)[listener] == "waiting"
        assert phone.press("2").then == "hang_up"
        assert making.standing(first)[listener] == "waiting"


def test_four_fifths_played_in_a_call_is_heard_and_less_is_not(town: Ground, gateway: Server) -> None:
    said = sounding(town, 0)
    made = queries.spoken_form(said.id)
    assert made is not None
    enough = made.timing.begins + made.timing.once * 0.85
    listener = person_of(town.listeners[0])
    with later(minutes=3):
        Phone(on.LISTENER_NUMBER, gateway).ring().hang_up(played=made.timing.begins + made.timing.once * 0.5)
        assert making.standing(said)[listener] == "waiting"
        phone = Phone(on.LISTENER_NUMBER, gateway).ring()
        phone.press("", played=enough)
        assert making.standing(said)[listener] == "heard"
        Phone(on.HEAD_NUMBER, gateway).ring().press("2").hang_up(played=3_600.0)  # believed as far as it is long


def test_who_presses_nine_twice_hears_the_village_no_more(town: Ground, gateway: Server) -> None:
    sounding(town, 0)
    with later(minutes=3):
        phone = Phone(on.LISTENER_NUMBER, gateway).ring().press("9", "5")
        assert queries.memberships(person_of(town.listeners[0]))
        phone.press("9", "9")
        assert phone.then == "hang_up"
        assert queries.memberships(person_of(town.listeners[0])) == ()
        assert "솔내리" not in Phone(on.LISTENER_NUMBER, gateway).ring().said


def test_after_thirty_days_there_is_nothing_to_hear(town: Ground, gateway: Server) -> None:
    sounding(town, 0)
    with later(days=31):
        phone = Phone(on.LISTENER_NUMBER, gateway).ring()
        assert (phone.plays, phone.then) == ([], "keys")


def test_without_a_sound_the_words_are_said(town: Ground, gateway: Server) -> None:
    with later():
        making.sent(town)
    with later(minutes=1):
        making.aired()
        phone = Phone(on.LISTENER_NUMBER, gateway).ring()
        assert phone.plays == []
        assert making.WORDS in phone.said


def test_a_sound_is_fetched_with_its_seal_and_for_an_hour(town: Ground, gateway: Server) -> None:
    said = sounding(town, 0)
    with later(minutes=3):
        until = int((clock.now() + timedelta(hours=1)).timestamp())
        seal = queries.call_sound_seal(said.id, until)
        assert Client().get(reverse("broadcast:call_sound", args=[said.id, until, seal])).status_code == 200
        assert Client().get(reverse("broadcast:call_sound", args=[said.id, until + 1, seal])).status_code == 404
        assert Client().get(reverse("broadcast:call_sound", args=[said.id, until, seal[:-1]])).status_code == 404
        assert Client().get(reverse("broadcast:call_sound", args=[said.id, 1 << 80, seal])).status_code == 404
    with later(minutes=64):
        assert Client().get(reverse("broadcast:call_sound", args=[said.id, until, seal])).status_code == 404


def test_a_call_is_forgotten_after_a_day_and_holds_no_number(town: Ground, gateway: Server) -> None:
    with later():
        Phone(on.HEAD_NUMBER, gateway).ring().press("1", DIGITS)
        [row] = models.Call.objects.values()
        kept = repr(row)
        assert "1012340001" not in kept
        assert DIGITS not in kept
        assert actions.forget_calls(BY) == 0
    with later(hours=CALLS_KEPT.total_seconds() / 3_600, minutes=1):
        assert actions.forget_calls(BY) == 1
        for one in queries.offices(town.village.id):
            actions.end_office(town.owner, one.id, key=key())
        assert actions.forget_calls(BY) == 2  # the secrets of who speaks nowhere any more
