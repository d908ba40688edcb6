"""Money that people gave elsewhere in Dure for a box, handed over as one sum."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .values import BoxId

__all__ = ["PooledGift", "PooledReturned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledGift:
    """One sum of many people: who they are, and their receipts, is known where they gave it."""

    id: UUID  # of its transfer
    box: BoxId
    account: UUID  # ledger: in which it lies, and to which it goes back when the box is stopped
    amount: int  # won
    title: str  # what people gave it with, shown with the box


@dataclass(frozen=True, slots=True)
class PooledReturned:  # news
    """The box was stopped: a sum that was handed over lies again where it came from."""

    pooled: UUID
    box: BoxId
    amount: int
    at: datetime
