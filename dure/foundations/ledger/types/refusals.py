"""Why the ledger says no."""

from uuid import UUID

from dure.base.refusals import Refusal

__all__ = [
    "AccountClosed",
    "AccountExistsWithDifferent",
    "AccountNotEmpty",
    "AccountUnknown",
    "AlreadyReversed",
    "CurrencyMismatch",
    "InsufficientFunds",
    "LotDrawn",
    "NotPending",
    "NotReversible",
    "PendingAlreadyPosted",
    "PendingAlreadyVoided",
    "PendingAmountExceeded",
    "PendingExpired",
    "PendingNotDue",
    "PostingExistsWithDifferent",
    "PostingUnknown",
    "TransferUnknown",
]


class AccountUnknown(Refusal):
    """No account has this id. Open it first."""

    account: UUID


class AccountClosed(Refusal):
    """The account takes part in no further transfer."""

    account: UUID


class AccountExistsWithDifferent(Refusal):
    """An account of this code was opened before with another `field`."""

    account: UUID
    field: str


class AccountNotEmpty(Refusal):
    """Only an account that holds and reserves nothing can be closed."""

    account: UUID
    held: int
    pending: int


class CurrencyMismatch(Refusal):
    """The amount is in another currency than the account's `currency`."""

    account: UUID
    currency: str


class InsufficientFunds(Refusal):
    """The account's limit leaves only `available` minor units, open reservations counted."""

    account: UUID
    available: int


class PostingExistsWithDifferent(Refusal):
    """This id was used before for something else; `field` is the first that differs. Mint a new id for a new event."""

    posting: UUID
    field: str


class PostingUnknown(Refusal):
    """No posting has this id."""

    posting: UUID


class TransferUnknown(Refusal):
    """No transfer has this id."""

    transfer: UUID


class NotPending(Refusal):
    """The transfer is no reservation."""

    transfer: UUID


class PendingAlreadyPosted(Refusal):
    """The reservation was posted before."""

    pending: UUID


class PendingAlreadyVoided(Refusal):
    """The reservation was given up before."""

    pending: UUID


class PendingExpired(Refusal):
    """The reservation's time ran out."""

    pending: UUID


class PendingNotDue(Refusal):
    """The reservation has not expired yet, or never will."""

    pending: UUID


class PendingAmountExceeded(Refusal):
    """More than the `reserved` minor units cannot be posted."""

    pending: UUID
    reserved: int


class AlreadyReversed(Refusal):
    """The posting was reversed before, by the posting `reversal`."""

    posting: UUID
    reversal: UUID


class NotReversible(Refusal):
    """`because` is "reversal" (a reversal is final) or "pending" (void it instead)."""

    posting: UUID
    because: str


class LotDrawn(Refusal):
    """Money of this transfer was already passed on: `drawn` minor units of it."""

    transfer: UUID
    drawn: int
