"""The hot room in tests: proofs sent together, the same room without its lock, and a person's count that somebody else holds."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db import connection, connections, transaction

from dure.foundations.people.types import Actor
from dure.kit import line
from dure.services.pledges import hot
from dure.services.pledges.rules import permits

from .making import key, person_of

FUNCTION, LOCK = "pledges_prove", " FOR NO KEY UPDATE SKIP LOCKED"
WAIT_SECONDS_MAX = 10
ENDED_SECONDS = 0.7  # who need not wait has long ended
LOOK_SECONDS = 0.01

type Answer = hot.Proven | BaseException


def send(
    by: Actor, pledge: UUID, day: int, text: str = "걸었어요", once: str = "", number: int | None = None
) -> Awaitable[hot.Proven]:
    return hot.prove(person_of(by).bytes, pledge, day, hot.SentProof(text, number), once or key())


def together(*calls: Awaitable[hot.Proven]) -> list[Answer]:
    """What each of them hears; they arrive at the same time, and are one group."""

    async def run() -> list[Answer]:
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            await hot.close()  # or the test database could not be dropped

    return asyncio.run(run())


def alone(by: Actor, pledge: UUID, day: int, text: str = "걸었어요", once: str = "") -> Answer:
    (answer,) = together(send(by, pledge, day, text, once))
    return answer


def names(answers: Sequence[Answer]) -> list[str]:
    """The state of each proof, or what it was refused for."""
    return [one.state.value if isinstance(one, hot.Proven) else type(one).__name__ for one in answers]


@contextmanager
def without_lock() -> Iterator[None]:
    """The room as it would be if it locked no pledge."""
    text = import_module("dure.services.pledges.migrations.0008_prove").PROVE
    assert text.count(LOCK) == 1
    with connection.cursor() as cursor:
        cursor.execute(text.replace(LOCK, "").replace(FUNCTION, f"{FUNCTION}_unlocked"))

    async def ask(asked: line.Ask, statement: str, values: Sequence[Any], _server: int) -> line.Rows:
        return await asked(statement.replace(f"{FUNCTION}(", f"{FUNCTION}_unlocked("), values)

    try:
        with line.standing_between(ask):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP FUNCTION {FUNCTION}_unlocked")


def while_written(by: Actor, send_it: Callable[[], Answer], end_it: Callable[[], object]) -> tuple[Answer, bool]:
    """`send_it` has read what stands and is about to write when `end_it` begins. Answers what it heard, and whether `end_it`
    ended before. It is kept from writing by somebody who holds the person's count, which therefore must be there.
    """
    held, free, heard = threading.Event(), threading.Event(), list[Answer]()

    def hold() -> None:
        bucket = f"{permits.PROOFS_COUNTED}{by.person}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT FROM kit_rate_window WHERE bucket = %s FOR UPDATE", [bucket])
            assert cursor.rowcount == 1
            held.set()
            free.wait(WAIT_SECONDS_MAX)

    def sends() -> None:
        heard.append(send_it())

    holder, sender, ender = (_thread(work) for work in (hold, sends, end_it))
    holder.start()
    assert held.wait(WAIT_SECONDS_MAX)
    sender.start()
    _somebody_waits()
    ender.start()
    ender.join(ENDED_SECONDS)
    ended = not ender.is_alive()
    free.set()
    for each in (holder, sender, ender):
        each.join(WAIT_SECONDS_MAX)
        assert not each.is_alive()
    return heard[0], ended


def _thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    return threading.Thread(target=run, daemon=True)


def _somebody_waits() -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_SECONDS_MAX / LOOK_SECONDS)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        pause.wait(LOOK_SECONDS)
    raise TimeoutError("nobody waits")
