"""Writing lines into the log: the one place that inserts transfers, apart from the SQL function of the hot paths."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import OperationalError, connection

from dure.base.refusals import Busy
from dure.foundations.ledger import queries
from dure.foundations.ledger.types import AccountId, Balance, NewTransfer, Phase, PostingId, Transfer, TransferId
from dure.kit import sqlfiles, tx

_PACKAGE = "dure.foundations.ledger"
_LOCK_NOT_AVAILABLE = "55P03"
_DEADLOCK_DETECTED = "40P01"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that is about to be written."""

    posting: PostingId
    leg: int
    legs: int
    transfer: NewTransfer
    phase: Phase
    at: datetime
    reason: str = ""
    expires_at: datetime | None = None
    pending_id: TransferId | None = None
    reverses: TransferId | None = None

    def written(self, seq: int) -> Transfer:
        """The line as it stands in the log under the number `seq`."""
        new = self.transfer
        return Transfer(
            id=new.id,
            seq=seq,
            posting=self.posting,
            leg=self.leg,
            legs=self.legs,
            debit=new.debit,
            credit=new.credit,
            amount=new.amount,
            kind=new.kind,
            phase=self.phase,
            at=self.at,
            pending_id=self.pending_id,
            funder=new.funder,
            ref=new.ref,
            reverses=self.reverses,
            reason=self.reason,
            expires_at=self.expires_at,
        )


def insert(entries: Sequence[Entry]) -> dict[UUID, int]:
    """Write `entries` in one statement; answers the number of each. An id that exists already gets none."""
    if not entries:
        return {}
    columns = zip(*(_row(entry) for entry in entries), strict=True)
    with busy_is_refused(), connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(_PACKAGE, "insert_transfers").text, [list(column) for column in columns])
        return dict(cursor.fetchall())


def locked(accounts: Sequence[AccountId]) -> Mapping[AccountId, Balance]:
    """The balances of those of `accounts` that exist, locked in the order of their ids. Raises Busy."""
    with busy_is_refused():
        return queries.balances(accounts, lock=True)


@contextmanager
def busy_is_refused() -> Iterator[None]:
    """Waiting too long for a lock, or in a circle, becomes the refusal Busy."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in (_LOCK_NOT_AVAILABLE, _DEADLOCK_DETECTED):
            raise Busy(retry_seconds=tx.LOCK_WAIT_SECONDS_MAX) from error
        raise


def _row(entry: Entry) -> tuple[object, ...]:
    new = entry.transfer
    return (
        new.id,
        entry.posting,
        entry.leg,
        entry.legs,
        new.debit,
        new.credit,
        new.amount.minor,
        new.amount.currency,
        new.kind,
        entry.phase.value,
        entry.pending_id,
        new.funder,
        new.ref,
        entry.reverses,
        entry.reason,
        entry.expires_at,
        entry.at,
    )
