"""What waits in the journal: comes back whole, in its place only, and looks the same wherever and whenever it was."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.checkin.rules import journal
from dure.services.checkin.types import Bucket, Epoch, HalfHour, Unreadable, VenueId, Visit

from .making import BAKERY, CLINIC, TODAY

KEY, ROW, NOON_HALF = b"\x07" * 32, bytes(range(16)), HalfHour(TODAY, 24)
visits = st.builds(
    Visit,
    bucket=st.builds(
        Bucket,
        epoch=st.integers(0, 65_535).map(Epoch),
        venue=st.uuids().map(VenueId),
        number=st.integers(0, 47),
    ),
    sealed=st.binary(min_size=64, max_size=64),
)
VISIT = Visit(Bucket(TODAY, BAKERY, 24), b"h" * 64)


@given(visits, st.integers(0, 47), st.binary(min_size=16, max_size=16))
def test_an_entry_comes_back_as_it_was_and_always_has_one_length(visit: Visit, number: int, row: bytes) -> None:
    entry = journal.seal_entry(KEY, HalfHour(TODAY, number), row, visit)
    assert journal.open_entry(KEY, HalfHour(TODAY, number), row, entry) == visit
    assert len(entry) == journal.ENTRY_BYTES == 99


@given(st.integers(0, 8 * journal.ENTRY_BYTES - 1))
def test_an_entry_that_was_changed_does_not_open(bit: int) -> None:
    entry = bytearray(journal.seal_entry(KEY, NOON_HALF, ROW, VISIT))
    entry[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Unreadable):
        journal.open_entry(KEY, NOON_HALF, ROW, bytes(entry))


def test_an_entry_opens_in_its_place_and_under_its_key_only() -> None:
    entry = journal.seal_entry(KEY, NOON_HALF, ROW, VISIT)
    elsewhere: list[tuple[bytes, HalfHour, bytes, bytes]] = [
        (b"\x08" * 32, NOON_HALF, ROW, entry),
        (KEY, HalfHour(Epoch(TODAY + 1), 24), ROW, entry),
        (KEY, HalfHour(TODAY, 25), ROW, entry),
        (KEY, NOON_HALF, bytes(16), entry),
        (KEY, NOON_HALF, ROW, entry[:-1]),
        (KEY, NOON_HALF, ROW[:-1], entry),
    ]
    for each in elsewhere:
        with pytest.raises(Unreadable):
            journal.open_entry(*each)


def test_neither_venue_nor_half_hour_nor_handle_stands_in_an_entry() -> None:
    here = journal.seal_entry(KEY, NOON_HALF, ROW, VISIT)
    there = journal.seal_entry(KEY, NOON_HALF, bytes(16), Visit(Bucket(TODAY, CLINIC, 3), b"h" * 64))
    for venue in (BAKERY, CLINIC):
        assert UUID(int=venue.int).bytes not in here + there
    assert b"hhhh" not in here + there
    assert not any(here[at : at + 4] == there[at : at + 4] for at in range(len(here) - 3))


def test_what_does_not_fit_is_no_entry() -> None:
    for wrong in ((KEY, b"short", VISIT), (KEY, ROW, Visit(VISIT.bucket, b"x")), (b"short", ROW, VISIT)):
        with pytest.raises(ValueError, match=r"bytes|handle"):
            journal.seal_entry(wrong[0], NOON_HALF, wrong[1], wrong[2])
