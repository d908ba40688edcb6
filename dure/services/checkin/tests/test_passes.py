"""The text of a QR code: whole, small, read back by a camera, and refused by name whenever anything is wrong with it."""

import base64
import hmac
import io
import string
from contextlib import suppress
from dataclasses import replace

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dure.base.ids import SPEAKABLE
from dure.services.checkin.rules import admitting, calendar, passes, spoken, wedge
from dure.services.checkin.types import (
    DayClosed,
    Epoch,
    Forged,
    Misread,
    NotACode,
    Pass,
    Subject,
    TooEarly,
    TooLate,
    UnknownVersion,
)

from .ime import typed_in_hangul
from .making import NOON, VISITS, shown

CODE = passes.encode(shown())
BY_NAME = (NotACode, Misread, UnknownVersion, TooEarly)
any_pass = st.builds(
    Pass,
    epoch=st.integers(0, calendar.EPOCH_MAX).map(Epoch),
    slot=st.integers(0, calendar.SLOTS - 1),
    nonce=st.binary(min_size=16, max_size=16),
    authenticator=st.binary(min_size=16, max_size=16),
    sealed=st.binary(min_size=64, max_size=64),
)


@given(any_pass)
def test_a_pass_comes_back_as_it_was(one: Pass) -> None:
    text = passes.encode(one)
    assert len(text) == passes.TEXT_LENGTH == 168
    assert passes.decode(text) == one
    assert passes.decode(f"  {text.lower()}\r\n") == one


def test_it_is_105_bytes_and_a_small_qr_code_that_a_camera_reads_back() -> None:
    assert passes.PASS_BYTES == 105
    code = segno.make(CODE, error="m", boost_error=False, micro=False)
    assert (code.version, code.mode, code.error) == (7, "alphanumeric", "M")
    file = io.BytesIO()
    code.save(file, kind="png", scale=4)
    [read] = zxingcpp.read_barcodes(Image.open(file))
    assert read.text == CODE


@settings(max_examples=500)
@given(st.text(max_size=200) | st.text(alphabet=string.ascii_uppercase + "234567", min_size=168, max_size=168))
def test_whatever_is_read_is_a_pass_or_a_refusal_by_name(read: str) -> None:
    with suppress(*BY_NAME):
        passes.decode(read)


@settings(max_examples=500)
@given(st.integers(0, 167), st.sampled_from(string.printable + "ㅁ가０"), st.sampled_from(["change", "drop", "double"]))
def test_a_changed_code_is_never_taken_for_another_pass(at: int, letter: str, how: str) -> None:
    changed = {
        "change": CODE[:at] + letter + CODE[at + 1 :],
        "drop": CODE[:at] + CODE[at + 1 :],
        "double": CODE[:at] + CODE[at] + CODE[at:],
    }[how]
    with suppress(NotACode, Misread):
        assert passes.decode(changed) == passes.decode(CODE)
        assert changed.strip().upper() == CODE


@pytest.mark.parametrize("letters", ["", "A" * 167, "A" * 169, "1" * 168, "=" * 168, "Ａ" * 168, "A" * 10**6])
def test_what_is_no_code_is_refused_as_such(letters: str) -> None:
    with pytest.raises(NotACode):
        passes.decode(letters)


def test_version_and_slot_are_refused_by_name_when_everything_else_fits() -> None:
    body = base64.b32decode(CODE)[: -passes.CHECKSUM_BYTES]
    for change, refusal in ((b"\x02" + body[1:], UnknownVersion), (body[:3] + b"\xff\xff" + body[5:], TooEarly)):
        text = base64.b32encode(change + passes.checksum(change)).decode()
        with pytest.raises(refusal):
            passes.decode(text)


@settings(max_examples=300)
@given(st.integers(0, 8 * (passes.PASS_BYTES - passes.CHECKSUM_BYTES) - 1))
def test_no_bit_can_be_changed_even_with_a_fitting_checksum(bit: int) -> None:
    body = bytearray(base64.b32decode(CODE)[: -passes.CHECKSUM_BYTES])
    body[bit // 8] ^= 1 << bit % 8
    text = base64.b32encode(bytes(body) + passes.checksum(bytes(body))).decode()
    with pytest.raises((Forged, TooEarly, TooLate, DayClosed, UnknownVersion)):
        admitting.admit(VISITS, passes.decode(text), frozenset(), NOON, NOON)


def test_authenticators_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    whole = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return whole(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    admitting.check_maker(VISITS, shown())
    assert [(len(one), len(other)) for one, other in compared] == [(16, 16)]


# Scanners that type like a keyboard


@given(any_pass)
def test_what_a_scanner_types_on_a_korean_keyboard_comes_back(one: Pass) -> None:
    text = passes.encode(one)
    for typed in (text, text.lower(), text.swapcase(), typed_in_hangul(text), typed_in_hangul(text.lower())):
        assert wedge.typed_keys(f"{typed}\r\n") == text


@given(st.text(max_size=2_000))
def test_no_field_content_stops_the_reader(read: str) -> None:
    with suppress(*BY_NAME):
        passes.decode(wedge.typed_keys(read))


# Codes to read out


def code(number: int = 0) -> str:
    return spoken.code_of(b"\x01" * 32, Epoch(5), Subject(b"\x02" * 32), number)


@given(st.text(alphabet=SPEAKABLE, min_size=9, max_size=9), st.data())
def test_one_wrong_letter_or_two_exchanged_ones_are_noticed(letters: str, data: st.DataObject) -> None:
    right = letters + spoken.check_letter(letters)
    assert spoken.read(f" {right[:5].lower()}-{right[5:]} ") == right
    at = data.draw(st.integers(0, 9))
    wrong = right[:at] + data.draw(st.sampled_from(SPEAKABLE)) + right[at + 1 :]
    pair = data.draw(st.integers(0, 8))
    exchanged = right[:pair] + right[pair + 1] + right[pair] + right[pair + 2 :]
    for other in {wrong, exchanged} - {right}:
        with pytest.raises(Misread):
            spoken.read(other)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_a_refusal_by_name(typed: str) -> None:
    with suppress(NotACode, Misread):
        spoken.read(typed)


def test_a_person_has_four_codes_a_day_all_different_and_none_is_found_under_itself() -> None:
    codes = [code(number) for number in range(spoken.CODES_A_DAY)]
    assert len(set(codes)) == 4
    assert all(spoken.read(each) == each for each in codes)
    entries = {spoken.entry(b"\x09" * 32, Epoch(5), each) for each in codes}
    assert len(entries) == 4
    assert not any(each.encode() in entry for each in codes for entry in entries)
    with pytest.raises(ValueError, match="codes a day"):
        code(spoken.CODES_A_DAY)


def test_a_pass_has_no_text_when_it_is_not_whole() -> None:
    for broken in (
        replace(shown(), nonce=b""),
        replace(shown(), sealed=b"x"),
        replace(shown(), slot=calendar.SLOTS),
    ):
        with pytest.raises(ValueError, match="bytes"):
            passes.encode(broken)


def test_two_codes_have_nothing_in_common_but_day_and_slot() -> None:
    first, second = (base64.b32decode(passes.encode(shown(person, NOON, number))) for number, person in enumerate("ab"))
    assert first[: passes.HEADER_BYTES] == second[: passes.HEADER_BYTES]
    assert not any(first[at : at + 4] == second[at : at + 4] for at in range(passes.HEADER_BYTES, 101))
