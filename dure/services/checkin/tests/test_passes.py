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

from dure.services.checkin.rules import admitting, calendar, passes, wedge
from dure.services.checkin.types import (
    Code,
    DayClosed,
    Epoch,
    Forged,
    Misread,
    NotACode,
    TooEarly,
    TooLate,
    UnknownVersion,
)

from .ime import typed_in_hangul
from .making import NOON, VISITS, by_visits, coded, scanned, shown

CODE = passes.encode(coded(shown()))
BY_NAME = (NotACode, Misread, UnknownVersion, TooEarly)
any_code = st.builds(
    Code,
    epoch=st.integers(0, calendar.EPOCH_MAX).map(Epoch),
    slot=st.integers(0, calendar.SLOTS - 1),
    letter=st.binary(min_size=144, max_size=144),
)


def raw(text: str) -> bytes:
    """The bytes of a code's text."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


@given(any_code)
def test_a_code_comes_back_as_it_was(one: Code) -> None:
    text = passes.encode(one)
    assert len(text) == passes.TEXT_LENGTH == 245
    assert passes.decode(text) == one
    assert passes.decode(f"  {text.lower()}\r\n") == one


def test_it_is_153_bytes_and_a_qr_code_that_fills_an_old_screen_and_a_camera_reads_back() -> None:
    assert passes.PASS_BYTES == 153
    code = segno.make(CODE, error="m", boost_error=False, micro=False)
    assert (code.version, code.mode, code.error) == (9, "alphanumeric", "M")
    assert code.symbol_size(border=4)[0] * 5 <= 320  # five points a module on the narrowest telephone
    file = io.BytesIO()
    code.save(file, kind="png", scale=4)
    [read] = zxingcpp.read_barcodes(Image.open(file))
    assert read.text == CODE


@settings(max_examples=500)
@given(st.text(max_size=200) | st.text(alphabet=string.ascii_uppercase + "234567", min_size=245, max_size=245))
def test_whatever_is_read_is_a_pass_or_a_refusal_by_name(read: str) -> None:
    with suppress(*BY_NAME):
        passes.decode(read)


@settings(max_examples=500)
@given(st.integers(0, 244), st.sampled_from(string.printable + "ㅁ가０"), st.sampled_from(["change", "drop", "double"]))
def test_a_changed_code_is_never_taken_for_another_pass(at: int, letter: str, how: str) -> None:
    changed = {
        "change": CODE[:at] + letter + CODE[at + 1 :],
        "drop": CODE[:at] + CODE[at + 1 :],
        "double": CODE[:at] + CODE[at] + CODE[at:],
    }[how]
    with suppress(NotACode, Misread):
        assert passes.decode(changed) == passes.decode(CODE)
        assert changed.strip().upper() == CODE


@pytest.mark.parametrize("letters", ["", "A" * 244, "A" * 246, "1" * 245, "=" * 245, "Ａ" * 245, "A" * 10**6])
def test_what_is_no_code_is_refused_as_such(letters: str) -> None:
    with pytest.raises(NotACode):
        passes.decode(letters)


def test_version_and_slot_are_refused_by_name_when_everything_else_fits() -> None:
    body = raw(CODE)[: -passes.CHECKSUM_BYTES]
    for change, refusal in ((b"\x02" + body[1:], UnknownVersion), (body[:3] + b"\xff\xff" + body[5:], TooEarly)):
        text = base64.b32encode(change + passes.checksum(change)).decode().rstrip("=")
        with pytest.raises(refusal):
            passes.decode(text)


@settings(max_examples=300)
@given(st.integers(0, 8 * (passes.PASS_BYTES - passes.CHECKSUM_BYTES) - 1))
def test_no_bit_can_be_changed_even_with_a_fitting_checksum(bit: int) -> None:
    body = bytearray(raw(CODE)[: -passes.CHECKSUM_BYTES])
    body[bit // 8] ^= 1 << bit % 8
    text = base64.b32encode(bytes(body) + passes.checksum(bytes(body))).decode().rstrip("=")
    with pytest.raises((Forged, TooEarly, TooLate, DayClosed, UnknownVersion)):
        admitting.admit(VISITS, by_visits, passes.decode(text), frozenset(), scanned(NOON))


def test_authenticators_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    whole = hmac.compare_digest

    def noted(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return whole(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    admitting.check_maker(VISITS, shown(), "")
    assert [(len(one), len(other)) for one, other in compared] == [(16, 16)]


# Scanners that type like a keyboard


@given(any_code)
def test_what_a_scanner_types_on_a_korean_keyboard_comes_back(one: Code) -> None:
    text = passes.encode(one)
    for typed in (text, text.lower(), text.swapcase(), typed_in_hangul(text), typed_in_hangul(text.lower())):
        assert wedge.typed_keys(f"{typed}\r\n") == text


@given(st.text(max_size=2_000))
def test_no_field_content_stops_the_reader(read: str) -> None:
    with suppress(*BY_NAME):
        passes.decode(wedge.typed_keys(read))


def test_a_pass_has_no_text_when_it_is_not_whole() -> None:
    for broken in (
        replace(shown(), nonce=b""),
        replace(shown(), sealed=b"x"),
        replace(shown(), slot=calendar.SLOTS),
    ):
        with pytest.raises(ValueError, match="bytes"):
            coded(broken)
    for cut in (Code(Epoch(1), 1, b"short"), Code(Epoch(1), calendar.SLOTS, bytes(144))):
        with pytest.raises(ValueError, match="bytes"):
            passes.encode(cut)


def test_a_code_has_one_text_only() -> None:
    """The last letter has spare bits: other ones in them would be another text for the same code."""
    letters = string.ascii_uppercase + "234567"
    spare = letters[letters.index(CODE[-1]) + 1]
    with pytest.raises(Misread):
        passes.decode(CODE[:-1] + spare)


def test_two_codes_have_nothing_in_common_but_day_and_slot() -> None:
    first, second = (raw(passes.encode(coded(shown(person, NOON, number)))) for number, person in enumerate("ab"))
    assert first[: passes.HEADER_BYTES] == second[: passes.HEADER_BYTES]
    assert not any(first[at : at + 4] == second[at : at + 4] for at in range(passes.HEADER_BYTES, 149))
