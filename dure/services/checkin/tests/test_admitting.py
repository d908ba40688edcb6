"""Shown, scanned, spent: once, in time, one person in one place; and what a venue learns of it."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dure.base.refusals import NotAllowed, Refusal
from dure.services.checkin.rules import (
    admitting,
    calendar,
    issuing,
    marks,
    secrets,
    settling,
    showing,
)
from dure.services.checkin.types import (
    BatchUsedUp,
    Colour,
    DayClosed,
    Epoch,
    Forged,
    KnownBy,
    Misread,
    NotACode,
    NotAnIdentity,
    Pass,
    Shown,
    Spent,
    SpentKeys,
    Subject,
    TooEarly,
    TooLate,
    TooManyTries,
    UnknownVersion,
    Verdict,
    WasOnline,
)

from .making import (
    BAKERY,
    ISSUER,
    NOON,
    TODAY,
    VISITS,
    admit,
    batch,
    later,
    opened,
    sealed,
    shown,
    subject,
)

NOTHING: frozenset[bytes] = frozenset()
minutes = st.integers(0, calendar.MINUTES - 1)
slots = st.integers(0, calendar.SLOTS - 1)


# Showing


@given(st.lists(slots, max_size=60))
def test_no_envelope_is_shown_in_two_minutes_and_no_minute_shows_two(looks: list[int]) -> None:
    now = Shown(TODAY)
    seen: dict[bytes, int] = {}
    for slot in sorted(looks):
        try:
            one, now = showing.show(batch("a"), now, calendar.slot_starts_at(TODAY, slot))
        except BatchUsedUp:
            assert len(seen) == len(batch("a").envelopes)
            return
        minute = calendar.minute_of_slot(slot)
        assert seen.setdefault(one.sealed, minute) == minute
        assert (one.epoch, one.slot) == (TODAY, slot)
    assert len(set(seen.values())) == len(seen)


@given(slots)
def test_every_slot_of_the_day_has_a_good_pass_and_the_next_slot_another(slot: int) -> None:
    at = calendar.slot_starts_at(TODAY, slot)
    one, then = showing.show(batch("a"), Shown(TODAY), at)
    assert admit(one, at=at)
    again, _ = showing.show(batch("a"), then, at + timedelta(seconds=14))
    assert again == one
    if slot + 1 < calendar.SLOTS:
        following, _ = showing.show(batch("a"), then, at + timedelta(seconds=15))
        assert following.authenticator != one.authenticator


def test_a_telephone_remembers_two_numbers_and_forgets_them_with_the_day() -> None:
    _, now = showing.show(batch("a"), Shown(TODAY), NOON)
    assert (now.used, now.minute) == (1, 720)
    tomorrow = Epoch(TODAY + 1)
    _, then = showing.show(batch("a", tomorrow), now, calendar.starts_at(tomorrow))
    assert (then.epoch, then.used, then.minute) == (tomorrow, 1, 0)
    with pytest.raises(DayClosed):
        showing.show(batch("a"), now, calendar.starts_at(tomorrow))


# In time


@given(slots, st.integers(-86_400_000, 86_400_000))
def test_a_pass_holds_for_its_slot_and_a_little_around_it(slot: int, milliseconds: int) -> None:
    begins = calendar.slot_starts_at(TODAY, slot)
    one = Pass(TODAY, slot, bytes(16), bytes(16), bytes(64))
    at = begins + timedelta(milliseconds=milliseconds)
    early, late = -1000 * settling.EARLY_SECONDS_MAX, 1000 * (calendar.SLOT_SECONDS + settling.LATE_SECONDS_MAX)
    try:
        settling.check_time(one, at)
        assert early <= milliseconds < late
    except TooEarly:
        assert milliseconds < early
    except TooLate:
        assert milliseconds >= late


def test_a_screenshot_shown_three_minutes_later_fails_used_or_not() -> None:
    one = shown()
    with pytest.raises(TooLate):
        admit(one, at=later(180))
    with pytest.raises(TooLate):
        admit(one, admit(one), at=later(180))
    with pytest.raises(Spent):
        admit(one, admit(one), at=later(20))


def test_a_scanner_cannot_bring_scans_of_the_future_and_keys_that_are_gone_check_nothing() -> None:
    one = shown(at=later(3600))
    with pytest.raises(TooEarly):
        admit(one, at=later(3600), settled=NOON)
    with pytest.raises(DayClosed):
        admit(shown(), settled=calendar.forgotten_at(TODAY))


# Once


def test_a_pass_is_taken_once_also_when_a_day_lies_between() -> None:
    one = shown()
    spent = admit(one)
    for settled in (NOON, later(60), later(hours=23)):
        with pytest.raises(Spent):
            admit(one, spent, settled=settled)


@given(minutes, minutes)
def test_minutes_share_a_window_exactly_when_they_are_equal_or_neighbours(one: int, other: int) -> None:
    first, second = marks.windows_of(one), marks.windows_of(other)
    shared = first[0] == second[0] or first[1] == second[1]
    assert shared == (abs(one - other) <= 1)


@given(slots, st.integers(-8, 8))
def test_a_second_telephone_of_the_same_person_is_refused_within_a_minute(slot: int, distance: int) -> None:
    assume(0 <= slot + distance < calendar.SLOTS)
    at, then = (calendar.slot_starts_at(TODAY, each) for each in (slot, slot + distance))
    one, other = shown(at=at, telephone=1), shown(at=then, telephone=2)
    assert one.sealed != other.sealed
    spent = admit(one, at=at)
    near = abs(calendar.minute_of_slot(slot) - calendar.minute_of_slot(slot + distance)) <= 1
    if near:
        with pytest.raises(Spent):
            admit(other, spent, at=then)
    else:
        assert not spent & admit(other, at=then)
        assert admit(other, spent, at=then)
    assert near or abs(distance) * calendar.SLOT_SECONDS > 60


@given(slots, st.integers(1, 12))
def test_clocks_set_wrong_on_purpose_do_not_put_a_person_in_two_places_within_15_seconds(
    one: int, distance: int
) -> None:
    """The most that a cheat gains: both passes as far out of their slots as is taken, in different windows."""
    other = one + distance
    assume(other < calendar.SLOTS)
    assume(abs(calendar.minute_of_slot(one) - calendar.minute_of_slot(other)) >= 2)
    early, late = sorted((one, other))
    scanned_first = calendar.slot_starts_at(TODAY, early) + timedelta(seconds=15 + settling.LATE_SECONDS_MAX)
    scanned_then = calendar.slot_starts_at(TODAY, late) - timedelta(seconds=settling.EARLY_SECONDS_MAX)
    assert scanned_then - scanned_first >= timedelta(seconds=15)


def test_an_envelope_is_good_once_with_whosever_stamp() -> None:
    """Who gives an envelope of theirs to others gives it to one."""
    borrowed = batch("a").envelopes[0]
    spent = NOTHING
    for count, person in enumerate(("b", "c")):
        stamp = batch(person).stamps[720]
        bare = Pass(TODAY, 2880, stamp.nonce, b"", borrowed.sealed)
        proof = showing.authenticator(borrowed.key, stamp.key, bare)
        one = Pass(TODAY, 2880, stamp.nonce, proof, borrowed.sealed)
        if count:
            with pytest.raises(Spent):
                admit(one, spent)
        else:
            spent = admit(one)


def test_accepted_passes_of_a_person_share_no_mark_and_no_byte_string() -> None:
    now, taken = Shown(TODAY), []
    for hour in range(10):
        one, now = showing.show(batch("a"), now, later(hour * 3600))
        taken.append(one)
    for one, other in combinations(taken, 2):
        assert not set(admitting.marks_of(VISITS, one)) & set(admitting.marks_of(VISITS, other))
        assert one.sealed != other.sealed
        assert one.nonce[:8] != other.nonce[:8]
        assert one.nonce[8:] != other.nonce[8:]


def test_what_is_spent_is_not_what_an_issuer_can_compute() -> None:
    one = shown()
    whose = subject("a")
    known = {marks.mark_of(whose, cover, window) for cover in (0, 1) for window in range(721)}
    assert one.nonce[:8] in known
    stored = b"".join(admitting.marks_of(VISITS, one))
    assert not any(mark in stored for mark in known)
    other = admitting.marks_of(SpentKeys(VISITS.passes, b"\x08" * 32), one)
    assert not set(other) & set(admitting.marks_of(VISITS, one))


# Genuine


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.binary(min_size=64, max_size=64))
def test_nobody_without_the_key_of_the_day_makes_a_pass(nonce: bytes, proof: bytes, handle: bytes) -> None:
    with pytest.raises(Forged):
        admit(Pass(TODAY, 2880, nonce, proof, handle))


def test_no_part_of_a_genuine_pass_can_be_exchanged() -> None:
    one, other = shown("a"), shown("b")
    mixed = [
        Pass(TODAY, one.slot, other.nonce, one.authenticator, one.sealed),
        Pass(TODAY, one.slot, one.nonce, one.authenticator, other.sealed),
        Pass(TODAY, one.slot + 1, one.nonce, one.authenticator, one.sealed),
        Pass(TODAY, one.slot, one.nonce, other.authenticator, one.sealed),
        Pass(TODAY, one.slot, one.nonce[8:] + one.nonce[:8], one.authenticator, one.sealed),
    ]
    for each in mixed:
        with pytest.raises(Forged):
            admit(each)


def test_a_false_handle_cannot_be_put_in() -> None:
    """Somebody who would be found as another person: sealed by themselves, with their own good stamp."""
    [false] = sealed("b", count=1)
    stamp, envelope = batch("a").stamps[720], batch("a").envelopes[0]
    bare = Pass(TODAY, 2880, stamp.nonce, b"", false)
    forged = Pass(TODAY, 2880, stamp.nonce, showing.authenticator(envelope.key, stamp.key, bare), false)
    with pytest.raises(Forged):
        admit(forged)
    assert opened(shown("a").sealed) != opened(shown("b").sealed)


def test_a_venue_that_gives_a_challenge_takes_no_pass_made_for_another() -> None:
    here = shown(challenge="4TXR")
    admitting.check_maker(VISITS, here, "4TXR")
    for challenge in ("", "4TXQ", "4TXR" * 3, "4txr", "\ud800", "가나다라"):
        with pytest.raises(Forged):
            admitting.check_maker(VISITS, here, challenge)


# What the venue learns


def test_a_venue_learns_one_of_four_words_and_a_colour() -> None:
    again: list[Refusal] = [Misread(), TooEarly(), TooLate(), Spent(), DayClosed(epoch=TODAY)]
    refusals = [*again, WasOnline(), TooManyTries(limit=20)]
    assert {admitting.verdict_of(each) for each in refusals} == {Verdict.SHOW_AGAIN}
    assert {admitting.verdict_of(each) for each in (Forged(), NotACode(), UnknownVersion(version=9))} == {
        Verdict.NOT_OURS
    }
    assert admitting.verdict_of(None) is Verdict.WELCOME
    assert admitting.verdict_of(None, offline=True) is Verdict.NOTED
    assert {verdict: admitting.COLOURS[verdict] for verdict in Verdict} == {
        Verdict.WELCOME: Colour.GREEN,
        Verdict.NOTED: Colour.YELLOW,
        Verdict.SHOW_AGAIN: Colour.RED,
        Verdict.NOT_OURS: Colour.RED,
    }
    with pytest.raises(TypeError):
        admitting.verdict_of(NotAllowed(needs="x"))


def test_what_is_kept_of_a_pass_is_a_half_hour_and_a_sealed_handle() -> None:
    visit = admitting.visit_of(BAKERY, shown(at=later(29 * 60 + 59)))
    assert visit.bucket == admitting.visit_of(BAKERY, shown()).bucket
    assert visit.bucket != admitting.visit_of(BAKERY, shown(at=later(30 * 60))).bucket
    assert set(type(visit).__slots__) == {"bucket", "sealed"}


def test_the_same_person_is_another_subject_every_day_and_the_same_at_every_issuer() -> None:
    one = subject("a")
    assert one == subject("a", rates=b"\x02" * 32)
    assert one != subject("a", Epoch(TODAY + 1))
    assert one != subject("b")
    written = ("010-0000-0097", "01000000097", "+82 10-0000-0097", "(010) 0000 0097", "+821000000097")
    for number in written:  # issuers write a number differently
        assert one == marks.subject_of(ISSUER.rates, TODAY, KnownBy.TELEPHONE, number.encode())
    for known, identity in (
        (KnownBy.TELEPHONE, b"kim@example.org"),
        (KnownBy.TELEPHONE, b"A" * 86 + b"=="),
        (KnownBy.CI, b"010-0000-0097"),
        (KnownBy.CI, "가".encode() * 40),
        (KnownBy.TELEPHONE, b""),
        (KnownBy.TELEPHONE, b"0082100000097"),
    ):  # nobody is two persons because one issuer knows a CI and the next a number
        with pytest.raises(NotAnIdentity):
            marks.subject_of(ISSUER.rates, TODAY, known, identity)
    assert marks.subject_of(ISSUER.rates, TODAY, KnownBy.CI, b"A" * 86 + b"==") != one
    assert marks.nonce_of(Subject(one), 5)[:8] != marks.nonce_of(Subject(one), 5)[8:]


def test_a_key_of_another_day_or_purpose_makes_nothing_of_today() -> None:
    for keys in (SpentKeys(b"\x21" * 32, VISITS.spent), SpentKeys(VISITS.spent, VISITS.spent)):
        with pytest.raises(Forged):
            admitting.check_maker(keys, shown(), "")
    yesterday = Epoch(TODAY - 1)
    moved = replace(shown(at=calendar.starts_at(yesterday) + timedelta(hours=12)), epoch=TODAY)
    with pytest.raises(Forged):  # even if two days had the same key, a pass of one is none of the other
        admitting.check_maker(VISITS, moved, "")


@given(minutes)
def test_a_batch_holds_what_is_made_for_each_minute_by_itself(minute: int) -> None:
    assert batch("a").stamps[minute] == issuing.stamp(ISSUER.passes, TODAY, subject("a"), minute)


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_parts_of_what_is_derived_cannot_run_into_each_other(some: list[bytes], others: list[bytes]) -> None:
    one, other = (secrets.derived(b"k" * 32, b"use", *parts) for parts in (some, others))
    assert (one == other) == (some == others)
    assert one != secrets.derived(b"k" * 32, b"us", b"e", *some)
    with pytest.raises(ValueError, match="16 bytes"):
        secrets.derived(b"short", b"use", *some)


def test_a_stamp_is_good_in_its_own_minute_only() -> None:
    """Else a person could check in with the whole day's stamps within one minute."""
    envelope = batch("a").envelopes[0]
    for minute in (719, 721):
        stamp = batch("a").stamps[minute]
        bare = Pass(TODAY, 2880, stamp.nonce, b"", envelope.sealed)
        with pytest.raises(Forged):
            admit(replace(bare, authenticator=showing.authenticator(envelope.key, stamp.key, bare)))
