"""What comes next for listeners, worked out and written down for many at once. Whoever calls has locked their rows.

Tens of thousands come at once, most of them alike: what is read of them are plain values, and what is worked out for one is
remembered for all who stand as they do.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from dure.base.actors import PersonId
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types.ladders import Leads
from dure.kit import sqlfiles
from dure.services.broadcast import models
from dure.services.broadcast.rules import ladder
from dure.services.broadcast.types import Airing, Attempt, Ended, Kind, Listener, Standing, Step, Way

__all__ = [
    "HOUSE",
    "NO_LEADS",
    "Due",
    "Steps",
    "Tried",
    "airing_of",
    "leads_of",
    "put_tries",
    "set_tries",
    "tries_of",
    "ways_of",
    "write",
]

HOUSE: Final = "dure.services.broadcast"
NO_LEADS: Final = Leads()


@dataclass(frozen=True, slots=True)
class Due:
    """A listener's row, which is locked. `way`: the next one; `airing_id`, `airing`: of what, and from when to when."""

    id: UUID
    airing_id: UUID
    person: PersonId
    way: Way | None
    zone: str
    left: bool
    airing: Airing


@dataclass(slots=True)
class Tried:
    """A way that was tried for a listener. `id`: None before it is written down; else as the column of the same name."""

    reach: UUID
    way: Way
    at: datetime
    ended: Ended = Ended.OPEN
    sending: UUID | None = None
    tried_at: datetime | None = None
    look_at: datetime | None = None
    id: int | None = None


def tries_of(rows: Iterable[Due]) -> defaultdict[UUID, list[Tried]]:
    """What was tried for each of these listeners, in its order. Who waits for the first way is not looked up."""
    tried: defaultdict[UUID, list[Tried]] = defaultdict(list)
    begun = [row.id for row in rows if row.way is not ladder.LADDER[0]]
    if not begun:
        return tried
    columns = ("reach_id", "way", "at", "ended", "sending", "tried_at", "look_at", "id")
    for reach, way, at, ended, *rest in (
        models.Try.objects.filter(reach_id__any=begun).order_by("id").values_list(*columns)
    ):
        tried[reach].append(Tried(reach, Way(way), at, Ended(ended), *rest))
    return tried


def leads_of(rows: Iterable[Due]) -> Mapping[PersonId, Leads]:
    """What leads to each of these listeners; to whom nothing does, stands not in it."""
    return channels.leads_to([row.person for row in rows])


def ways_of(leads: Leads) -> frozenset[Way]:
    """By which ways of the ladder somebody can be reached. Who has texts read aloud gets none: they are called."""
    if not leads.telephone:
        return frozenset({Way.PUSH})
    return frozenset({Way.PUSH, *(() if leads.aloud else (Way.TEXT,)), Way.CALL, Way.AGAIN})


class Steps:
    """What is to be done next at one moment: worked out once for all listeners who stand alike."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._known: dict[object, Step] = {}

    def next_of(self, row: Due, tried: Sequence[Tried], leads: Leads) -> Step:
        """What comes next for a listener, and when: never before the channel has really tried what it has."""
        stands = tuple((one.way, one.tried_at or one.at, one.ended, one.tried_at is not None) for one in tried)
        alike = (row.airing_id, row.zone, row.left, leads, stands)
        step = self._known.get(alike)
        if step is None:
            step = self._known[alike] = self._worked_out(row, [Attempt(*each) for each in stands], leads)
        return step

    def _worked_out(self, row: Due, attempts: Sequence[Attempt], leads: Leads) -> Step:
        listener = Listener(ways_of(leads), row.zone)
        step = ladder.next_step(row.airing, listener, attempts, heard=False, left=row.left)
        return ladder.from_now_on(row.airing, listener, step, attempts, self.now)


def airing_of(kind: str, at: datetime, expires: datetime) -> Airing:
    """An airing by its columns."""
    return Airing(Kind(kind), at, expires)


def write(rows: Sequence[Due], steps: Sequence[Step], now: datetime) -> None:
    """Write these steps down, one a row."""
    if not rows:
        return
    asked: dict[str, Any] = {
        "ids": [row.id for row in rows],
        "standings": [step.standing for step in steps],
        "ways": [step.way or "" for step in steps],
        "nexts": [step.at if step.standing is Standing.WAITING else None for step in steps],
        "now": now,
    }
    _run("set_reaches", asked)


def put_tries(tries: Sequence[Tried], now: datetime) -> None:
    """Write down ways that are tried now."""
    if not tries:
        return
    asked: dict[str, Any] = {
        "reaches": [one.reach for one in tries],
        "ways": [one.way for one in tries],
        "endeds": [one.ended for one in tries],
        "sendings": [one.sending for one in tries],
        "tried": [one.tried_at for one in tries],
        "looks": [one.look_at for one in tries],
        "now": now,
    }
    _run("put_tries", asked)


def set_tries(tries: Sequence[Tried]) -> None:
    """Write down what became of tries."""
    if not tries:
        return
    asked: dict[str, Any] = {
        "ids": [one.id for one in tries],
        "endeds": [one.ended for one in tries],
        "ats": [one.at for one in tries],
        "tried": [one.tried_at for one in tries],
        "looks": [one.look_at for one in tries],
    }
    _run("set_tries", asked)


def _run(name: str, asked: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, name).text, asked)
