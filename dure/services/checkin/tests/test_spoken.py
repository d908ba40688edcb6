"""Codes to read out: slips of the tongue and of the hand are found, nobody is taken for somebody else, lots say nothing."""

import random
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.ids import SPEAKABLE
from dure.base.refusals import BadValue
from dure.services.checkin.rules import admitting, calendar, lots, passes, spoken, wedge
from dure.services.checkin.types import DayClosed, Epoch, Misread, NotACode, Subject, TooManyTries
from dure.services.checkin.types.lots import SpokenEntry

from . import making
from .ime import typed_in_hangul
from .making import BAKERY, NOON, TODAY

PASSES, SPENT = b"\x01" * 32, b"\x09" * 32
ME, YOU = Subject(b"\x02" * 32), Subject(b"\x03" * 32)
DIGITS = "0123456789"


def code(number: int = 0) -> str:
    return spoken.code_of(PASSES, Epoch(5), ME, number)


def called(number: int = 0) -> str:
    return spoken.called_code_of(PASSES, Epoch(5), ME, number)


@given(st.text(alphabet=SPEAKABLE, min_size=11, max_size=11).filter(lambda one: not one.isdigit()), st.data())
def test_one_wrong_letter_or_two_exchanged_ones_are_noticed(letters: str, data: st.DataObject) -> None:
    right = letters + spoken.check_letter(letters)
    assert spoken.read(f" {right[:4].lower()}-{right[4:8]} {right[8:]} ") == right
    at = data.draw(st.integers(0, 11))
    wrong = right[:at] + data.draw(st.sampled_from(SPEAKABLE)) + right[at + 1 :]
    pair = data.draw(st.integers(0, 10))
    exchanged = right[:pair] + right[pair + 1] + right[pair] + right[pair + 2 :]
    for other in {wrong, exchanged} - {right}:
        if other.isdigit():
            continue  # might be a number that was told by telephone: then it is nobody's
        with pytest.raises(Misread):
            spoken.read(other)


@given(st.text(alphabet=DIGITS, min_size=11, max_size=11), st.data())
def test_one_wrong_digit_is_noticed(digits: str, data: st.DataObject) -> None:
    right = digits + spoken.check_digit(digits)
    assert spoken.read(f"{right[:4]} {right[4:8]}-{right[8:]}") == right
    at = data.draw(st.integers(0, 11))
    wrong = right[:at] + data.draw(st.sampled_from(DIGITS)) + right[at + 1 :]
    if wrong != right and not set(wrong) <= set(SPEAKABLE):
        with pytest.raises(Misread):
            spoken.read(wrong)


def test_of_exchanged_neighbours_nine_in_ten_are_noticed() -> None:
    """All would need a sign that is no digit; what is not noticed is nobody's code and counts as a wrong one."""
    chance, missed, tried = random.Random(3), 0, 0  # noqa: S311 - a test that comes out the same twice
    for _ in range(2_000):
        right = "".join(chance.choices(DIGITS, k=11))
        right += spoken.check_digit(right)
        at = chance.randrange(11)
        other = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
        if other != right:
            tried += 1
            missed += spoken.check_digit(other[:11]) == other[11]
    assert missed / tried < 0.1


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_a_refusal_by_name(typed: str) -> None:
    with suppress(NotACode, Misread):
        spoken.read(typed)


def test_a_person_has_a_few_codes_a_day_all_different_and_none_is_found_under_itself() -> None:
    codes = [code(number) for number in range(spoken.CODES_A_DAY)]
    codes += [called(number) for number in range(spoken.CALLS_A_DAY)]
    assert len(set(codes)) == len(codes) == 8
    assert all(spoken.read(each) == each and spoken.is_like(each) for each in codes)
    assert [each.isdigit() for each in codes] == [False] * 4 + [True] * 4
    tags = [spoken.tag_of(PASSES, Epoch(5), each) for each in codes]
    entries = {spoken.entry(SPENT, Epoch(5), tag) for tag in tags}
    assert len(entries | set(tags)) == 16
    assert not any(each.encode() in found for each in codes for found in (*tags, *entries))
    for made in (code, called):
        with pytest.raises(ValueError, match="codes a day"):
            made(4)


