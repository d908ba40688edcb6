"""What a provider pays out to the platform's bank account for a day, and what it keeps for itself."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NewType, Protocol, runtime_checkable
from uuid import UUID

from dure.base.refusals import Refusal

from .book import Kind

__all__ = [
    "PAYMENT_PROCESSOR_FEE",
    "PAYMENT_PROCESSOR_FEE_TAX",
    "SETTLEMENT",
    "BankLine",
    "BankLineUsed",
    "LineKind",
    "LineSettledBefore",
    "Settlement",
    "SettlementDiffers",
    "SettlementFileWrong",
    "SettlementHead",
    "SettlementId",
    "SettlementLine",
    "SettlementNotBookable",
    "SettlementState",
    "SettlementStatement",
    "Settles",
    "StatementSumWrong",
]

SETTLEMENT: Final = Kind("settlement")
PAYMENT_PROCESSOR_FEE: Final = Kind("payment_processor_fee")
PAYMENT_PROCESSOR_FEE_TAX: Final = Kind("payment_processor_fee_tax")  # the VAT on it
SettlementId = NewType("SettlementId", UUID)


class LineKind(StrEnum):
    CAPTURE = "capture"
    CANCEL = "cancel"  # what went back to the payer is taken off what is paid out


class SettlementState(StrEnum):
    TAKEN = "taken"  # the provider's statement is here, the bank has not been looked at
    DIFFERS = "differs"  # the bank received another sum; nothing is booked
    BOOKED = "booked"
    REVERSED = "reversed"  # booked by mistake; can be booked anew


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """One payment or cancellation in a settlement. `fee` and `vat` of a cancel may be below zero: the provider returns them."""

    order: str
    payment_key: str
    kind: LineKind
    amount: int
    fee: int
    vat: int  # on the fee
    cancel_id: str = ""

    @property
    def gross(self) -> int:
        return self.amount if self.kind is LineKind.CAPTURE else -self.amount


@dataclass(frozen=True, slots=True)
class SettlementStatement:
    """What a provider says it pays out. `reference` is its own number of the settlement, once for ever."""

    provider: str
    reference: str
    on: date  # the day of the bank transfer
    lines: tuple[SettlementLine, ...]
    net: int

    @property
    def gross(self) -> int:
        return sum(line.gross for line in self.lines)

    @property
    def fee(self) -> int:
        return sum(line.fee for line in self.lines)

    @property
    def vat(self) -> int:
        return sum(line.vat for line in self.lines)


@dataclass(frozen=True, slots=True)
class SettlementHead:
    """What a person says of a settlement whose lines are in a file."""

    provider: str
    reference: str
    on: date
    net: int


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the bank statement: what arrived, under which number of the bank."""

    amount: int
    reference: str


@dataclass(frozen=True, slots=True)
class Settlement:
    id: SettlementId
    provider: str
    reference: str
    on: date
    gross: int
    fee: int
    vat: int
    net: int
    state: SettlementState
    version: int  # how often it was booked
    posting: UUID | None
    bank: BankLine | None
    at: datetime


@runtime_checkable
class Settles(Protocol):
    """What an adapter may offer beside `Provider`: its settlements. One without it is settled from statements by hand."""

    def settled(self, on: date) -> tuple[SettlementStatement, ...]:
        """The settlements paid out on a day. Raises ProviderSilent."""


class SettlementDiffers(Refusal):
    """A settlement of this number was taken before with another `field`."""

    field: str


class StatementSumWrong(Refusal):
    """The lines less fee and VAT come to `expected`, the statement says `given`."""

    expected: int
    given: int


class LineSettledBefore(Refusal):
    """The payment or cancellation stands in another settlement."""

    payment_key: str


class SettlementFileWrong(Refusal):
    """A settlement file cannot be read: at `line` (the header is 1, 0 the whole file) and `column`, for `reason`."""

    line: int
    column: str
    reason: str


class BankLineUsed(Refusal):
    """Another settlement of the provider was booked on the bank's line of this number."""

    reference: str


class SettlementNotBookable(Refusal):
    """In `state` this is not possible."""

    state: SettlementState
