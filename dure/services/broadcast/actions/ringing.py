"""Calls that are made to who listens without an account: for their word, and for what is on the air.

What is to be called is one commit; the gateway is asked after it, by a name under which it rings once, and asked again where it
did not answer. Locks: rows that are due, with SKIP LOCKED, so that workers share them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

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
    Wanted,
    Way,
)

__all__ = ["ask_households", "open_households", "place_rings", "ring_households"]

HOUSE: Final = "dure.services.broadcast"
AT_ONCE: Final = 200
LISTENER: Final = Listener(frozenset({Way.CALL, Way.AGAIN}), rules.ZONE)

type Place = Callable[[Wanted], bool]


def open_households(by: Actor) -> int:
    """Write down which telephones hear what is on the air; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        asked: dict[str, Any] = {"now": clock.now(), "most": AT_ONCE}
        with connection.cursor() as cursor:
            cursor.execute(sqlfiles.load(HOUSE, "open_households").text, asked)
            pairs = list(cursor.fetchall())
        airings = models.Airing.objects.select_related("announcement").in_bulk({airing for airing, _ in pairs})
        new = []
        for airing, household in pairs:
            row = airings[airing]
            first = ladder.next_step(_airing(row), LISTENER, (), heard=False, left=False)
            at = first.at or row.expires_at
            new.append(models.HouseholdReach(id=ids.new(), airing=row, household_id=household, next_at=at))
        models.HouseholdReach.objects.bulk_create(new, ignore_conflicts=True)
        return len(new)


def ring_households(by: Actor) -> int:
    """Take the steps that are due: a call, a second one, the head's list; answers how many. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.HouseholdReach.objects.filter(next_at__lte=now).select_related("airing__announcement")
        rows = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("next_at", "id")[:AT_ONCE])
        for row in rows:
            _take_step(row, now)
        return len(rows)


def ask_households(by: Actor) -> int:
    """Have those called who were entered and not asked yet, or not reached: three times, a day apart. Answers how many.

    Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.Household.objects.filter(next_at__lte=now, state=HouseholdState.ASKED)
        rows = list(due.select_for_update(skip_locked=True).order_by("next_at", "id")[:AT_ONCE])
        for row in rows:
            if row.asks >= rules.ASKS_MAX:
                row.state, row.ended_at, row.next_at = HouseholdState.LAPSED, now, None
            else:
                models.Ring.objects.create(id=ids.new(), household=row, way=Way.CALL, at=now)
                row.asks += 1
                row.next_at = rules.asked_at(row.asks, now) or now + rules.ASKED_AGAIN
            row.save(update_fields=["state", "ended_at", "next_at", "asks"])
        return len(rows)


def place_rings(by: Actor, place: Place) -> int:
    """Have the gateway make the calls that it was not asked for yet, or did not answer for; what it does not take in time is
    given up, and the next step is taken. Answers how many it took. Raises NotAllowed.
    """
    permits.may_run(by)
    placed = 0
    waiting = models.Ring.objects.filter(placed_at__isnull=True, ended=Ended.OPEN).order_by("at", "id")
    for ring in waiting.values_list("id", flat=True)[:AT_ONCE]:
        wanted = _wanted(ring)
        if wanted is not None and place(wanted):
            models.Ring.objects.filter(id=ring, placed_at__isnull=True).update(placed_at=clock.now())
            placed += 1
    return placed


def _wanted(ring_id: UUID) -> Wanted | None:
    """The call, if it is still to be made."""
    with tx.durable():
        ring = (
            models.Ring.objects.select_for_update(of=("self",))
            .select_related("household", "reach__airing__announcement")
            .filter(id=ring_id)
            .first()
        )
        if ring is None or ring.placed_at or ring.ended != Ended.OPEN:
            return None
        now = clock.now()
        if not _is_wanted(ring, now):
            models.Ring.objects.filter(id=ring.id).update(ended=Ended.FAILED)
            if ring.reach_id:
                models.HouseholdReach.objects.filter(id=ring.reach_id, standing=Standing.WAITING).update(next_at=now)
            return None
        return Wanted(ring.id.hex, number_of(ring.household))


def _is_wanted(ring: models.Ring, now: datetime) -> bool:
    if ring.reach is None:
        late = now - ring.at >= ladder.PATIENCE[Kind.NOTICE]
        return ring.household.state == HouseholdState.ASKED and not late
    said = ring.reach.airing.announcement
    late = now - ring.at >= ladder.PATIENCE[Kind(said.kind)] or now >= ring.reach.airing.expires_at
    going = ring.reach.standing == Standing.WAITING and said.state == AnnouncementState.SENT
    return going and not late and ring.household.state == HouseholdState.LISTENING


def _take_step(row: models.HouseholdReach, now: datetime) -> None:
    airing = _airing(row.airing)
    if row.airing.announcement.state != AnnouncementState.SENT:
        _write(row, Step(Standing.EXPIRED), now)
        return
    attempts = _attempts(row)
    step = ladder.from_now_on(
        airing, LISTENER, ladder.next_step(airing, LISTENER, attempts, heard=False, left=False), attempts, now
    )
    if step.way is not None and step.at is not None and step.at <= now:
        if step.way is Way.VISIT:
            step = Step(Standing.TO_VISIT)
        else:
            models.Ring.objects.create(id=ids.new(), household_id=row.household_id, reach=row, way=step.way, at=now)
            attempts = (*attempts, Attempt(step.way, now, tried=False))
            step = ladder.from_now_on(
                airing, LISTENER, ladder.next_step(airing, LISTENER, attempts, heard=False, left=False), attempts, now
            )
    _write(row, step, now)


def _write(row: models.HouseholdReach, step: Step, now: datetime) -> None:
    waits = step.standing is Standing.WAITING
    models.HouseholdReach.objects.filter(id=row.id).update(
        standing=step.standing, next_at=step.at if waits else None, ended_at=None if waits else now
    )


def _attempts(row: models.HouseholdReach) -> tuple[Attempt, ...]:
    rings = models.Ring.objects.filter(reach=row).order_by("at", "id")
    return tuple(
        Attempt(Way(one.way), one.placed_at or one.at, Ended(one.ended), tried=one.placed_at is not None)
        for one in rings
    )


def _airing(row: models.Airing) -> Airing:
    return Airing(Kind(row.announcement.kind), max(row.at, row.opened_at or row.at), row.expires_at)