def test_another_day_another_person_and_another_key_have_other_codes() -> None:
    others = {
        spoken.code_of(PASSES, Epoch(6), ME, 0),
        spoken.code_of(PASSES, Epoch(5), YOU, 0),
        spoken.code_of(SPENT, Epoch(5), ME, 0),
        code(),
    }
    assert len(others) == 4
    assert spoken.tag_of(PASSES, Epoch(5), code()) != spoken.tag_of(PASSES, Epoch(6), code())


def test_the_same_code_of_two_people_has_two_owners_and_handed_over_twice_one() -> None:
    assert spoken.owner_of(ME, code()) == spoken.owner_of(ME, code())
    assert len({spoken.owner_of(who, each) for who in (ME, YOU) for each in (code(0), code(1))}) == 4


def test_codes_cannot_be_guessed_at_a_venue_within_what_it_may_try() -> None:
    spoken.check_tries(spoken.WRONG_AN_HOUR_MAX - 1)
    with pytest.raises(TooManyTries):
        spoken.check_tries(spoken.WRONG_AN_HOUR_MAX)
    everybody, venues = 10_000_000 * spoken.CODES_A_DAY, 100_000
    guesses = venues * spoken.WRONG_AN_HOUR_MAX * 24  # of all venues of a country together, on one day
    assert guesses * everybody / len(SPEAKABLE) ** spoken.LETTERS < 1
    callers = 2_000 * spoken.CALLS_A_DAY  # a county's
    assert spoken.WRONG_AN_HOUR_MAX * 24 * 28 * callers / len(DIGITS) ** spoken.LETTERS < 0.002  # one venue, a month


def test_a_code_typed_on_a_korean_keyboard_is_the_same_one() -> None:
    for each in (code(), called()):
        assert spoken.read(wedge.typed_keys(typed_in_hangul(each.lower()))) == each
    assert not spoken.is_like(passes.encode(making.coded(making.shown())))


def test_what_is_spent_looks_like_what_a_pass_spends_and_shares_its_envelope() -> None:
    sealed = making.shown().sealed
    marks = spoken.marks_of(making.VISITS.spent, TODAY, spoken.tag_of(PASSES, TODAY, code()), sealed)
    assert [len(mark) for mark in marks] == [16, 16, 16]
    assert marks[2] == admitting.marks_of(making.VISITS, making.shown())[2]
    assert len(set(marks)) == 3


def test_a_visit_has_the_half_hour_in_which_the_code_was_typed() -> None:
    visit = spoken.visit_of(BAKERY, making.scanned(NOON + timedelta(minutes=31), settled=NOON), b"s" * 64)
    assert (visit.bucket.epoch, visit.bucket.venue, visit.bucket.number) == (TODAY, BAKERY, 25)


# Lots


def decoy() -> SpokenEntry:
    return SpokenEntry(b"\xff" * 16, UUID(int=7).bytes, b"d" * 64)


def entries(count: int) -> list[SpokenEntry]:
    chance = making.chance(count)
    return [SpokenEntry(chance(16), chance(16), chance(64)) for _ in range(count)]


@given(st.integers(0, lots.LOT))
def test_every_lot_is_as_long_as_every_other_and_in_no_order_of_people(count: int) -> None:
    handed = entries(count)
    lot = lots.filled(handed, decoy)
    assert len(lot) == lots.LOT * lots.ENTRY_BYTES
    read = lots.read(lot)
    assert {one.tag for one in read} - {decoy().tag} == {one.tag for one in handed}
    assert [one.tag for one in read] == sorted(one.tag for one in read)


def test_a_lot_holds_so_many_people_and_no_more() -> None:
    assert lots.SETS * max(spoken.CODES_A_DAY, spoken.CALLS_A_DAY) <= lots.LOT
    with pytest.raises(ValueError, match="a lot has"):
        lots.filled(entries(lots.LOT + 1), decoy)
    for broken in (b"", lots.filled([], decoy)[1:], lots.filled([], decoy) + b"x"):
        with pytest.raises(BadValue):
            lots.read(broken)


def test_codes_of_tomorrow_are_handed_over_in_the_evening() -> None:
    begins = calendar.starts_at(TODAY)
    assert lots.days_to_hand(begins + timedelta(hours=17, minutes=59)) == (TODAY,)
    assert lots.days_to_hand(begins + lots.EVENING) == (TODAY, TODAY + 1)
    lots.check_day(Epoch(TODAY + 1), NOON)
    for closed in (TODAY - 1, TODAY + 2):
        with pytest.raises(DayClosed):
            lots.check_day(Epoch(closed), NOON)
