"""How visits are written, and what one seed opens."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dure.services.checkin.rules import buckets, calendar, scopes, settling
from dure.services.checkin.types import (
    Bucket,
    Code,
    Epoch,
    HalfHour,
    Hour,
    Party,
    Row,
    Seed,
    Unreadable,
    VenueId,
    Visit,
)

from .making import BAKERY, CLINIC, NOON, TODAY, chance, later, opened, sealed

places = st.sampled_from([BAKERY, CLINIC])
KEY = b"\x07" * 32
LAST = HalfHour(TODAY, 47)  # in which all of a day might be written, if it came so late
visits = st.lists(
    st.builds(
        Visit,
        bucket=st.builds(Bucket, epoch=st.just(TODAY), venue=places, number=st.integers(0, 47)),
        sealed=st.binary(min_size=64, max_size=64),
    ),
    max_size=40,
)


def seeds_for(many: list[Visit], start: int = 0) -> dict[Hour, Seed]:
    secret = chance(start)
    return {hour: Seed(hour, part, secret(32)) for hour, part in buckets.parts_of(many, LAST)}


def written(many: list[Visit], seeds: dict[Hour, Seed], start: int = 0) -> tuple[Row, ...]:
    """The rows for a journal that has these visits, in this order, under random ids."""
    draw = chance(start)
    return buckets.written({draw(16): visit for visit in many}, LAST, seeds, KEY)


@given(visits, st.integers())
def test_nothing_is_lost_and_every_group_is_full(many: list[Visit], seed: int) -> None:
    seeds = seeds_for(many, seed)
    rows = written(many, seeds, seed)
    groups = Counter((row.venue, row.number) for row in rows)
    assert all(count % buckets.GROUP_MIN == 0 for count in groups.values())
    assert set(groups) == {(visit.bucket.venue, visit.bucket.number) for visit in many}
    read = [
        handle
        for hour in seeds
        for handle in buckets.read(seeds[hour], [row for row in rows if scopes.hour_of(row) == hour])
    ]
    assert sorted(read) == sorted(visit.sealed for visit in many)


@given(visits, st.integers())
def test_rows_come_in_the_order_of_random_ids_whichever_way_the_visits_came(many: list[Visit], seed: int) -> None:
    rows = written(many, seeds_for(many), seed)
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert len({row.id for row in rows}) == len(rows)
    assert {len(row.body) for row in rows} <= {scopes.BODY_BYTES}


def test_the_order_of_rows_says_nothing_about_the_order_of_visits() -> None:
    """200 nights of 20 visits: where the first visit ends up is spread over all places alike (chi-square, 19 degrees)."""
    places: Counter[int] = Counter()
    for night in range(200):
        many = [Visit(Bucket(TODAY, BAKERY, 24), bytes([at]) * 64) for at in range(20)]
        seeds = seeds_for(many)
        rows = written(many, seeds, night)
        [seed] = seeds.values()
        order = [scopes.open_row(seed, row)[1:2] for row in rows]
        places[order.index(b"\x00")] += 1
    assert sum((places[at] - 10) ** 2 / 10 for at in range(20)) < 43.8  # p = 0.001


@pytest.mark.parametrize(("visits", "decoys"), [(0, 0), (1, 4), (4, 1), (5, 0), (6, 4), (500, 0)])
def test_a_small_group_at_closing_time_is_filled_up_and_not_held_back(visits: int, decoys: int) -> None:
    assert buckets.decoys_for(visits) == decoys


@example(119)  # the last slot of a half hour
@given(st.integers(0, calendar.SLOTS - 1))
def test_a_half_hour_is_written_only_when_no_pass_of_it_can_come_any_more(slot: int) -> None:
    half = HalfHour(TODAY, calendar.bucket_of_slot(slot))
    latest = calendar.slot_starts_at(TODAY, slot) + timedelta(seconds=15 + settling.LATE_SECONDS_MAX)
    ends = buckets.ends_at(half)
    assert ends - timedelta(minutes=30) < latest <= ends + timedelta(seconds=buckets.CLOSED_SECONDS)
    due = ends + timedelta(seconds=buckets.WRITTEN_SECONDS)
    assert buckets.is_due(half, due)
    assert not buckets.is_due(half, due - timedelta(microseconds=1))


# In which journal a visit waits


@settings(max_examples=500)
@example(0, -15.0, 0.0)  # shown early, on the evening before
@example(5_759, 44.9, 0.0)  # shown late, after midnight
@example(5_759, 44.9, 24 * 3600.0)
@example(119, 15.0, 0.0)  # at the border of two half hours
@example(119, 0.0, 74.999)
@example(119, 0.0, 75.0)
@given(st.integers(0, calendar.SLOTS - 1), st.floats(-15, 44.9), st.one_of(st.just(0.0), st.floats(0, 24 * 3600)))
def test_every_accepted_visit_is_read_by_exactly_one_writing_after_it_is_due(
    slot: int, offset: float, late: float
) -> None:
    """A writing reads the journal of one half hour, once, at some moment after that is due."""
    scanned = calendar.slot_starts_at(TODAY, slot) + timedelta(seconds=offset)
    at = scanned + timedelta(seconds=late)
    settling.check_time(Code(TODAY, slot, b""), scanned)
    own = Bucket(TODAY, BAKERY, calendar.bucket_of_slot(slot))
    waits_in = buckets.journalled_in(own, at)
    committed = at + timedelta(seconds=60)  # whoever decided at `at` has let it in, or given up
    assert not buckets.is_due(waits_in, committed - timedelta(microseconds=1))  # so nobody has read it yet
    assert buckets.ends_at(waits_in) >= buckets.ends_at(own)  # and its own half hour is over when somebody does
    assert buckets.part_of(buckets.hour_of(own), waits_in) >= 0
    assert {waits_in.epoch, TODAY} <= set(calendar.days_to_lay(at))  # also on the first day of an installation
    if late == 0:
        assert waits_in == HalfHour(own.epoch, own.number)  # with a line: always with its own half hour
    if late > 3600:
        assert waits_in == calendar.half_hour_of(at)


def test_what_came_late_has_a_part_of_its_own() -> None:
    """Its hour was written and its seed is forgotten."""
    hour = Hour(TODAY, BAKERY, 9)
    parts = [buckets.part_of(hour, HalfHour(Epoch(TODAY + day), number)) for day in (0, 1, 2) for number in range(48)]
    assert len(set(parts)) == len(parts)
    assert parts[18:20] == [0, 1]
    visit = Visit(Bucket(TODAY, BAKERY, 18), bytes(64))
    assert buckets.parts_of([visit, visit], HalfHour(Epoch(TODAY + 1), 0)) == ((hour, 30),)
    with pytest.raises(ValueError, match="another part"):
        buckets.written({bytes(16): visit}, HalfHour(TODAY, 18), {hour: Seed(hour, 1, bytes(32))}, KEY)


@given(visits, st.integers())
def test_made_again_after_a_crash_the_rows_have_the_same_ids_and_under_another_key_none_of_them(
    many: list[Visit], seed: int
) -> None:
    draw = chance(seed)
    entries = {draw(16): visit for visit in many}
    rows = buckets.written(entries, LAST, seeds_for(many, 1), KEY)
    backwards = dict(reversed(entries.items()))
    again = buckets.written(backwards, LAST, seeds_for(many, 2), KEY)
    assert [row.id for row in rows] == [row.id for row in again]
    assert {row.id for row in rows}.isdisjoint(entries)
    other = buckets.written(entries, LAST, seeds_for(many, 1), b"\x08" * 32)
    assert {row.id for row in rows}.isdisjoint({row.id for row in other})


# What one seed opens


@settings(max_examples=50)
@given(st.integers(0, 47), st.integers(0, 47), places, places)
def test_a_seed_opens_its_hour_and_nothing_of_the_neighbour(
    mine: int, other: int, here: VenueId, there: VenueId
) -> None:
    many = [Visit(Bucket(TODAY, here, mine), b"a" * 64), Visit(Bucket(TODAY, there, other), b"b" * 64)]
    seeds = seeds_for(many)
    rows = written(many, seeds, 1)
    seed = seeds[buckets.hour_of(many[0].bucket)]
    for row in rows:
        if scopes.hour_of(row) == seed.hour:
            scopes.open_row(seed, row)
            continue
        for pretended in (row, moved(row, seed.hour)):
            with pytest.raises(Unreadable):
                scopes.open_row(seed, pretended)


def moved(row: Row, hour: Hour) -> Row:
    """The same row, said to be of another hour."""
    return Row(row.id, hour.epoch, hour.venue, 2 * hour.hour, row.part, row.body)


@given(st.integers(0, scopes.BODY_BYTES * 8 - 1))
def test_a_row_that_was_changed_does_not_open(bit: int) -> None:
    seed = Seed(Hour(TODAY, BAKERY, 12), 0, b"\x06" * 32)
    row = scopes.seal_row(seed, 24, bytes(scopes.PLAIN_BYTES), bytes(16))
    body = bytearray(row.body)
    body[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        scopes.open_row(seed, Row(row.id, row.epoch, row.venue, row.number, row.part, bytes(body)))


def test_another_part_of_the_same_hour_has_another_seed() -> None:
    hour = Hour(TODAY, BAKERY, 12)
    row = scopes.seal_row(Seed(hour, 0, b"\x06" * 32), 24, bytes(scopes.PLAIN_BYTES), bytes(16))
    with pytest.raises(Unreadable):
        scopes.open_row(Seed(hour, 1, b"\x07" * 32), row)
    with pytest.raises(ValueError, match="half hour"):
        scopes.seal_row(Seed(hour, 0, b"\x06" * 32), 26, bytes(scopes.PLAIN_BYTES), bytes(16))


def test_shares_are_sealed_to_one_hour_one_part_and_one_party() -> None:
    hours = [Hour(TODAY, venue, hour) for venue in (BAKERY, CLINIC) for hour in range(24)]
    contexts = {scopes.share_context(hour, part, party) for hour in hours for part in (0, 1) for party in Party}
    assert len(contexts) == len(hours) * 2 * 3


def test_decoys_and_visits_look_alike_and_only_visits_hold_a_person() -> None:
    [handle] = sealed("a", count=1)
    many = [Visit(Bucket(TODAY, BAKERY, 24), handle)]
    seeds = seeds_for(many)
    rows = written(many, seeds, 3)
    assert len(rows) == 5
    [seed] = seeds.values()
    [found] = buckets.read(seed, rows)
    assert len(opened(found)) == 16
    assert later(0) == NOON
