"""Tools for tests: a race between real threads on real transactions, and the same race with its locks taken away.

    def pay(meet: Meet) -> str:
        with tx.durable():
            actions.pay(...)
            meet()  # commit together, so that each ran while the other was not yet visible
        return "paid"

    assert race(pay, pay).names == ("TooLate", "paid")
    assert race(pay, pay, locked=False).names == ("paid", "paid")  # the twin: the harness can produce the race

Use with `@pytest.mark.django_db(transaction=True)`: threads have connections of their own and see only what is committed.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import connection, connections

from dure.base.refusals import Refusal

MEET_SECONDS_MAX = 0.5  # a runner that waits for the other's lock never arrives; the other goes on after this
READ_SECONDS_MAX = 5  # without locks: one that waits for the other's insert never arrives either
JOIN_SECONDS_MAX = 30

type Meet = Callable[[], None]
type Runner = Callable[[Meet], Any]

_ROW_LOCK = re.compile(
    r"\s+FOR\s+(?:NO\s+KEY\s+UPDATE|KEY\s+SHARE|UPDATE|SHARE)\b(?:\s+OF\s+[\w\s\",.]+?)?(?=\s*(?:\)|;|$))"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one runner ended: what it returned, or the refusal it met."""

    value: Any = None
    refusal: Refusal | None = None

    @property
    def name(self) -> str:
        """The refusal's name, else what was returned, as a word."""
        return type(self.refusal).__name__ if self.refusal else str(self.value)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All outcomes, in the order of the runners."""

    each: tuple[Outcome, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names in alphabetical order: who won a race is not to be asserted."""
        return tuple(sorted(outcome.name for outcome in self.each))


def race(*runners: Runner, locked: bool = True, together: bool = False) -> Outcomes:
    """Run all `runners` at the same time, each in its own thread and connection.

    Each gets `meet`, which waits until all have called it (or MEET_SECONDS_MAX passed, as it does when a lock keeps
    one of them away). With `locked=False` row locks and named advisory locks of their statements are taken out; with
    `together`, who has then run a statement that would have locked waits for the others to have run theirs, so that all
    have read before any writes, however busy the machine is. A refusal is an outcome; any other exception is raised here.
    """
    start = threading.Barrier(len(runners))
    meeting = threading.Barrier(len(runners))
    readings = _Readings(len(runners))
    outcomes: list[Outcome | BaseException | None] = [None] * len(runners)

    def meet() -> None:
        try:
            meeting.wait(MEET_SECONDS_MAX)
        except threading.BrokenBarrierError:
            return

    def run(index: int, runner: Runner) -> None:
        try:
            start.wait(JOIN_SECONDS_MAX)
            with nullcontext() if locked else without_locks(readings.reader() if together else _nobody):
                outcomes[index] = Outcome(value=runner(meet))
        except Refusal as refusal:
            outcomes[index] = Outcome(refusal=refusal)
        except BaseException as error:  # noqa: BLE001 - raised again in the test's own thread
            outcomes[index] = error
        finally:
            readings.leave()
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_SECONDS_MAX)
    return Outcomes(tuple(_settled(outcome) for outcome in outcomes))


def _settled(outcome: Outcome | BaseException | None) -> Outcome:
    if outcome is None:
        raise TimeoutError("a runner of the race did not end")
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


class _Readings:
    """Where runners without locks meet: after the first statement of each that would have locked, after the second, and so on.

    When one has ended, or cannot come because it waits for another's insert, nobody waits for anybody any more.
    """

    def __init__(self, runners: int) -> None:
        self._runners = runners
        self._barriers: list[threading.Barrier] = []
        self._guard = threading.Lock()
        self._over = False

    def reader(self) -> Meet:
        """What one runner calls each time that it has read."""
        numbers = count()

        def meet() -> None:
            barrier = self._barrier(next(numbers))
            try:
                if barrier is not None:
                    barrier.wait(READ_SECONDS_MAX)
            except threading.BrokenBarrierError:
                self.leave()

        return meet

    def leave(self) -> None:
        """Somebody has ended: let go who waits."""
        with self._guard:
            self._over = True
            for barrier in self._barriers:
                barrier.abort()

    def _barrier(self, number: int) -> threading.Barrier | None:
        with self._guard:
            while not self._over and len(self._barriers) <= number:
                self._barriers.append(threading.Barrier(self._runners))
            return None if self._over else self._barriers[number]


def _nobody() -> None:
    """Whom one need not meet."""


@contextmanager
def without_locks(read: Meet = _nobody) -> Iterator[None]:
    """In this thread, statements lose FOR UPDATE and the like, and named advisory locks no longer wait.

    `read` is called after each statement that lost one.
    """

    def strip(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        free = sql
        if isinstance(sql, str):
            free = _ROW_LOCK.sub("", sql).replace("pg_advisory_xact_lock(", "pg_try_advisory_xact_lock(")
        done = execute(free, params, many, context)
        if free != sql:
            read()
        return done

    with connection.execute_wrapper(strip):
        yield


class Died(BaseException):
    """The process is gone; nothing that handles errors sees it."""


def dies_at(statement: int, work: Callable[[], Any]) -> bool:
    """Run `work` and die before its n-th statement; answers whether it came that far. For loops over every n."""
    numbers = count(1)

    def strike(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if next(numbers) == statement:
            raise Died
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(strike):
            work()
    except Died:
        return True
    return False
