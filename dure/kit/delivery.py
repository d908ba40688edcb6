"""Delivery of news: at least once tried, each reaction done in one transaction with the mark that it is done.

A reaction that keeps failing goes to the dead letters, where a steward sees it in the admin and can replay it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import structlog
from django.db import connection, transaction

from dure.base import clock
from dure.base.refusals import Refusal
from dure.kit import logs, metrics, models, tx
from dure.kit.outbox import Wiring

ATTEMPTS_MAX = 12
BACKOFF_SECONDS_MAX = 3600
BATCH_MAX = 200
TOGETHER_MAX = 100  # news that a reaction takes at once, if it takes many
ERROR_LENGTH_MAX = 500
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of delivery did."""

    fanned_out: int
    done: int
    failed: int

    @property
    def idle(self) -> bool:
        return not (self.fanned_out or self.done or self.failed)


def run_round(wiring: Wiring) -> Round:
    """Fan out new news and try every delivery that is due, at most BATCH_MAX of each."""
    fanned_out = _fan_out(wiring)
    done = failed = 0
    for _ in range(BATCH_MAX):
        tried, fell = _deliver_next(wiring)
        if not tried:
            break
        done, failed = done + tried - fell, failed + fell
    return Round(fanned_out, done, failed)


def run_until_idle(wiring: Wiring, rounds_max: int = 10_000) -> Round:
    """Deliver until nothing is due. For tests, the demo's set-up and simulations."""
    fanned_out = done = failed = 0
    for _ in range(rounds_max):
        last = run_round(wiring)
        if last.idle:
            break
        fanned_out, done, failed = fanned_out + last.fanned_out, done + last.done, failed + last.failed
    return Round(fanned_out, done, failed)


def replay(delivery_ids: list[int]) -> int:
    """Put dead letters back in the queue; answers how many."""
    return models.Delivery.objects.filter(id__in=delivery_ids, state=models.DeliveryState.DEAD).update(
        state=models.DeliveryState.WAITING, attempts=0, next_at=clock.now()
    )


def forget(before: datetime, most: int) -> int:
    """Delete news told before `before` whose every reaction is done; dead letters stay. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (SELECT n.id FROM kit_news n WHERE n.fanned_out AND n.at < %s AND NOT EXISTS"
            " (SELECT FROM kit_delivery d WHERE d.news_id = n.id AND d.state <> 'done') ORDER BY n.id LIMIT %s),"
            " gone AS (DELETE FROM kit_delivery USING old WHERE kit_delivery.news_id = old.id)"
            " DELETE FROM kit_news USING old WHERE kit_news.id = old.id",
            [before, most],
        )
        return int(cursor.rowcount)


def _fan_out(wiring: Wiring) -> int:
    with transaction.atomic():
        waiting = list(
            models.News.objects.select_for_update(skip_locked=True).filter(fanned_out=False).order_by("id")[:BATCH_MAX]
        )
        now = clock.now()
        models.Delivery.objects.bulk_create(
            [
                models.Delivery(news=news, reaction=name, next_at=now)
                for news in waiting
                for name in wiring.names(news.kind)
            ],
            ignore_conflicts=True,
        )
        models.News.objects.filter(id__in=[news.id for news in waiting]).update(fanned_out=True)
    return len(waiting)


@dataclass(frozen=True, slots=True)
class _Due:
    """A delivery whose turn it is, locked until its transaction ends."""

    id: int
    reaction: str
    attempts: int
    news: UUID
    kind: str
    body: str
    told_at: datetime


def _deliver_next(wiring: Wiring) -> tuple[int, int]:
    """Try what is due first, with its like if the reaction takes many at once; answers how many were tried and how many failed.

    One that fails waits for its next turn. Of several that fail together each is tried by itself: only the bad one waits.
    """
    with tx.undone_with_it(), transaction.atomic():
        first = _claim()
        if first is None:
            return 0, 0
        together = [first]
        if first.attempts == 0 and wiring.takes_many(first.kind, first.reaction):
            together += _claim_like(first)
        failure = _react(wiring, together)
        if failure is None:
            _done(together)
            return len(together), 0
        if len(together) == 1:
            _postpone(first, failure)
            return 1, 1
        failed = 0
        for due in together:
            alone = _react(wiring, [due])
            if alone is None:
                _done([due])
            else:
                _postpone(due, alone)
                failed += 1
        return len(together), failed


def _react(wiring: Wiring, together: Sequence[_Due]) -> Exception | None:
    """Run the reaction on all of it, in a savepoint of its own; answers what it failed with."""
    first = together[0]
    try:
        with tx.undone_with_it(), transaction.atomic(), tx.hosted():
            wiring.run(first.kind, first.reaction, [(due.body, due.news) for due in together])
            _check_constraints()
    except Exception as error:  # noqa: BLE001 - whatever a reaction raises must not stop the queue; it is kept and shown
        return error
    return None


def _done(together: Sequence[_Due]) -> None:
    done_at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kit_delivery SET state = 'done', done_at = %s WHERE id = ANY (%s)",
            [done_at, [due.id for due in together]],
        )
    metrics.DELIVERIES.labels("done").inc(len(together))
    for due in together:
        metrics.DELIVERY_SECONDS.observe(max(0.0, (done_at - due.told_at).total_seconds()))


_WAITING = (
    "SELECT d.id, d.reaction, d.attempts, n.id, n.kind, n.body::text, n.at"
    " FROM kit_delivery d JOIN kit_news n ON n.id = d.news_id"
    " WHERE d.state = 'waiting' AND d.next_at <= %s"
)


def _claim() -> _Due | None:
    with connection.cursor() as cursor:
        cursor.execute(f"{_WAITING} ORDER BY d.next_at, d.id LIMIT 1 FOR UPDATE OF d SKIP LOCKED", [clock.now()])
        row = cursor.fetchone()
    return _Due(*row) if row else None


def _claim_like(first: _Due) -> list[_Due]:
    """Others for the same reaction to the same kind that are due and were never tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_WAITING} AND d.reaction = %s AND n.kind = %s AND d.attempts = 0 AND d.id <> %s"
            " ORDER BY d.next_at, d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED",
            [clock.now(), first.reaction, first.kind, first.id, TOGETHER_MAX - 1],
        )
        return [_Due(*row) for row in cursor.fetchall()]


