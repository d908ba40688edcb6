"""What is to be told to who listens without an account: which texts and calls, and for whom the head looks in. `placing` has the
gateway do them.

Locks: rows that are due, with SKIP LOCKED, so that workers share them.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.kit import sqlfiles, tx
from dure.services.broadcast import models
from dure.services.broadcast.queries.households import number_of
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.rules import ladder, permits
from dure.services.broadcast.types import (
    Airing,
    AnnouncementState,
    Attempt,
    Ended,
    HouseholdState,
    Kind,
    Listener,
    Standing,
    Step,
    Way,
)

__all__ = ["ask_households", "open_households", "ring_households"]

HOUSE: Final = "dure.services.broadcast"
AT_ONCE: Final = 200
LOOKED_BACK: Final = timedelta(days=7)  # so long after its end an airing is looked at that nobody had looked at


def open_households(by: Actor) -> int:
    """Write down which telephones hear what is on the air; what was over before anybody looked ends there as that. Answers how
    many. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        asked: dict[str, Any] = {"since": clock.now() - LOOKED_BACK, "most": AT_ONCE}
        with connection.cursor() as cursor:
            cursor.execute(sqlfiles.load(HOUSE, "open_households").text, asked)
            pairs = list(cursor.fetchall())
        airings = models.Airing.objects.select_related("announcement").in_bulk({airing for airing, _ in pairs})
        houses = models.Household.objects.in_bulk({household for _, household in pairs})
        new = []
        for airing, household in pairs:
            row = airings[airing]
            first = ladder.next_step(_airing(row), _listener(houses[household]), (), heard=False, left=False)
            at = first.at or row.expires_at
            new.append(models.HouseholdReach(id=ids.new(), airing=row, household_id=household, next_at=at))
        models.HouseholdReach.objects.bulk_create(new, ignore_conflicts=True)
        return len(new)


def ring_households(by: Actor) -> int:
    """Take the steps that are due: a text, a call, a second one, the head's list; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.HouseholdReach.objects.filter(next_at__lte=now)
        due = due.select_related("airing__announcement", "household")
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "id")[:AT_ONCE])
        for row in rows:
            _take_step(row, now)
        return len(rows)


def ask_households(by: Actor) -> int:
    """Have those called, by day, who were entered and not asked yet, or not reached: three times, a day apart. A call that waits
    for the gateway was none. Answers how many. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.Household.objects.filter(next_at__lte=now, state=HouseholdState.ASKED)
        rows = list(due.select_for_update(skip_locked=True).order_by("next_at", "id")[:AT_ONCE])
        for row in rows:
            _ask(row, now)
            row.save(update_fields=["state", "ended_at", "next_at"])
        return len(rows)


def _ask(row: models.Household, now: datetime) -> None:
    waiting = models.Ring.objects.filter(household=row, reach__isnull=True, next_at__isnull=False)
    if row.asks >= rules.ASKS_MAX:
        row.state, row.ended_at, row.next_at = HouseholdState.LAPSED, now, None
        return
    begins = rules.rings_at(None, now)
    if begins > now:  # nobody looked by day
        row.next_at = begins
        return
    row.next_at = now + rules.ASKED_AGAIN  # from when the gateway has it, if it takes it later
    if not waiting.exists():
        models.Ring.objects.create(id=ids.new(), household=row, way=Way.CALL, at=now, next_at=now)


def _take_step(row: models.HouseholdReach, now: datetime) -> None:
    said = row.airing.announcement
    if said.state != AnnouncementState.SENT:
        _write(row, Step(Standing.EXPIRED), now)
        return
    kind, rings = Kind(said.kind), list(models.Ring.objects.filter(reach=row).order_by("at", "id"))
    held = rings[-1] if rings and rings[-1].next_at is not None else None
    if held is not None and held.way == Way.TEXT and rules.is_text_late(kind, held.at, now):
        held.ended, held.next_at = Ended.FAILED, None
        held.save(update_fields=["ended", "next_at"])
        held = None
    attempts = tuple(map(_attempt, rings))
    step = _next(row, attempts, now)
    if held is not None and held.way != Way.TEXT and rules.is_held_long(kind, held.at, now) and step.way is not None:
        _write(row, Step(Standing.TO_VISIT), now)  # the call is made all the same, when the gateway takes it
        return
    if step.way is not None and step.at is not None and step.at <= now:
        if step.way is Way.VISIT:
            step = Step(Standing.TO_VISIT)
        else:
            models.Ring.objects.create(
                id=ids.new(), household_id=row.household_id, reach=row, way=step.way, at=now, next_at=now
            )
            attempts = (*attempts, Attempt(step.way, now, tried=False))
            step = _next(row, attempts, now)
    if step.standing is Standing.EXPIRED and attempts and now < row.airing.expires_at:
        step = Step(
            Standing.WAITING, None, row.airing.expires_at
        )  # nothing follows, and what was asked for may still come
    _write(row, step, now)


def _next(row: models.HouseholdReach, attempts: tuple[Attempt, ...], now: datetime) -> Step:
    airing, listener = _airing(row.airing), _listener(row.household)
    step = ladder.next_step(airing, listener, attempts, heard=False, left=False)
    return ladder.from_now_on(airing, listener, step, attempts, now)


def _write(row: models.HouseholdReach, step: Step, now: datetime) -> None:
    waits = step.standing is Standing.WAITING
    models.HouseholdReach.objects.filter(id=row.id).update(
        standing=step.standing, next_at=step.at if waits else None, ended_at=None if waits else now
    )


def _attempt(one: models.Ring) -> Attempt:
    return Attempt(Way(one.way), one.placed_at or one.at, Ended(one.ended), tried=one.placed_at is not None)


def _listener(row: models.Household) -> Listener:
    return rules.listener(number_of(row), row.consent)


def _airing(row: models.Airing) -> Airing:
    return Airing(Kind(row.announcement.kind), max(row.at, row.opened_at or row.at), row.expires_at)
