"""The channel is asked what became of ways: whether it really tried them, since when, or in vain.

Locks: tries together with their listeners' rows, none that anybody else has.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Fate
from dure.kit import sqlfiles, tx
from dure.services.broadcast import models
from dure.services.broadcast.rules import ladder, permits
from dure.services.broadcast.types import Ended, Standing, Way

from .planning import HOUSE, NO_LEADS, Due, Steps, Tried, airing_of, leads_of, set_tries, tries_of, write

__all__ = ["learn_fates"]

LOOKS_MAX: Final = 2_000  # tries a transaction


def learn_fates(by: Actor, most: int = LOOKS_MAX) -> int:
    """Ask the channel about ways that it was given, and plan anew by what it says: who was not reached goes on at once, and waits
    count from the real try. Each is asked about less and less often; answers how many were asked about. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        tx.by_key()
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(sqlfiles.load(HOUSE, "claim_looks").text, {"now": now, "most": most})
            claimed = cursor.fetchall()
        if not claimed:
            return 0
        rows = {
            reach: Due(reach, airing, PersonId(person), Way(way) if way else None, zone, left, airing_of(*on_air))
            for _try, reach, standing, airing, person, way, zone, left, *on_air in claimed
            if standing == Standing.WAITING
        }
        asked, tried = {row[0] for row in claimed}, tries_of(rows.values())
        last = [each[-1] for each in tried.values() if each[-1].id in asked]
        _ask_no_more(asked - {one.id for one in last})  # what came after it counts, or it is over
        changed = learn_of(by, last, rows, now)
        again = [rows[one.reach] for one in changed]
        leads, steps = leads_of(again), Steps(now)
        write(again, [steps.next_of(row, tried[row.id], leads.get(row.person, NO_LEADS)) for row in again], now)
        return len(claimed)


def _ask_no_more(tries: Collection[int | None]) -> None:
    if tries:
        models.Try.objects.filter(id__any=list(tries)).update(look_at=None)


def learn_of(by: Actor, tries: Sequence[Tried], rows: Mapping[UUID, Due], now: datetime) -> list[Tried]:
    """Note what the channel says of these tries, whose listeners' rows are locked; answers those of which something is new."""
    fates = known_channels.fates(by, [(one.sending, rows[one.reach].person) for one in tries if one.sending])
    told: dict[tuple[UUID | None, UUID], Fate] = {(fate.sending, fate.person): fate for fate in fates}
    changed, given_up = [], []
    for one in tries:
        row = rows[one.reach]
        fate = told.get((one.sending, row.person))
        if fate is None:  # the channel knows nothing of it: nobody was asked, and nobody ever will be
            one.ended, one.look_at = Ended.FAILED, None
            changed.append(one)
            continue
        before = one.ended, one.at, one.tried_at
        found = ladder.seen(row.airing.kind, one.way, one.at, fate, now)
        one.ended, one.at, one.tried_at, one.look_at = found.ended, found.at, found.tried_at, found.look_at
        if found.given_up:
            given_up.append((fate.sending, fate.person))
        if before != (one.ended, one.at, one.tried_at):
            changed.append(one)
    set_tries(tries)
    channels.recall(by, given_up)
    return changed
