"""Locks with a time limit. Take them late, once, in fixed order."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from dure.base.refusals import Busy
from dure.kit import tx

_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def refusing_when_busy(seconds_max: int = tx.LOCK_WAIT_SECONDS_MAX) -> Iterator[None]:
    """Waiting too long for a lock becomes the refusal Busy instead of an error."""
    tx.limit_lock_wait(seconds_max)
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise Busy(retry_seconds=seconds_max) from error
        raise


def lock_name(name: str) -> None:
    """Hold the advisory lock called `name` until the transaction ends."""
    tx.demand()
    with refusing_when_busy(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def try_lock_name(name: str) -> bool:
    """Like lock_name, but answers at once whether the lock was free."""
    tx.demand()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


@contextmanager
def alone(name: str) -> Iterator[bool]:
    """Open a transaction that yields True to one caller at a time and False to the others at once."""
    with transaction.atomic():
        yield try_lock_name(name)
