"""What the visit party's worker does when: by the age of things alone, also after it was away."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dure.base.clock import SEOUL
from dure.services.checkin.rules import buckets, calendar, rounds
from dure.services.checkin.types import Epoch, HalfHour

NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
TODAY = calendar.epoch_of(NOON)
HALVES = st.builds(HalfHour, st.integers(TODAY - 3, TODAY + 3).map(Epoch), st.integers(0, 47))


@given(HALVES)
def test_a_journals_key_outlives_its_writing_and_ends_by_itself(half: HalfHour) -> None:
    name, ends = rounds.journal_name(half), rounds.journal_ends(half)
    assert rounds.half_hour_in(name) == half
    at = datetime.combine(ends.day, datetime.min.time(), tzinfo=SEOUL) + timedelta(minutes=ends.minute)
    alive = at - buckets.ends_at(half)
    assert timedelta(seconds=buckets.WRITTEN_SECONDS) < alive < timedelta(days=1)
    assert ends.minute % 30 == 15  # no other key ends then, so that it can be destroyed alone


@given(st.lists(HALVES, unique=True), st.lists(HALVES, unique=True))
def test_a_key_goes_when_its_half_hour_is_over_and_written_and_never_before(
    keys: list[HalfHour], waiting: list[HalfHour]
) -> None:
    gone = rounds.due_to_destroy(keys, waiting, NOON)
    assert set(gone) == {half for half in keys if buckets.is_due(half, NOON) and half not in waiting}
    assert set(rounds.due_to_write(waiting, NOON)).isdisjoint(gone)


@given(st.lists(HALVES, unique=True, max_size=12))
def test_what_waits_too_long_is_named_with_the_end_of_its_key(waiting: list[HalfHour]) -> None:
    found = rounds.late(waiting, NOON)
    late = sorted(half for half in waiting if NOON - buckets.ends_at(half) >= timedelta(minutes=15))
    assert (found is None) is (not late)
    if found is not None:
        name = rounds.journal_ends(late[0])
        ends = datetime.combine(name.day, datetime.min.time(), tzinfo=SEOUL) + timedelta(minutes=name.minute)
        assert (found.first, found.count, found.key_ends) == (late[0], len(late), ends)


def test_keys_lie_ready_for_a_day_without_a_worker() -> None:
    ahead = rounds.half_hours_ahead(NOON)
    assert ahead[0] == HalfHour(TODAY, 24)
    assert ahead[-1] == calendar.half_hour_of(NOON + timedelta(hours=rounds.AHEAD_HOURS))
    assert len(set(ahead)) == len(ahead) == 53


def test_days_end_in_their_order_also_those_that_were_missed() -> None:
    laid = [Epoch(TODAY - age) for age in (40, 28, 27, 3, 2, 0)]
    assert rounds.due_to_forget(laid, NOON) == tuple(Epoch(TODAY - age) for age in (40, 28, 27, 3))
    assert rounds.due_to_drop(laid, NOON) == tuple(Epoch(TODAY - age) for age in (40, 28))
