"""The gateway is asked for the calls and texts that are to be made.

What is asked for was written down before, in another commit, and is asked for under its own name: so it rings once, whether a
worker is killed in between, two of them work, or an answer of the gateway is lost. Who asks takes a row by putting it off first.
Locks: the row, with SKIP LOCKED; then the number that is called.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, F, Q, When
from django.db.models.functions import Coalesce

from dure.base import clock
from dure.base.actors import Actor
from dure.kit import locks, tx
from dure.services.broadcast import models
from dure.services.broadcast.queries.households import number_of
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import (
    AnnouncementState,
    Ended,
    HouseholdState,
    Kind,
    Standing,
    Taken,
    Wanted,
    Way,
)

__all__ = ["note_taken", "place_rings"]

AT_ONCE: Final = 200
NOT_NOW_MAX: Final = 3  # in a row; then the gateway is left alone until the next round
IN_HAND: Final = timedelta(seconds=10)  # longer than the gateway has for its answer
CALLS: Final = frozenset({Way.CALL, Way.AGAIN})
TEXTS: Final = frozenset({Way.TEXT})
GOING: Final = (Standing.WAITING, Standing.TO_VISIT)

type Place = Callable[[Wanted], Taken]


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A row that was taken. `wanted` None: it is not for now, or not any more."""

    ring: UUID
    wanted: Wanted | None


def place_rings(by: Actor, place: Place) -> int:
    """Have the gateway make the calls and send the texts that are due, what is urgent first; what it does not take is kept and
    asked for again, after a longer and longer pause, until it is over. Answers how many it took. Raises NotAllowed.
    """
    permits.may_run(by)
    placed, ways = 0, CALLS | TEXTS
    not_now = Counter[frozenset[Way]]()
    for _ring in range(AT_ONCE):
        claimed = _claim(ways)
        if claimed is None:
            break
        if claimed.wanted is None:
            continue
        of = CALLS if claimed.wanted.text is None else TEXTS
        taken = place(claimed.wanted)
        _note(claimed.ring, taken)
        placed += taken is Taken.YES
        not_now[of] = not_now[of] + 1 if taken is Taken.NOT_NOW else 0
        if not_now[of] >= NOT_NOW_MAX:
            ways -= of
    return placed


def note_taken(by: Actor, ring: UUID) -> None:
    """Note that the gateway has a call: it said so, or tells of it. Twice is once. Raises NotAllowed."""
    permits.may_run(by)
    with tx.durable():
        row = models.Ring.objects.select_for_update().filter(id=ring, next_at__isnull=False).first()
        if row is not None:
            _take(row, Ended.OPEN)


def _note(ring: UUID, taken: Taken) -> None:
    """Write what the gateway said, unless it told of the call meanwhile."""
    if taken is Taken.NOT_NOW:
        return
    with tx.durable():
        row = models.Ring.objects.select_for_update().filter(id=ring, next_at__isnull=False).first()
        if row is not None:
            _take(row, Ended.OPEN if taken is Taken.YES else Ended.FAILED)


def _take(row: models.Ring, ended: Ended) -> None:
    now = clock.now()
    models.Ring.objects.filter(id=row.id).update(placed_at=now, next_at=None, ended=ended)
    if row.reach_id is not None:
        if ended is Ended.FAILED:  # nobody needs time to answer what reached nobody
            models.HouseholdReach.objects.filter(id=row.reach_id, standing=Standing.WAITING).update(next_at=now)
        return
    home = models.Household.objects.select_for_update().get(id=row.household_id)
    if home.state == HouseholdState.ASKED:
        home.asks += 1
        home.next_at = rules.asked_at(home.asks, now) or now + rules.ASKED_AGAIN
        home.save(update_fields=["asks", "next_at"])


def _claim(ways: Collection[Way]) -> _Claimed | None:
    """Take the next row that is due, so that nobody else asks for it meanwhile. None: there is none."""
    with tx.durable():
        now = clock.now()
        urgent_first = Case(When(reach__airing__announcement__kind=Kind.URGENT, then=0), default=1)
        due = models.Ring.objects.select_related("household__village", "reach__airing__announcement")
        due = due.filter(next_at__lte=now, way__in=ways).select_for_update(skip_locked=True, of=("self",))
        row = due.order_by(urgent_first, "next_at", "id").first()
        if row is None:
            return None
        if not _is_wanted(row, now):
            models.Ring.objects.filter(id=row.id).update(ended=Ended.FAILED, next_at=None)
            if row.reach_id:
                models.HouseholdReach.objects.filter(id=row.reach_id, standing=Standing.WAITING).update(next_at=now)
            return _Claimed(row.id, None)
        kind = Kind(row.reach.airing.announcement.kind) if row.reach else None
        at = max(rules.rings_at(kind, now), _free_at(row, kind, now))
        if at > now:
            models.Ring.objects.filter(id=row.id).update(next_at=at)
            return _Claimed(row.id, None)
        again = rules.tried_again(kind, row.tries + 1, now)
        models.Ring.objects.filter(id=row.id).update(tries=F("tries") + 1, asked_at=now, next_at=again)
        return _Claimed(row.id, _wanted(row))


def _wanted(row: models.Ring) -> Wanted:
    text = row.reach.airing.announcement_id if row.reach and row.way == Way.TEXT else None
    return Wanted(row.id.hex, number_of(row.household), text, row.household.village.name)


def _free_at(row: models.Ring, kind: Kind | None, now: datetime) -> datetime:
    """When its number may be rung: not while we ring there about something else, and so often an hour."""
    if row.way == Way.TEXT or kind is Kind.URGENT:
        return now
    locks.lock_name(f"broadcast.number:{bytes(row.household.hash).hex()}")
    rung = models.Ring.objects.filter(household__hash=row.household.hash, way__in=CALLS, ended=Ended.OPEN)
    rung = rung.filter(Q(placed_at__gt=now - rules.HOUR) | Q(next_at__isnull=False, asked_at__gt=now - IN_HAND))
    rung = rung.exclude(id=row.id).annotate(rung_at=Coalesce("placed_at", "asked_at"))
    return rules.next_ring(kind, list(rung.values_list("rung_at", flat=True)), now)


def _is_wanted(row: models.Ring, now: datetime) -> bool:
    if row.reach is None:
        return row.household.state == HouseholdState.ASKED
    said, listening = row.reach.airing.announcement, row.household.state == HouseholdState.LISTENING
    going = row.reach.standing in GOING and said.state == AnnouncementState.SENT and listening
    return going and now < row.reach.airing.expires_at
