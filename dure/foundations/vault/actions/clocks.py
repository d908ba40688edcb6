"""Writing down which day it is, and a person's word that the clock is right."""

from datetime import date
from functools import partial

from django.db import transaction

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.vault import models, queries, rules
from dure.foundations.vault.queries import folders as places
from dure.foundations.vault.types import Entry
from dure.kit import tx

from . import folders
from .logs import append

__all__ = ["trust_clock"]


def trust_clock(by: Actor, day: date) -> None:
    """Say that today really is `day`: after a long sleep, or after a wrong clock was put right, which sets the seen day back.

    A steward's, or the shell's; every log of the place tells it, because what follows cannot be undone.
    Raises NotAllowed, BadValue, ClockWentBack (a day before this program was made), and what `append` raises.
    """
    tx.demand()
    if not (by.is_steward or by.is_system):
        raise NotAllowed(needs="steward")
    of, today = places.ring(), clock.today()
    if day != today:
        raise BadValue(field="day", reason="not_today")
    rules.check_clock(today, None)
    seen = queries.day_seen(of)
    body = rules.trusted_statement(today, seen, "steward" if by.is_steward else "shell")
    key = f"{rules.TRUSTED}|{ids.new()}"
    for log in models.Log.objects.order_by("name").values_list("name", flat=True):
        append(by, log, (Entry(key, body),))
    models.SeenDay.objects.update_or_create(pk=1, defaults={"day": today})
    queries.forget_opened()
    transaction.on_commit(partial(folders.trust_day, of, today), robust=True)  # last: whatever was done was told


def note_day(of: places.Ring, today: date) -> None:
    """Write down, in folder and database, a day that was believed (`rules.check_belief`)."""
    places.note_seen(of, today)
    row = models.SeenDay.objects.first()
    if row is None:
        models.SeenDay.objects.bulk_create([models.SeenDay(day=today)], ignore_conflicts=True)
    elif row.day < today:
        models.SeenDay.objects.filter(day__lt=today).update(day=today)
