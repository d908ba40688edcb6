"""What the visit party's worker does when: keys of half hours, days laid, forgotten and destroyed. Pure: time is given."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dure.base.actors import Actor
from dure.base.clock import local
from dure.base.refusals import NotAllowed
from dure.foundations.vault.types import KeyName, Moment
from dure.services.checkin.types import Epoch, HalfHour, Party

from . import buckets, calendar

JOURNAL: Final = "journal"
AHEAD_HOURS: Final = 26  # for so long journal keys lie ready: a worker that is away for a day closes no door
# A key lives so long after its half hour if nobody wrote it, and is destroyed as soon as it is written. A quarter of an hour less
# than a day, so that no other key ends in the same minute: it can be destroyed alone.
KEPT_MINUTES: Final = 24 * 60 - 15
LATE_MINUTES: Final = 15  # after its end a half hour that nobody wrote is a matter for whoever looks after the machine


def may_work(by: Actor) -> None:
    """Only the party's own worker. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def journal_name(half: HalfHour) -> KeyName:
    """The key of a half hour's journal."""
    return KeyName(Party.VISITS.value, JOURNAL, calendar.day_of(half.epoch), half.number)


def half_hour_in(name: KeyName) -> HalfHour:
    """The half hour whose journal's key this is."""
    return HalfHour(calendar.epoch_on(name.day), name.part)


def journal_ends(half: HalfHour) -> Moment:
    """When the key of a half hour ends, if the half hour is never written."""
    at = local(buckets.ends_at(half) + timedelta(minutes=KEPT_MINUTES))
    return Moment(at.date(), at.hour * 60 + at.minute)


def half_hours_ahead(at: datetime) -> tuple[HalfHour, ...]:
    """The half hours whose keys have to lie ready: this one and those of the next hours."""
    count = AHEAD_HOURS * 60 // calendar.BUCKET_MINUTES + 1
    step = timedelta(minutes=calendar.BUCKET_MINUTES)
    return tuple(calendar.half_hour_of(at + step * number) for number in range(count))


def due_to_write(waiting: Iterable[HalfHour], at: datetime) -> tuple[HalfHour, ...]:
    """The half hours that are to be written now, the first ones first, also those that an earlier run missed."""
    return tuple(sorted(half for half in waiting if buckets.is_due(half, at)))


@dataclass(frozen=True, slots=True)
class Late:
    """Half hours that should have been written: which the first one is, how many, when the first key ends or has ended."""

    first: HalfHour
    count: int
    key_ends: datetime


def late(waiting: Iterable[HalfHour], at: datetime) -> Late | None:
    """What waits so long that no worker seems to write; None: all is as it should be."""
    found = [
        half for half in due_to_write(waiting, at) if at >= buckets.ends_at(half) + timedelta(minutes=LATE_MINUTES)
    ]
    if not found:
        return None
    return Late(found[0], len(found), buckets.ends_at(found[0]) + timedelta(minutes=KEPT_MINUTES))


def due_to_destroy(keys: Iterable[HalfHour], waiting: Iterable[HalfHour], at: datetime) -> tuple[HalfHour, ...]:
    """The half hours whose key has to go: they are over, and not waiting to be written."""
    unwritten = frozenset(waiting)
    return tuple(sorted(half for half in keys if buckets.is_due(half, at) and half not in unwritten))


def due_to_forget(laid: Iterable[Epoch], at: datetime) -> tuple[Epoch, ...]:
    """The days whose spent marks have to be forgotten by now."""
    return tuple(sorted(epoch for epoch in laid if at >= calendar.forgotten_at(epoch)))


def due_to_drop(laid: Iterable[Epoch], at: datetime) -> tuple[Epoch, ...]:
    """The days whose visits and shares have to be gone by now."""
    return tuple(sorted(calendar.due_for_destruction(frozenset(laid), at)))
