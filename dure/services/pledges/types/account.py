"""The account of one deposit, as a bank shows one: what came, what went, what is left, and how far what goes back has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .values import StatementLine

__all__ = ["DepositAccount", "DepositRefund", "ReturnState"]


class ReturnState(StrEnum):
    """How far something that goes back to its payer has come."""

    ASKED = "asked"  # owed; the provider has not confirmed yet
    RETURNED = "returned"
    OWED = "owed"  # the provider cannot: it is paid at the bank


@dataclass(frozen=True, slots=True)
class DepositRefund:
    """Something that goes back to where a deposit was paid from."""

    won: int
    state: ReturnState
    asked_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class DepositAccount:
    """The account of a deposit, from nothing in it to what is left."""

    lines: tuple[StatementLine, ...]
    refunds: tuple[DepositRefund, ...]

    @property
    def came(self) -> int:
        """Won that came in, of all lines."""
        return sum(one.won for one in self.lines if one.won > 0)

    @property
    def went(self) -> int:
        """Won that went out, of all lines."""
        return -sum(one.won for one in self.lines if one.won < 0)

    @property
    def left(self) -> int:
        """Won that are there after the last line."""
        return self.lines[-1].left if self.lines else 0
