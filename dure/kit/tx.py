"""Transactions: one action, one verb, one transaction; a retry with the same key gets the same answer."""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
import psycopg
from django.db import OperationalError, connection, transaction

from dure.base import clock
from dure.base.refusals import BadValue, Busy, Interrupted, KeyReused
from dure.kit import keys
from dure.kit.flush import FLUSH

KEY_LENGTH_MAX = 255
BODY_KEY = "kit.kept-answers.v1"
LOCK_WAIT_SECONDS_MAX = 5
NOT_BY_KEY = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
BUSY_RETRY_SECONDS = 1
NOBODY = UUID(int=0)
INTERRUPTED_RETRY_SECONDS = 2
_LOCKED = ("55P03", "40P01", "40001")  # waited too long, waited in a circle, overtaken
_GONE = ("08", "57P")  # SQLSTATE: the connection broke, the server ends or starts; a lost line has none at all


class Acting(Protocol):
    """Whoever acts. `people.types.Actor` is one."""

    @property
    def person(self) -> UUID | None: ...


class Call[T]:
    """One run of an action. Truthy when the same key was answered before."""

    def __init__(self, kept: bytes | None, kind: type[T]) -> None:
        self._kept = kept
        self._kind = kind
        self.value: T | None = None

    def __bool__(self) -> bool:
        return self._kept is not None

    def answer(self) -> T:
        """What was answered the first time."""
        if self._kept is None:
            raise RuntimeError("nothing was answered before: do the work and keep its answer")
        return msgspec.convert(msgspec.json.decode(self._kept)["value"], self._kind)

    def keep(self, value: T) -> T:
        """Remember `value` as the answer to this key and return it."""
        self.value = value
        return value


_hosted: ContextVar[bool] = ContextVar("hosted", default=False)
_undoing: ContextVar[list[Callable[[], object]] | None] = ContextVar("undoing", default=None)


@contextmanager
def durable() -> Iterator[None]:
    """Open the transaction of a service's action. It is the outermost one and commits when the block ends.

    Inside a reaction to news it is part of the reaction's transaction (see `hosted`). Waiting too long for a lock, or
    in a circle with others, is the refusal Busy: nothing was done, the same request may be sent again. A database that went
    away is the refusal Interrupted: perhaps it was done, and the same request sent again will tell.
    """
    try:
        with undone_with_it(), transaction.atomic(durable=not (_hosted.get() or _in_a_test())):
            limit_lock_wait()
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in _LOCKED:
            raise Busy(retry_seconds=BUSY_RETRY_SECONDS) from error
        if broke_off(error):
            raise Interrupted(retry_seconds=INTERRUPTED_RETRY_SECONDS) from error
        raise


@contextmanager
def undone_with_it() -> Iterator[None]:
    """Of a block that is undone as a whole: what `if_undone` asked for inside is done then. A block within another hands what it
    was asked for to that one when it ends well, for it is undone with it. Where the database went away, perhaps it was done, and
    what was left outside is needed: nothing is taken back, a sweep finds what nobody has.
    """
    outer, waiting = _undoing.get(), list[Callable[[], object]]()
    token = _undoing.set(waiting)
    try:
        yield
    except BaseException as error:
        if not _is_in_doubt(error):
            for step in reversed(waiting):
                step()
        raise
    else:
        if outer is not None:
            outer.extend(waiting)
    finally:
        _undoing.reset(token)


def if_undone(step: Callable[[], object]) -> None:
    """Run `step` when the transaction of this action is surely undone: for what the database cannot take back, like a file.

    `step` must not fail, and must not be needed: whoever is killed in between, and a database that went away, leave it undone,
    and a sweep finds that.
    """
    demand()
    waiting = _undoing.get()
    if waiting is not None:
        waiting.append(step)


def broke_off(error: OperationalError) -> bool:
    """Whether the database was gone, or went, rather than saying no: nobody knows whether a commit on its way was done."""
    state = getattr(error.__cause__, "sqlstate", None)
    return isinstance(error.__cause__, psycopg.OperationalError) and (state is None or state.startswith(_GONE))


def _is_in_doubt(error: BaseException) -> bool:
    return isinstance(error, Interrupted) or (isinstance(error, OperationalError) and broke_off(error))


