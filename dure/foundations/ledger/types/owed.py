"""What a provider refused to give back: owed to its payer until it is paid at the bank, or the provider takes it after all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dure.base.refusals import Refusal

from .book import Kind
from .checkouts import RefundAccount
from .payments import RefundId, RefundState

__all__ = [
    "REFUND_OWED",
    "REFUND_PAID",
    "REFUND_RETRIED",
    "NotOwed",
    "OwedRefund",
    "OwedStep",
    "OwedWant",
    "RefundReferenceKnown",
    "SecondPersonNeeded",
]

REFUND_OWED: Final = Kind("refund_owed")
REFUND_PAID: Final = Kind("refund_paid")  # out of the platform's bank account
REFUND_RETRIED: Final = Kind("refund_retried")  # the provider is asked once more


class OwedWant(StrEnum):
    """What is done about a refund that a provider refused."""

    ENTER = "enter"  # a steward has transferred it at the bank
    CONFIRM = "confirm"  # another one has seen it there
    TAKE_BACK = "take_back"  # it was entered by mistake, or the bank sent it back
    RETRY = "retry"  # the provider is asked once more


@dataclass(frozen=True, slots=True)
class OwedStep:
    want: OwedWant
    after: RefundState
    at: datetime
    by: UUID | None
    note: str  # the bank's reference, or why


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRefund:
    """A refund that went wrong at its provider, how it stands, and its steps, the first one first."""

    refund: RefundId
    order: str
    provider: str
    title: str
    payer: UUID | None
    amount: int
    state: RefundState
    failure: str  # the provider's code
    asked_at: datetime
    account: RefundAccount | None  # where the payer wants it; None: not said yet
    reference: str  # the bank's, once it was paid there
    entered_by: UUID | None
    steps: tuple[OwedStep, ...]


class NotOwed(Refusal):
    """In `state` this cannot be done with a refund."""

    state: RefundState


class SecondPersonNeeded(Refusal):
    """Who transferred the money does not confirm it."""


class RefundReferenceKnown(Refusal):
    """Another refund was paid under this `reference` of the bank."""

    reference: str
