"""What breaks: lines, processes, disks, answers. Each at a statement that the seed chooses.

Lines are cut by the server itself, a full disk is an error that the server raises in the very transaction: what the code under
attack sees is what it would see. A process that dies is an exception nobody catches; the server rolls its transaction back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import psycopg
from django.db import OperationalError, transaction

from dure.kit.line import Ask, Rows

FULL = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
CUT_WAIT_MS = 5_000
LOCK_WAIT = "'lock_timeout'"  # in the statement with which every action limits its wait
SET_WAIT = "SELECT set_config('lock_timeout', $1, false)"
SOON, PATIENT = "20ms", "5s"


class Died(BaseException):
    """The process ended here. No `except Exception` may see it."""


class Kind(StrEnum):
    CUT = "line cut before a statement"
    CUT_LATE = "line cut after a statement"
    FULL = "disk full"
    LOST = "answer to a commit lost"
    DIES = "process dies before a statement"
    DIES_LATE = "process dies after a commit"
    BETWEEN = "another operation in between"


@dataclass(slots=True)
class Fault:
    """One thing that breaks at the `at`-th statement of an operation, if it comes so far."""

    kind: Kind
    at: int
    between: Callable[[], None] | None = None
    seen: int = 0
    fired: bool = False


class Breaker:
    """Stands between the code and its database and breaks what the fault of the moment says."""

    def __init__(self, admin: "psycopg.Connection[Any]") -> None:
        self._admin = admin
        self.fault: Fault | None = None
        self.crowded = False  # another operation is under way and holds locks: whoever meets one gives up soon
        self.statements = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """An `execute_wrapper` of Django."""
        self.statements += 1
        if self.crowded and LOCK_WAIT in sql:
            params = [SOON]
        fault = self._due()
        if fault is None:
            return execute(sql, params, many, context)
        match fault.kind:
            case Kind.CUT:
                self._cut(context["connection"].connection.info.backend_pid)
            case Kind.FULL:
                return execute(FULL, None, False, context)
            case Kind.LOST:
                transaction.on_commit(_lose)
            case Kind.DIES:
                raise Died
            case Kind.DIES_LATE:
                transaction.on_commit(_die)
            case Kind.BETWEEN if fault.between is not None:
                fault.between()
        answer = execute(sql, params, many, context)
        if fault.kind is Kind.CUT_LATE:
            self._cut(context["connection"].connection.info.backend_pid)
        return answer

    async def between(self, ask: Ask, statement: str, values: Sequence[Any], backend: int) -> Rows:
        """The same for the line of a hot room. There, a statement is its own commit."""
        self.statements += 1
        fault = self._due()
        if fault is None:
            return await (self._soon(ask, statement, values) if self.crowded else ask(statement, values))
        match fault.kind:
            case Kind.CUT:
                self._cut(backend)
            case Kind.FULL:
                return await ask(FULL, ())
            case Kind.DIES:
                raise psycopg.OperationalError("the process died before the statement")
        rows = await ask(statement, values)
        match fault.kind:
            case Kind.CUT_LATE:
                self._cut(backend)
            case Kind.LOST | Kind.DIES_LATE:
                raise psycopg.OperationalError("the answer to the commit was lost")
        return rows

    async def _soon(self, ask: Ask, statement: str, values: Sequence[Any]) -> Rows:
        """Wait for no lock longer than a moment. What waited too long breaks its line; the next line is patient again."""
        await ask(SET_WAIT, [SOON])
        rows = await ask(statement, values)
        await ask(SET_WAIT, [PATIENT])
        return rows

    def _due(self) -> Fault | None:
        fault = self.fault
        if fault is None or fault.fired:
            return None
        fault.seen += 1
        if fault.seen < fault.at:
            return None
        fault.fired = True
        return fault

    def _cut(self, backend: int) -> None:
        self._admin.execute("SELECT pg_terminate_backend(%s, %s)", [backend, CUT_WAIT_MS])


def _lose() -> None:
    raise OperationalError("the answer to the commit was lost") from psycopg.OperationalError("the line broke")


def _die() -> None:
    raise Died