def _check_constraints() -> None:
    """Deferred constraints (foreign keys, postings that sum to zero) speak now, where their error is the reaction's own."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _postpone(due: _Due, error: Exception) -> None:
    attempts = due.attempts + 1
    dead = attempts >= ATTEMPTS_MAX
    next_at = clock.now() + timedelta(seconds=min(2**attempts, BACKOFF_SECONDS_MAX))
    models.Delivery.objects.filter(id=due.id).update(
        attempts=attempts,
        last_error=_said(error),
        next_at=next_at,
        state=models.DeliveryState.DEAD if dead else models.DeliveryState.WAITING,
    )
    metrics.DELIVERIES.labels("dead" if dead else "failed").inc()
    log.warning("reaction_failed", reaction=due.reaction, attempts=attempts, dead=dead, exc_info=error)


def _said(error: Exception) -> str:
    """What a steward reads about it in the admin: the kind and where it was raised, never its message, which may hold
    anybody's name; of a refusal its kind and the numbers it carries."""
    if isinstance(error, Refusal):
        return logs.without_values(repr(error))[:ERROR_LENGTH_MAX]
    return f"{logs.kind_of(error)} at {logs.place_of(error)}"[:ERROR_LENGTH_MAX]


def waiting_count() -> int:
    """How many news and deliveries wait now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM kit_news WHERE NOT fanned_out)"
            " + (SELECT count(*) FROM kit_delivery WHERE state = 'waiting')"
        )
        return int(cursor.fetchone()[0])


def dead_count() -> int:
    """How many reactions were given up."""
    return models.Delivery.objects.filter(state=models.DeliveryState.DEAD).count()


def oldest_due() -> datetime | None:
    """Since when the oldest delivery has been due; None when nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least((SELECT at FROM kit_news WHERE NOT fanned_out ORDER BY id LIMIT 1),"
            " (SELECT min(next_at) FROM kit_delivery WHERE state = 'waiting' AND next_at <= %s))",
            [clock.now()],
        )
        (found,) = cursor.fetchone()
    return cast("datetime | None", found)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A reaction that was given up, as a steward looks at it."""

    id: int
    kind: str
    reaction: str
    attempts: int
    told_at: datetime
    last_error: str


def dead_letters(most: int = 100) -> list[DeadLetter]:
    """Reactions that were given up, oldest first."""
    found = models.Delivery.objects.filter(state=models.DeliveryState.DEAD).select_related("news").order_by("id")
    return [
        DeadLetter(each.id, each.news.kind, each.reaction, each.attempts, each.news.at, each.last_error)
        for each in found[:most]
    ]
