"""Whose money is where."""

from dataclasses import dataclass
from uuid import UUID

from dure.base.money import Money

from .book import AccountId, TransferId

__all__ = ["FunderShare", "Share", "Trace"]


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of a transfer's money: which transfers passed it on, the traced one first, and the account it is in now.

    All traces of a transfer sum to its amount.
    """

    steps: tuple[TransferId, ...]
    account: AccountId
    amount: Money

    @property
    def spent_by(self) -> TransferId | None:
        """The last transfer that passed this part on; None while it lies where it was given."""
        return self.steps[-1] if len(self.steps) > 1 else None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of something was whose; `funder` None: the book does not say, the money came from outside unnamed."""

    funder: UUID | None
    amount: Money


@dataclass(frozen=True, slots=True)
class FunderShare:
    """What one funder put into an account, what of it is still there, what was passed on."""

    funder: UUID | None
    amount: Money
    available: Money
    spent: Money
