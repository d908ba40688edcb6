"""What the kit does by itself every night: forgets what it need not keep."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from procrastinate.contrib.django import app

from dure.base import clock
from dure.kit import delivery, limits, tx

NEWS_KEEP = timedelta(days=90)  # long enough to look into an odd delivery
ANSWERS_KEEP = timedelta(days=400)  # a retry may come from a telephone that was off for a year
BATCH_MAX = 5_000
BATCHES_MAX = 1_000
log = structlog.get_logger(__name__)


@app.periodic(cron="23 4 * * *")
@app.task(queueing_lock="kit.forget")
def forget(timestamp: int) -> None:
    """Delete delivered news, kept answers and rate windows past their time, in small transactions."""
    now = clock.now()
    _all("news", lambda: delivery.forget(now - NEWS_KEEP, BATCH_MAX))
    _all("answers", lambda: tx.forget(now - ANSWERS_KEEP, BATCH_MAX))
    _all("windows", lambda: limits.forget(now, BATCH_MAX))


def _all(what: str, step: Callable[[], int]) -> None:
    """Repeat `step` until it finds nothing more, each time in a transaction of its own."""
    gone = 0
    for _ in range(BATCHES_MAX):
        count = step()
        gone += count
        if count < BATCH_MAX:
            break
    log.info("forgotten", what=what, count=gone)
