"""Capture receipts: what was signed is read, anything else is refused, and checking costs microseconds."""

import time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.foundations.ledger.providers import capture_receipts, verify_receipt
from dure.foundations.ledger.providers.capture_receipts import TOKEN_LENGTH_MAX, sign_receipt
from dure.foundations.ledger.types import CaptureReceipt, PaymentId, ReceiptForged

UUIDS = st.uuids()
TOKEN = sign_receipt(UUID(int=1), UUID(int=2), UUID(int=3), 10_000)


@given(UUIDS, UUIDS, UUIDS, st.integers(1, 2**53))
def test_what_was_signed_is_read(payment: UUID, ref: UUID, payer: UUID, amount: int) -> None:
    token = sign_receipt(payment, ref, payer, amount)
    assert len(token) <= TOKEN_LENGTH_MAX
    assert verify_receipt(token) == CaptureReceipt(PaymentId(payment), ref, payer, amount)


@given(st.integers(0, len(TOKEN) - 1), st.characters())
def test_one_changed_letter_is_found(position: int, letter: str) -> None:
    changed = TOKEN[:position] + letter + TOKEN[position + 1 :]
    if changed != TOKEN:
        with pytest.raises(ReceiptForged):
            verify_receipt(changed)


@given(st.text(max_size=200))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ReceiptForged):
        verify_receipt(text)
    with pytest.raises(ReceiptForged):
        verify_receipt("cr1." + text)


def test_a_token_of_another_installation_is_refused(settings: Any) -> None:
    settings.SECRET_KEY = "another secret key " * 3
    with pytest.raises(ReceiptForged):
        verify_receipt(TOKEN)


def test_nothing_was_never_paid() -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        sign_receipt(UUID(int=1), UUID(int=2), UUID(int=3), 0)


def test_checking_is_quick_enough_for_a_hot_path() -> None:
    began = time.perf_counter()
    for _ in range(1_000):
        capture_receipts.verify_receipt(TOKEN)
    assert (time.perf_counter() - began) / 1_000 < 0.0005
