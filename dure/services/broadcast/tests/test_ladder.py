"""The ladder, told made-up days: what was heard is never said again, nobody is woken by what can wait, nothing is said late."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.broadcast.rules.ladder import LADDER, WAITS, is_night, morning, next_step
from dure.services.broadcast.types import Airing, Attempt, Ended, Kind, Listener, Standing, Way

NOON = datetime(2031, 5, 7, 12, tzinfo=ZoneInfo("Asia/Seoul")).astimezone(UTC)
EVERY = frozenset(Way) - {Way.VISIT}
ZONES = st.sampled_from(
    ["Asia/Seoul", "America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kathmandu", "UTC"]
)
WAYS = st.frozensets(st.sampled_from(sorted(EVERY)))
MINUTES = st.integers(0, 2_000)


def airing(kind: Kind = Kind.NOTICE, at: datetime = NOON, hours: float = 72) -> Airing:
    return Airing(kind, at, at + timedelta(hours=hours))


def minutes_of(
    kind: Kind, ways: frozenset[Way], *, failed: frozenset[Way] = frozenset(), slow: int = 0
) -> list[tuple[Way, int]]:
    """The steps of somebody who never says anything, in minutes from the airing; each is done `slow` minutes late."""
    said, attempts, seen = airing(kind), list[Attempt](), list[tuple[Way, int]]()
    while (step := next_step(said, Listener(ways), attempts, heard=False, left=False)).way is not None:
        assert step.at is not None
        done = step.at + timedelta(minutes=slow)
        attempts.append(Attempt(step.way, done, Ended.FAILED if step.way in failed else Ended.OPEN))
        seen.append((step.way, int((step.at - NOON).total_seconds()) // 60))
    assert step.standing is Standing.TO_VISIT
    return seen


def test_the_ladder_of_a_notice() -> None:
    assert minutes_of(Kind.NOTICE, EVERY) == [
        (Way.PUSH, 0),
        (Way.TEXT, 5),
        (Way.CALL, 15),
        (Way.AGAIN, 45),
        (Way.VISIT, 60),
    ]


def test_whoever_has_only_a_telephone_is_called_at_once() -> None:
    calls = frozenset({Way.CALL, Way.AGAIN})
    assert minutes_of(Kind.NOTICE, calls) == [(Way.CALL, 0), (Way.AGAIN, 30), (Way.VISIT, 45)]
    assert minutes_of(Kind.NOTICE, frozenset()) == [(Way.VISIT, 0)]


def test_an_urgent_one_is_on_the_heads_list_within_ten_minutes() -> None:
    assert minutes_of(Kind.URGENT, EVERY)[-1] == (Way.VISIT, 8)


def test_what_reached_nobody_is_not_waited_for() -> None:
    dead = frozenset({Way.PUSH, Way.TEXT})
    assert minutes_of(Kind.NOTICE, EVERY, failed=dead)[:3] == [(Way.PUSH, 0), (Way.TEXT, 0), (Way.CALL, 0)]


def test_a_sender_that_stood_still_does_not_come_by_all_ways_at_once() -> None:
    steps = minutes_of(Kind.NOTICE, EVERY, slow=600)
    for (_, before), (way, at) in pairwise(steps):
        if way is not Way.VISIT:
            assert at - before >= 600 + WAITS[Kind.NOTICE][way]


def test_a_notice_of_the_evening_waits_for_the_morning_of_whoever_hears_it() -> None:
    late = datetime(2031, 5, 7, 21, 30, tzinfo=ZoneInfo("Asia/Seoul"))
    at_home = next_step(airing(at=late), Listener(EVERY), [], heard=False, left=False)
    assert at_home.at == datetime(2031, 5, 8, 8, tzinfo=ZoneInfo("Asia/Seoul"))
    abroad = next_step(airing(at=late), Listener(EVERY, "America/New_York"), [], heard=False, left=False)
    assert abroad.at == late  # half past eight in the morning there
    urgent = next_step(airing(Kind.URGENT, late), Listener(EVERY), [], heard=False, left=False)
    assert urgent.at == late


def test_what_is_over_is_not_said() -> None:
    late = datetime(2031, 5, 7, 21, 30, tzinfo=ZoneInfo("Asia/Seoul"))
    step = next_step(airing(at=late, hours=10.5), Listener(EVERY), [], heard=False, left=False)
    assert (step.standing, step.way) == (Standing.EXPIRED, None)  # eight in the morning is when it ends
    step = next_step(airing(at=late, hours=10.6), Listener(EVERY), [], heard=False, left=False)
    assert step.standing is Standing.WAITING


@pytest.mark.parametrize("standing", [Standing.HEARD, Standing.LEFT])
def test_heard_or_gone_is_the_end(standing: Standing) -> None:
    tried = [Attempt(Way.PUSH, NOON)]
    step = next_step(airing(), Listener(EVERY), tried, heard=standing is Standing.HEARD, left=standing is Standing.LEFT)
    assert (step.standing, step.way, step.at) == (standing, None, None)


@given(
    st.sampled_from(Kind),
    MINUTES,
    st.integers(1, 4_000),
    ZONES,
    WAYS,
    st.lists(st.tuples(st.booleans(), st.integers(0, 700)), min_size=5),
)
def test_any_day_of_any_listener(
    kind: Kind, begins: int, lasts: int, zone: str, ways: frozenset[Way], fates: list[tuple[bool, int]]
) -> None:
    """Each way once and in order, none at night that can wait, none when it is over, and always an end."""
    at = NOON + timedelta(minutes=begins)
    said, attempts = Airing(kind, at, at + timedelta(minutes=lasts)), list[Attempt]()
    for failed, slow in fates:
        step = next_step(said, Listener(ways, zone), attempts, heard=False, left=False)
        if step.way is None:
            break
        assert step.at is not None
        assert said.at <= step.at < said.expires
        assert step.way in ways | {Way.VISIT}
        local = step.at.astimezone(ZoneInfo(zone)).time()
        assert kind is Kind.URGENT or step.way is Way.VISIT or time(8) <= local < time(21)
        if attempts:
            assert LADDER.index(step.way) > LADDER.index(attempts[-1].way)
            assert step.at >= attempts[-1].at
        attempts.append(Attempt(step.way, step.at + timedelta(minutes=slow), Ended.FAILED if failed else Ended.OPEN))
    end = next_step(said, Listener(ways, zone), attempts, heard=False, left=False)
    assert end.standing in (Standing.EXPIRED, Standing.TO_VISIT)


@given(MINUTES, ZONES)
def test_the_morning_is_the_first_moment_that_is_not_night(minutes: int, zone: str) -> None:
    at = NOON + timedelta(minutes=minutes)
    if is_night(at, zone):
        end = morning(at, zone)
        assert at < end <= at + timedelta(hours=12)
        assert not is_night(end, zone)
        assert is_night(end - timedelta(minutes=1), zone)
