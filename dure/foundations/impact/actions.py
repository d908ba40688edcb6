"""Writing impact. Counts come from news (site/wiring.py); the same event again changes nothing."""

import secrets
from collections.abc import Sequence

import msgspec
from django.db import connection

from dure.base import clock
from dure.foundations.impact import models, rules
from dure.foundations.impact.types import Count, CountedOtherwise
from dure.foundations.people.types import Actor
from dure.kit import locks, sqlfiles, tx

SALT_BYTES = 32
THE_SALT = 1
_COUNT = sqlfiles.load(__package__, "count").text


def count(by: Actor, one: Count) -> bool:
    """Count one event; whether it was new. Raises NotCountable, CountedOtherwise."""
    return count_many(by, (one,)) == 1


def count_many(by: Actor, counts: Sequence[Count]) -> int:
    """Count many events in one statement; answers how many were new. A correction is a negative count, event of its own.

    Raises NotCountable, and CountedOtherwise when an event was counted before with another content.
    """
    tx.demand()
    for one in counts:
        rules.may_count(one)
    if not counts:
        return 0
    salt = _salt() if any(one.who for one in counts) else b""
    rows = msgspec.json.encode([_row(one, salt) for one in counts]).decode()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"counts": rows, "now": clock.now()})
        fresh, otherwise = cursor.fetchone()
    if otherwise is not None:
        raise CountedOtherwise(counter=otherwise)
    return int(fresh)


def _row(one: Count, salt: bytes) -> dict[str, object]:
    """A count as sql/count.sql reads it."""
    return {
        "counter": one.counter.value,
        "event": one.event,
        "n": one.n,
        "at": one.at,
        "day": rules.day_of(one.at),
        "region": one.region,
        "house": one.house,
        "who": f"\\x{rules.pseudonym(one.who, salt).hex()}" if one.who else None,
    }


def rebuild(by: Actor) -> None:
    """Work out the totals of days and persons anew from the log of counts."""
    tx.demand()
    locks.lock_name("impact.rebuild")
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(__package__, "lock_totals").text)
        models.DayTotal.objects.all().delete()
        models.PersonTotal.objects.all().delete()
        cursor.execute(sqlfiles.load(__package__, "rebuild_days").text)
        cursor.execute(sqlfiles.load(__package__, "rebuild_persons").text)


def _salt() -> bytes:
    """The secret of this installation's pseudonyms, made when it is first needed."""
    kept = models.Salt.objects.filter(id=THE_SALT).first()
    if kept is None:
        made = models.Salt(id=THE_SALT, secret=secrets.token_bytes(SALT_BYTES), made_at=clock.now())
        models.Salt.objects.bulk_create([made], ignore_conflicts=True)  # two at once: the first one stays
        kept = models.Salt.objects.get(id=THE_SALT)
    return bytes(kept.secret)
