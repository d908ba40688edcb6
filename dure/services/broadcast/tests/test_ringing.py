"""Calls to who has no account: a machine hears nothing, a gateway that is down loses nothing, nobody is woken at night."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.kit.testing import Meet, race
from dure.kit.twins import FaultRule, Server
from dure.kit.visiting import browser, text
from dure.services.broadcast import actions, models, providers, queries, tasks
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.rules import ladder
from dure.services.broadcast.twins import TelephoneTwin
from dure.services.broadcast.types import HouseholdState, Kind, Standing, Taken, Wanted

from . import making
from . import telephoning as on
from .homing import HOUR, NAME, Exchange, entered, minutes, picked_up, rings, rounds, standing, state, urgent
from .making import BY, NOON, Ground, later
from .telephoning import Phone
from .test_voicing import voiced

pytestmark = pytest.mark.django_db
DAY = 24 * HOUR
WHOLE = 3_600.0  # all of a sound was played, whatever its length


# Answering machines, and what a gateway tells


def test_an_answering_machine_hears_nothing(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        voiced(making.sent(listens))
    minutes(exchange, 1, 2)
    with later(minutes=3):
        machine = picked_up(exchange, gateway)
        assert machine.plays
        machine.press("", played=WHOLE).press("", played=WHOLE)
        assert machine.then == "hang_up"
        assert standing() is Standing.WAITING
    minutes(exchange, 4, 40)
    assert len(exchange.names) == 2
    with later(minutes=41):
        picked_up(exchange, gateway).hang_up(played=WHOLE)
        assert standing() is Standing.WAITING
    minutes(exchange, 42, 60)
    assert standing() is Standing.TO_VISIT


def test_who_presses_any_key_is_there_and_then_what_is_played_counts(
    listens: Ground, exchange: Exchange, gateway: Server
) -> None:
    with later():
        voiced(making.sent(listens))
    minutes(exchange, 1, 2)
    with later(minutes=3):
        picked_up(exchange, gateway).press("3").hang_up(played=WHOLE)
        assert standing() is Standing.HEARD


def test_what_a_machine_played_is_not_added_to_what_somebody_hears_later(
    listens: Ground, exchange: Exchange, gateway: Server
) -> None:
    with later():
        voiced(making.sent(listens))
    minutes(exchange, 1, 2)
    with later(minutes=3):
        picked_up(exchange, gateway).hang_up(played=WHOLE)
        assert models.HouseholdReach.objects.get().share == 0
        Phone("+82311234567", gateway).ring().press("0", played=1.0)
        assert standing() is Standing.WAITING


def test_a_machine_agrees_to_nothing(ground: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        entered(ground)
        rounds(exchange)
        phone = picked_up(exchange, gateway)
        while phone.then != "hang_up":
            phone.press("", played=WHOLE)
        phone.hang_up()
        assert state() is HouseholdState.ASKED


def test_who_is_slow_is_asked_for_the_key_once_more(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        voiced(making.sent(listens))
    minutes(exchange, 1, 2)
    with later(minutes=3):
        phone = picked_up(exchange, gateway).press("")
        assert (phone.then, phone.plays) == ("keys", [])
        assert "1번" in phone.said
        phone.press("1")
        assert standing() is Standing.HEARD


def test_what_is_told_twice_or_late_is_done_once(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        making.sent(listens)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        phone = picked_up(exchange, gateway)
        for event in ("ended", "ended", "unanswered", "answered"):
            told = {"call": phone.name, "event": event, "turn": 0 if "ans" in event else phone.turn}
            assert on.posted(told).status_code == 200, event
        assert on.posted({"call": phone.name, "event": "keyed", "turn": phone.turn, "keys": "1"}).status_code == 409
        assert standing() is Standing.WAITING
        assert models.Call.objects.filter(about__isnull=False, ended_at__isnull=False).count() == 1


def test_an_end_that_overtakes_our_answer_ends_the_call(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        making.sent(listens)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        phone = picked_up(exchange, gateway).press("3")
        assert on.posted({"call": phone.name, "event": "ended", "turn": phone.turn - 1}).status_code == 200
        assert models.Call.objects.get(about__isnull=False).ended_at is not None


@pytest.mark.parametrize("event", ["answered", "unanswered"])
def test_what_the_gateway_tells_of_it_has_although_its_answer_was_lost(
    ground: Ground, exchange: Exchange, gateway: Server, event: str
) -> None:
    with later():
        entered(ground)
        exchange.says = Taken.NOT_NOW
        rounds(exchange)
        name = exchange.placed[0].name
        for _twice in range(2):
            assert on.posted({"call": name, "event": event, "turn": 0}).status_code == 200
        assert models.Household.objects.get().asks == 1
    minutes(exchange, 1, 60)
    assert len(exchange.placed) == 1


def test_an_answer_that_was_lost_rings_once(listens: Ground, gateway: Server) -> None:
    twin = gateway.twin
    assert isinstance(twin, TelephoneTwin)
    twin.faults.add(FaultRule.parse("lost:calls:1"))
    with later():
        making.sent(listens)
    for minute in (1, 2, 3):
        with later(minutes=minute):
            making.aired()
            actions.open_households(BY)
            actions.ring_households(BY)
            actions.place_rings(BY, providers.place_call)
    [ring] = rings()
    assert (ring.tries, ring.placed_at is not None) == (2, True)
    assert list(twin.book.calls) == [ring.id.hex]


def test_two_workers_ask_once(real_ground: Ground) -> None:
    asked: list[str] = []

    def place(wanted: Wanted) -> Taken:
        asked.append(wanted.name)
        return Taken.NOT_NOW

    with later():
        for number in range(4):
            entered(real_ground, number=f"031-123-400{number}")
        actions.ask_households(BY)

    def work(meet: Meet) -> object:
        with later():
            meet()
            return actions.place_rings(BY, place)

    race(work, work)
    assert len(asked) == len(set(asked))


test_two_workers_ask_once = pytest.mark.django_db(transaction=True)(test_two_workers_ask_once)


# A gateway that is down


@given(st.sampled_from(list(Kind)), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis sets the zone
def test_pauses_grow_and_nobody_is_woken(kind: Kind, now: datetime) -> None:
    for of in (kind, None):
        gaps = []
        at = now
        for tries in range(1, 10):
            again = rules.tried_again(of, tries, at)
            assert again > at
            assert of is Kind.URGENT or not ladder.is_night(again, rules.ZONE)
            if not (ladder.is_night(at, rules.ZONE) or ladder.is_night(at + timedelta(minutes=30), rules.ZONE)):
                gaps.append(again - at)
            at = again
        assert gaps == sorted(gaps)


@given(st.lists(st.integers(0, 59), max_size=6))
def test_a_number_is_rung_so_often_an_hour_and_not_twice_at_once(ago: Sequence[int]) -> None:
    rung = [NOON - timedelta(minutes=one) for one in ago]
    at = rules.next_ring(Kind.NOTICE, rung, NOON)
    assert all(at - one >= rules.RINGS_APART for one in rung)
    assert (
        len([one for one in rung if at - one < rules.HOUR]) < rules.RINGS_PER_HOUR_MAX
        or len(ago) > rules.RINGS_PER_HOUR_MAX
    )
    assert rules.next_ring(Kind.URGENT, rung, NOON) == NOON


def test_a_gateway_that_is_down_is_asked_less_and_less_often_and_nothing_is_lost(
    listens: Ground, exchange: Exchange
) -> None:
    with later():
        making.sent(listens)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 1, 3 * HOUR)
    assert 5 <= len(exchange.placed) <= 12
    assert len(exchange.names) == 1
    assert standing() is Standing.TO_VISIT  # the head knows
    exchange.says = Taken.YES
    minutes(exchange, 3 * HOUR, 4 * HOUR)
    assert rings()[0].placed_at is not None
    assert len(exchange.names) == 1


def test_whom_the_late_call_reaches_is_off_the_list(listens: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        making.sent(listens)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 1, 2 * HOUR, 5)
    exchange.says = Taken.YES
    minutes(exchange, 2 * HOUR, 3 * HOUR, 5)
    with later(hours=3, minutes=1):
        assert standing() is Standing.TO_VISIT
        picked_up(exchange, gateway).press("1")
        assert standing() is Standing.HEARD


def test_what_waits_does_not_burst_out_at_night(listens: Ground, exchange: Exchange) -> None:
    with later(hours=8, minutes=50):  # ten minutes before the night
        making.sent(listens)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 8 * HOUR + 51, 9 * HOUR + 20)
    exchange.placed.clear()
    exchange.says = Taken.YES
    minutes(exchange, 9 * HOUR + 21, 20 * HOUR - 1, 20)
    assert exchange.placed == []
    assert standing() is Standing.WAITING
    minutes(exchange, 20 * HOUR, 20 * HOUR + 2)  # eight in the morning
    assert len(exchange.placed) == 1


def test_the_question_is_kept_for_the_day_and_an_outage_is_no_asking(ground: Ground, exchange: Exchange) -> None:
    with later(hours=8):
        entered(ground)
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 8 * HOUR, 5 * DAY, 30)
    asked_at_night = [ring for ring in models.Ring.objects.all() if ladder.is_night(ring.asked_at, rules.ZONE)]
    assert (asked_at_night, state(), models.Household.objects.get().asks) == ([], HouseholdState.ASKED, 0)
    assert len(exchange.names) == 1
    exchange.says = Taken.YES
    minutes(exchange, 5 * DAY, 9 * DAY, 30)
    assert len(exchange.names) == rules.ASKS_MAX
    assert state() is HouseholdState.LAPSED


@pytest.mark.parametrize("stood_still_from", [0, 3])
def test_what_was_over_meanwhile_is_on_the_list_also_when_nobody_looked(
    listens: Ground, exchange: Exchange, stood_still_from: int
) -> None:
    with later():
        said = making.sent(listens, expires=NOON + timedelta(hours=2))
    exchange.says = Taken.NOT_NOW
    minutes(exchange, 1, stood_still_from)
    with later(hours=3):
        if not stood_still_from:  # nobody had looked at all: the first look says so
            rounds(exchange)
        [line] = queries.untold(listens.head, listens.village.id)
        assert (line.name, line.announcement) == (NAME, said.id)
        assert NAME in text(browser(listens.head), "broadcast:visits", listens.village.code)
        assert "제때 못 들은 전화 1대" in text(browser(listens.head), "broadcast:studio")
        counted = queries.counted(listens.head, said.id).by_standing
        assert Standing.WAITING not in counted
        assert counted[Standing.EXPIRED]
        rounds(exchange)
        assert standing() is Standing.EXPIRED
        assert not models.Ring.objects.filter(next_at__isnull=False).exists()
    with later(days=9):
        assert queries.untold(listens.head, listens.village.id) == ()


def test_it_rings_also_when_no_second_call_would_be_in_time(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens, expires=NOON + timedelta(minutes=20))
    minutes(exchange, 1, 2)
    assert len(exchange.placed) == 1
    assert standing() is Standing.WAITING
    minutes(exchange, 20, 21)
    assert standing() is Standing.EXPIRED


def test_what_is_urgent_is_asked_for_first_and_a_dead_gateway_not_for_all(ground: Ground, exchange: Exchange) -> None:
    with later():
        for number in range(8):
            entered(ground, number=f"031-123-400{number}")
        actions.ask_households(BY)
        row = models.Household.objects.order_by("-id")[0]
        models.Household.objects.filter(id=row.id).update(state="listening", agreed_at=NOON - timedelta(hours=1))
        urgent(ground)
    exchange.says = Taken.NOT_NOW
    with later(minutes=1):
        making.aired()
        actions.open_households(BY)
        actions.ring_households(BY)
        actions.place_rings(BY, exchange)
    assert exchange.placed[0].name in [one.id.hex for one in rings()]
    assert len(exchange.placed) == 3


def test_a_number_that_cannot_be_called_is_on_the_list_at_once(listens: Ground, exchange: Exchange) -> None:
    with later():
        making.sent(listens)
    exchange.says = Taken.NEVER
    minutes(exchange, 1, 5)
    assert standing() is Standing.TO_VISIT


def test_without_a_gateway_the_head_knows(listens: Ground, settings: Any) -> None:
    with later():
        making.sent(listens)
    settings.DURE = replace(settings.DURE, telephone_url="")
    for minute in (1, 2, 70):
        with later(minutes=minute):
            making.aired()
            tasks.ring.func(timestamp=0)
    assert standing() is Standing.TO_VISIT


# Night, and so many calls


def test_at_night_what_is_urgent_rings_and_nothing_else(listens: Ground, exchange: Exchange) -> None:
    with later(hours=8, minutes=58):
        entered(listens, number="031-123-9999")
        actions.ask_households(BY)
        making.sent(listens)
    with later(hours=8, minutes=59):
        making.aired()
        actions.open_households(BY)
        actions.ring_households(BY)
    assert models.Ring.objects.filter(next_at__isnull=False).count() == 2  # by day; the worker came too late
    with later(hours=9, minutes=1):
        urgent(listens)
    minutes(exchange, 9 * HOUR + 2, 19 * HOUR, 60)
    told = models.Ring.objects.filter(asked_at__isnull=False, asked_at__gt=NOON)
    assert set(told.values_list("reach__airing__announcement__kind", flat=True)) == {Kind.URGENT}


def test_many_notices_do_not_ring_all_at_once(listens: Ground, exchange: Exchange) -> None:
    with later():
        for number in range(6):
            making.sent(listens, words=f"{number}번째 알림입니다.")
    minutes(exchange, 1, 50)
    at = sorted(one.placed_at for one in rings() if one.placed_at)
    assert len(at) == rules.RINGS_PER_HOUR_MAX
    assert all(second - first >= rules.RINGS_APART for first, second in pairwise(at))
