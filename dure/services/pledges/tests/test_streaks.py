"""Days in a row: what pauses them, what ends them, and that a whole group's take one statement."""

from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import days
from dure.services.pledges.types import ProofState, Window

from . import making
from .making import Ground, key


def test_a_streak_waits_for_what_nobody_has_decided_yet() -> None:
    assert days.streak({1, 2, 4, 5}, 7, 5, {3}) == 4  # late or appealed: neither ends it nor adds to it
    assert days.streak({1, 2, 4, 5}, 7, 5) == 2
    assert days.streak({1, 2}, 7, 4, {3}) == 2  # within the grace yesterday is open, too
    assert days.streak({1, 2, 3, 4, 8}, 5, 8, {6}) == 5  # a day that waits takes no day off


def test_a_proof_that_waits_never_shortens_a_streak() -> None:
    near = tuple(range(5, 12))  # the end of one week and the beginning of the next: every way in which these can stand
    sets = [{day for bit, day in enumerate(near) if mask >> bit & 1} for mask in range(1 << len(near))]
    for proved, waits, a_week in product(sets, sets, (5, 7)):
        assert days.streak(proved, a_week, 11, waits) >= days.streak(proved, a_week, 11)


@given(st.integers(0, 360), st.integers(-1_440, 101 * 1_440))
def test_a_day_is_unclosed_until_its_grace_is_over(grace: int, minutes: int) -> None:
    start = date(2026, 3, 2)
    now = datetime.combine(start, time(), tzinfo=clock.SEOUL) + timedelta(minutes=minutes)
    found = days.unclosed(start, Window(), grace, now)
    today = days.day_number(start, clock.local(now).date())
    assert (today in found) == (1 <= today <= 100)
    assert found <= {today - 1, today}
    for day in found:
        closes = days.closes_at(start, day, Window(), grace)
        assert days.state_when_sent(closes, now, now) is ProofState.COUNTS


def test_a_streak_from_the_first_day_to_an_appeal(ground: Ground) -> None:
    by = ground.people[0]
    pledge = making.joined(by, ground.project)

    def run(day: int, minutes: int = 720) -> int:
        with making.on_day(ground, day, minutes):
            return queries.streaks(queries.project(ground.project.id), queries.season(ground.season.id), [pledge.id])[
                pledge.id
            ]

    assert run(-3) == 0
    for day in (1, 2, 3):
        with making.on_day(ground, day):
            proof = making.prove(by, pledge, day)
    assert [run(3), run(4), run(5)] == [3, 3, 0]  # the 4th is open until it is over
    with making.on_day(ground, 5):
        late = making.prove(by, pledge, 4)
    assert [run(5), run(6)] == [3, 0]
    with making.on_day(ground, 5):
        actions.accept_proof(ground.leader, late.id, key=key())
    assert run(5) == 4
    with making.on_day(ground, 5):
        actions.reject_proof(ground.leader, proof.id, "안 보여요", key=key())
    assert run(5) == 1
    with making.on_day(ground, 5):
        actions.appeal_proof(by, proof.id, "보여요", key=key())
    assert run(5) == 3  # the 3rd waits for a steward
    with making.on_day(ground, 5):
        actions.hear_appeal(ground.stewards[0], proof.id, False, "아니에요", key=key())
    assert run(5) == 1


def test_the_streaks_of_a_group_take_one_statement(ground: Ground, django_assert_num_queries: Any) -> None:
    pledges = [making.joined(by, ground.project).id for by in ground.people]
    project, season = queries.project(ground.project.id), queries.season(ground.season.id)
    with making.on_day(ground, 9), django_assert_num_queries(1):
        assert queries.streaks(project, season, pledges) == dict.fromkeys(pledges, 0)
