"""A scanner's token: its own signature, for a quarter of an hour, for one installation; anything else is refused by name."""

import base64
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from dure.services.checkin.rules import tokens
from dure.services.checkin.types.doors import TokenUnfit

NOW = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
SCANNER = UUID(int=7)
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
HERE = "https://visits.example.org"


def text(seconds: int = 600, origin: str = HERE) -> str:
    return tokens.signed(SCANNER, int(NOW.timestamp()) + seconds, origin, KEY.sign)


def test_a_token_says_which_scanner_signed_it_and_until_when() -> None:
    found = tokens.read(text())
    assert (found.scanner, found.until) == (SCANNER, int(NOW.timestamp()) + 600)
    tokens.check_age(found, NOW)
    tokens.check_signature(found, PUBLIC, HERE)


def test_a_token_for_one_installation_is_worth_nothing_at_another() -> None:
    with pytest.raises(TokenUnfit):
        tokens.check_signature(tokens.read(text(origin="https://other.example.org")), PUBLIC, HERE)


@pytest.mark.parametrize("seconds", [-1, 0, 15 * 60 + 61, 10**6])
def test_a_token_holds_for_a_quarter_of_an_hour_at_most(seconds: int) -> None:
    with pytest.raises(TokenUnfit):
        tokens.check_age(tokens.read(text(seconds)), NOW)


def test_a_token_that_was_good_is_over_at_its_end() -> None:
    found = tokens.read(text(60))
    tokens.check_age(found, NOW + timedelta(seconds=59))
    with pytest.raises(TokenUnfit):
        tokens.check_age(found, NOW + timedelta(seconds=60))


@given(st.integers(0, tokens.TOKEN_BYTES * 8 - 1))
def test_no_bit_of_a_token_can_be_changed(bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(text() + "=="))
    raw[bit // 8] ^= 1 << bit % 8
    changed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
    with pytest.raises(TokenUnfit):
        tokens.check_signature(tokens.read(changed), PUBLIC, HERE)


@given(st.text(max_size=200))
def test_what_is_no_token_is_refused(said: str) -> None:
    with pytest.raises(TokenUnfit):
        tokens.read(said)


def test_a_token_has_one_text_only() -> None:
    """Two spare bits of its last letter: else one token would be many, and fill what is remembered of tokens."""
    good = text()
    others = [good[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    taken = 0
    for other in others:
        try:
            tokens.check_signature(tokens.read(other), PUBLIC, HERE)
        except TokenUnfit:
            continue
        taken += 1
    assert taken == 1
