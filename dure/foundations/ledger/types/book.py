"""Accounts, transfers, postings, balances.

Money always flows from the `debit` account to the `credit` account of a transfer. A posting is one business event: one
transfer, or several linked ones of which all or none happen.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

from dure.base import ids
from dure.base.money import Money

__all__ = [
    "CHAPTER",
    "FEE",
    "GIFT",
    "LEGS_MAX",
    "MATCH",
    "PAYOUT",
    "REFUND",
    "REVERSAL",
    "SPEND",
    "Account",
    "AccountId",
    "Balance",
    "BalanceDifference",
    "Kind",
    "Limit",
    "NewAccount",
    "NewPosting",
    "NewResolution",
    "NewReversal",
    "NewTransfer",
    "Phase",
    "Posting",
    "PostingId",
    "ReservationExpired",
    "Transfer",
    "TransferId",
    "account_id",
]

AccountId = NewType("AccountId", UUID)
TransferId = NewType("TransferId", UUID)
PostingId = NewType("PostingId", UUID)

Kind = NewType("Kind", str)
"""Why money moved, a short code of small letters and underscores. Houses may use codes of their own."""
GIFT: Final = Kind("gift")
MATCH: Final = Kind("match")
PAYOUT: Final = Kind("payout")
SPEND: Final = Kind("spend")
FEE: Final = Kind("fee")
REFUND: Final = Kind("refund")
REVERSAL: Final = Kind("reversal")  # only `actions.reverse` writes it

LEGS_MAX: Final = 100  # transfers of one posting
CHAPTER: Final = UUID("0199a7c0-0000-7000-8000-6c6564676572")  # the name space of account ids


def account_id(code: str) -> AccountId:
    """The id of the account called `code`: always the same, so that nobody has to look it up."""
    return AccountId(ids.derived(CHAPTER, code))


class Limit(StrEnum):
    """What an account may never do; amounts of open reservations count."""

    NONE = "none"
    DEBITS_MUST_NOT_EXCEED_CREDITS = "debits_must_not_exceed_credits"  # holds money: a box, a partner
    CREDITS_MUST_NOT_EXCEED_DEBITS = "credits_must_not_exceed_debits"  # owes money back


class Phase(StrEnum):
    SINGLE = "single"  # moves at once
    PENDING = "pending"  # reserves
    POST = "post"  # moves what was reserved, all or part; the rest returns
    VOID = "void"  # gives the reservation up
    EXPIRE = "expire"  # its time ran out


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to open. `code` is its name for ever: "box:<uuid>", "provider:sandbox"."""

    code: str
    limit: Limit
    currency: str = "KRW"

    @property
    def id(self) -> AccountId:
        return account_id(self.code)


@dataclass(frozen=True, slots=True)
class Account:
    id: AccountId
    code: str
    currency: str
    limit: Limit
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums of one account, in minor units."""

    account: AccountId
    currency: str
    limit: Limit = Limit.NONE
    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0
    closed_at: datetime | None = None

    @property
    def held(self) -> int:
        """What came in less what went out; below zero for an account money comes from."""
        return self.credits_posted - self.debits_posted

    @property
    def available(self) -> int:
        """What may still leave an account that holds money: held less reserved."""
        return self.held - self.debits_pending


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """A transfer to make. The caller mints `id`, stores it first and sends the same one again after a lost answer."""

    id: TransferId
    debit: AccountId  # money leaves here
    credit: AccountId  # and arrives here
    amount: Money
    kind: Kind
    funder: UUID | None = None  # whose money it is: a donor, a matching fund; None: follows from where it came
    ref: UUID | None = None  # the business object it is about


@dataclass(frozen=True, slots=True)
class NewPosting:
    """One business event. With a single transfer the posting's id is the transfer's id."""

    id: PostingId
    transfers: tuple[NewTransfer, ...]
    at: datetime
    reason: str = ""

    @classmethod
    def of(cls, transfer: NewTransfer, at: datetime, reason: str = "") -> "NewPosting":
        """The posting of a single transfer."""
        return cls(id=PostingId(transfer.id), transfers=(transfer,), at=at, reason=reason)


@dataclass(frozen=True, slots=True)
class NewResolution:
    """How a reservation ends: posted (`amount` None: all of it) or given up."""

    id: TransferId
    pending: TransferId
    at: datetime
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class NewReversal:
    """A posting to take back, whole."""

    id: PostingId
    posting: PostingId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line of the log. It never changes."""

    id: TransferId
    seq: int  # order in the log; within one account also the order of commits
    posting: PostingId
    leg: int  # 1..legs
    legs: int  # how many transfers the posting has
    debit: AccountId
    credit: AccountId
    amount: Money
    kind: Kind
    phase: Phase
    at: datetime
    pending_id: TransferId | None = None  # the reservation this one resolves
    funder: UUID | None = None
    ref: UUID | None = None
    reverses: TransferId | None = None
    reason: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting as it stands in the log."""

    id: PostingId
    transfers: tuple[Transfer, ...]

    @property
    def at(self) -> datetime:
        return self.transfers[0].at


@dataclass(frozen=True, slots=True)
class ReservationExpired:  # news
    """Time ran out for a reservation; what it held is free again."""

    pending: TransferId
    debit: AccountId
    credit: AccountId
    amount: int
    currency: str
    ref: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BalanceDifference:
    """A read model that is not what the log says; both as text."""

    account: AccountId
    stored: str
    rebuilt: str