@contextmanager
def hosted() -> Iterator[None]:
    """For the delivery of news: actions called inside join its transaction, so that effect and mark are one commit."""
    demand()
    token = _hosted.set(True)
    try:
        yield
    finally:
        _hosted.reset(token)


@contextmanager
def action[T](by: Acting, verb: str, key: str, body: object, answers: type[T]) -> Iterator[Call[T]]:
    """Open the transaction of an action that the outside can trigger.

    `verb` names the action ("giving.propose"), `body` is everything that makes the request what it is (any value
    msgspec can encode), `answers` the frozen type of the answer. Raises KeyReused when the key came before with another body.
    """
    if not key or len(key) > KEY_LENGTH_MAX:
        raise BadValue(field="idempotency_key", reason="length")
    # With a key: a body may hold a resident number, which could be guessed from a bare hash of it.
    digest = hmac.digest(keys.derived(BODY_KEY), msgspec.json.encode(body, order="deterministic"), "sha256")
    with durable():
        row_id, kept = _claim(by.person or NOBODY, verb, key, digest)
        if kept is not None:
            _vouch()
        call = Call(kept, answers)
        yield call
        if kept is None:
            _store(row_id, call.value)


def demand() -> None:
    """Foundations do not open transactions, they demand one. A missing one is a bug."""
    if not connection.in_atomic_block:
        raise RuntimeError("this action needs the transaction of the action that calls it")


def demand_none() -> None:
    """What talks to the outside must not hold a transaction open while it waits. Doing so is a bug."""
    if connection.in_atomic_block and not _in_a_test():
        raise RuntimeError("this waits for another company's computer: call it outside of any transaction")


def limit_lock_wait(seconds_max: int = LOCK_WAIT_SECONDS_MAX) -> None:
    """Give up waiting for a lock after `seconds_max`, for the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds_max}s"])


def limit_statements(seconds_max: int) -> None:
    """Interrupt a statement that takes longer than `seconds_max` (QueryCanceled), for the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds_max}s"])


def by_key() -> None:
    """Have rows looked up by their keys for the rest of this transaction: for batches of some hundred rows. Of a table that is
    small, or was when its figures were taken, the planner reads all and hashes it, batch after batch, while it grows.
    """
    demand()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(one, 'off', true) FROM unnest(%s::text[]) AS one", [list(NOT_BY_KEY)])


def forget(before: datetime, most: int) -> int:
    """Delete answers kept since before `before`; their keys may be used anew. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM kit_kept_answer WHERE id IN (SELECT id FROM kit_kept_answer WHERE at < %s ORDER BY id LIMIT %s)",
            [before, most],
        )
        return int(cursor.rowcount)


def _claim(actor: UUID, verb: str, key: str, digest: bytes) -> tuple[int, bytes | None]:
    """The row of this key and what is kept in it. Waits for a twin in flight, then answers what the twin answered."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_kept_answer (actor, verb, key, body_hash, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (actor, verb, key) DO NOTHING RETURNING id",
            [actor, verb, key, digest, clock.now()],
        )
        fresh = cursor.fetchone()
        if fresh:
            return fresh[0], None
        cursor.execute(
            "SELECT id, body_hash, answer::text FROM kit_kept_answer WHERE actor = %s AND verb = %s AND key = %s",
            [actor, verb, key],
        )
        row_id, body_hash, answer = cursor.fetchone()
    if bytes(body_hash) != digest:
        raise KeyReused(key=key)
    return row_id, answer.encode()


def _vouch() -> None:
    """Let this transaction wait for disk and standby like the one that wrote the answer.

    It writes nothing, and then its commit would wait for nobody. But a server that crashed in the wait for its standby shows
    the answer when it is up again, and the standby may not have it yet: were it to take over now, the answer would be gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(FLUSH)


def _store(row_id: int, value: object) -> None:
    answer = msgspec.json.encode({"value": value}).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_kept_answer SET answer = %s WHERE id = %s", [answer, row_id])


def _in_a_test() -> bool:
    """Inside pytest's wrapping transaction an outermost block cannot exist; everywhere else it must."""
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
