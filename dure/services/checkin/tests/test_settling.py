"""Codes that nobody but the visit party reads, scanners that are believed as far as they can be, scans without a line."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.checkin.rules import admitting, calendar, issuing, passes, settling, venues
from dure.services.checkin.types import (
    DayClosed,
    Epoch,
    Forged,
    Revoked,
    ScannerId,
    ScannerKey,
    Spent,
    TooLate,
    Venue,
    VenueState,
    WasOnline,
)

from .making import (
    BAKERY,
    CLINIC,
    ISSUER,
    NOON,
    TO_VISITS,
    TODAY,
    VISITS,
    admit,
    by_visits,
    coded,
    later,
    scanned,
    sealed,
    shown,
    subject,
)

NOTHING: frozenset[bytes] = frozenset()


@given(st.integers(0, 72 * 3600))
def test_what_a_scanner_took_without_a_line_counts_within_24_hours(seconds: int) -> None:
    one = shown()
    try:
        admit(one, at=NOON, settled=later(seconds))
        assert seconds <= 24 * 3600
    except (TooLate, DayClosed):
        assert seconds > 24 * 3600


def test_a_scanner_without_a_line_takes_a_pass_once_and_in_its_time() -> None:
    one = passes.decode(passes.encode(coded(shown())))
    seen = frozenset({admitting.note_offline(one, NOTHING, NOON)})
    with pytest.raises(Spent):
        admitting.note_offline(one, seen, later(5))
    with pytest.raises(TooLate):
        admitting.note_offline(one, NOTHING, later(180))


@pytest.mark.parametrize(
    ("venue", "key", "good"),
    [
        ({}, {}, True),
        ({"state": VenueState.REVOKED}, {}, False),
        ({}, {"venue": CLINIC}, False),
        ({}, {"revoked_at": NOON}, False),
        ({}, {"revoked_at": NOON + timedelta(seconds=1)}, True),
        ({}, {"last": calendar.day_of(Epoch(TODAY - 1))}, False),
        ({}, {"first": calendar.day_of(Epoch(TODAY + 1))}, False),
    ],
)
def test_only_a_certified_scanner_of_this_venue_scans_today(
    venue: dict[str, object], key: dict[str, object], good: bool
) -> None:
    day = calendar.day_of(TODAY)
    at_venue = Venue(**({"id": BAKERY, "name": "예시 빵집", "state": VenueState.CERTIFIED} | venue))  # type: ignore[arg-type]  # values are given by the test
    scanner = ScannerKey(
        **({"id": ScannerId(BAKERY), "venue": BAKERY, "public": bytes(32), "first": day, "last": day} | key)  # type: ignore[arg-type]  # values are given by the test
    )
    if good:
        venues.check_scanner(at_venue, scanner, scanned(NOON))
    else:
        with pytest.raises(Revoked):
            venues.check_scanner(at_venue, scanner, scanned(NOON))


def test_a_scanner_that_was_taken_away_brings_nothing_from_before() -> None:
    """It could say any time: its word counts for nothing any more."""
    day = calendar.day_of(TODAY)
    venue = Venue(BAKERY, "예시 빵집", VenueState.CERTIFIED)
    gone = ScannerKey(ScannerId(BAKERY), BAKERY, bytes(32), day, day, revoked_at=NOON)
    with pytest.raises(Revoked):
        venues.check_scanner(venue, gone, scanned(later(-3600), NOON))
    venues.check_scanner(venue, gone, scanned(later(-3600), later(-1)))
    last_evening = replace(gone, revoked_at=None)
    venues.check_scanner(venue, last_evening, scanned(NOON, later(hours=20)))  # its last day, settled the next morning
    with pytest.raises(Revoked):
        venues.check_scanner(venue, last_evening, scanned(later(hours=20)))


@given(st.integers(0, 24 * 3600), st.integers(-3, 3), st.booleans(), st.booleans())
def test_what_was_scanned_between_two_heart_beats_comes_at_once_or_not_at_all(
    late: int, offset: int, before: bool, after: bool
) -> None:
    """Else a venue could keep a picture of a code that was never used, and redeem it within the day."""
    beat = settling.beat_of(NOON)
    heard = {beat + offset * 2 + 7} | ({beat} if before else set()) | ({beat + 1} if after else set())
    had_a_line = {beat, beat + 1} <= heard
    scan = scanned(NOON, later(late), heard=frozenset(heard))
    try:
        settling.check_settling(scan)
        assert late <= settling.INTERRUPTED_SECONDS_MAX or not had_a_line
    except WasOnline:
        assert late > settling.INTERRUPTED_SECONDS_MAX
        assert had_a_line


def test_no_batch_is_made_before_the_eve_or_after_the_day_and_no_issuer_needs_its_keys_then() -> None:
    begins, ends = calendar.starts_at(Epoch(TODAY - 1)), calendar.issuing_ends_at(TODAY)
    for at in (begins, ends - timedelta(microseconds=1)):
        issuing.batch(ISSUER, TODAY, subject("a"), sealed("a"), TO_VISITS, at)
    for at in (begins - timedelta(microseconds=1), ends):
        with pytest.raises(DayClosed):
            issuing.batch(ISSUER, TODAY, subject("a"), sealed("a"), TO_VISITS, at)
    assert ends == calendar.starts_at(Epoch(TODAY + 1)) < calendar.forgotten_at(TODAY)


def test_the_same_pass_drawn_twice_has_nothing_in_common_but_day_and_slot() -> None:
    """So a batch that was kept, and every key of an issuer, say nothing about a code."""
    one, other = coded(shown()), coded(shown())
    assert (one.epoch, one.slot) == (other.epoch, other.slot)
    assert not any(one.letter[at : at + 4] == other.letter[at : at + 4] for at in range(len(one.letter) - 3))
    whole = shown().nonce + shown().authenticator + shown().sealed
    assert not any(whole[at : at + 4] in one.letter for at in range(len(whole) - 3))


def test_a_code_opens_for_the_visit_party_in_its_slot_only() -> None:
    code = coded(shown())
    assert passes.opened(code, by_visits) == shown()
    for moved in (replace(code, slot=code.slot + 1), replace(code, epoch=Epoch(code.epoch + 1))):
        with pytest.raises(Forged):
            passes.opened(moved, by_visits)
    with pytest.raises(Forged):
        passes.opened(code, lambda context, letter: b"short")
    with pytest.raises(Forged):
        admitting.admit(VISITS, by_visits, replace(code, letter=bytes(144)), NOTHING, scanned(NOON))
