"""Seal the log every few seconds, let reservations expire every minute."""

from collections.abc import Callable

import structlog
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.ledger import actions
from dure.foundations.people.types import system
from dure.kit import tx

__all__ = ["expire", "seal"]

RUNS_MAX = 100  # transactions a call; what is left waits for the next call
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="ledger.seal")
def seal(timestamp: int) -> None:
    """Append what was committed to the hash chain."""
    by = system("ledger.seal")
    _repeat("sealed", lambda: actions.seal(by), actions.SEAL_MAX)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ledger.expire")
def expire(timestamp: int) -> None:
    """Free what was reserved for too long."""
    by, now = system("ledger.expire"), clock.now()
    _repeat("expired", lambda: actions.expire_due(by, now), actions.EXPIRE_MAX)


def _repeat(what: str, step: Callable[[], int], full: int) -> None:
    """Repeat `step`, each time in a transaction of its own, until it finds less than a full run."""
    done = 0
    for _ in range(RUNS_MAX):
        with tx.durable():
            count = step()
        done += count
        if count < full:
            break
    if done:
        log.info("ledger", what=what, count=done)
