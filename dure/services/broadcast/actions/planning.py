"""What comes next for listeners, worked out and written down for many at once. Whoever calls has locked their rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
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

__all__ = ["HOUSE", "leads_of", "next_of", "plan", "put_tries", "set_tries", "tries_of", "ways_of"]

HOUSE: Final = "dure.services.broadcast"

type Tried = Mapping[UUID, Sequence[models.Try]]  # by listener's row, in their order


def tries_of(rows: Sequence[models.Reach]) -> defaultdict[UUID, list[models.Try]]:
    """What was tried for each of these listeners."""
    tried: defaultdict[UUID, list[models.Try]] = defaultdict(list)
    for one in models.Try.objects.filter(reach_id__any=[row.id for row in rows]).order_by("id"):
        tried[one.reach_id].append(one)
    return tried


def leads_of(rows: Sequence[models.Reach]) -> Mapping[PersonId, Leads]:
    """What leads to each of these listeners."""
    return channels.leads_to([row.person_id for row in rows])


def ways_of(leads: Leads) -> frozenset[Way]:
    """By which ways of the ladder somebody can be reached. Who has texts read aloud gets none: they are called."""
    if not leads.telephone:
        return frozenset({Way.PUSH})
    return frozenset({Way.PUSH, *(() if leads.aloud else (Way.TEXT,)), Way.CALL, Way.AGAIN})


def next_of(row: models.Reach, tried: Sequence[models.Try], leads: Leads, now: datetime) -> Step:
    """What is to be done next for a listener, and when: never before the channel has really tried what it has."""
    airing = Airing(Kind(row.kind), row.airing.at, row.airing.expires_at)
    listener = Listener(ways_of(leads), row.listener.zone)
    attempts = [
        Attempt(Way(one.way), one.tried_at or one.at, Ended(one.ended), one.tried_at is not None) for one in tried
    ]
    left = row.listener.left_at is not None
    return ladder.from_now_on(
        airing, listener, ladder.next_step(airing, listener, attempts, heard=False, left=left), attempts, now
    )


def plan(rows: Sequence[models.Reach], tried: Tried, leads: Mapping[PersonId, Leads], now: datetime) -> None:
    """Write down what comes next for each of these listeners."""
    steps = [next_of(row, tried.get(row.id, ()), leads.get(PersonId(row.person_id), Leads()), now) for row in rows]
    write(rows, steps, now)


def write(rows: Sequence[models.Reach], steps: Sequence[Step], now: datetime) -> None:
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


def put_tries(tries: Sequence[models.Try], now: datetime) -> None:
    """Write down ways that are tried now."""
    if not tries:
        return
    asked: dict[str, Any] = {
        "reaches": [one.reach_id for one in tries],
        "ways": [one.way for one in tries],
        "endeds": [one.ended for one in tries],
        "sendings": [one.sending for one in tries],
        "tried": [one.tried_at for one in tries],
        "looks": [one.look_at for one in tries],
        "now": now,
    }
    _run("put_tries", asked)


def set_tries(tries: Sequence[models.Try]) -> None:
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
