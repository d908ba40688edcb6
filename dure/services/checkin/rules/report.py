"""The transparency report: what anybody finds out from the public logs alone, with no word of a party believed besides.

For a time of days: which days' keys were made and destroyed, and when; which were not destroyed though they were due, which were
destroyed before they had to be, and who never told of one; how many queries were logged, refused, closed, for how many hours, and
how many people were told at most. Counts below a floor are not in the logs, so no report can tell them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dure.services.checkin.types import Epoch, Party

from . import days as day_keys
from .calendar import DAYS_KEPT, day_of, epoch_on
from .statements import ANSWERED, CLOSED, LOGGED, REFUSED

MADE: Final = "key.made"
DESTROYED: Final = "key.destroyed"
# What rows, shares and handles of a day open under: they live for 28 days, and their end is what the report is about.
KEYS: Final[Mapping[Party, frozenset[str]]] = {
    party: frozenset(key.purpose for key in keys if key.days == DAYS_KEPT) for party, keys in day_keys.KEYS.items()
}
OPEN_DAYS_MAX: Final = 30  # a query that is logged and not closed for longer is named
LENGTH_DAYS_MAX: Final = 400


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """One day's keys: of how many parties' how many keys the logs say that they were made, and destroyed when they had to be."""

    epoch: Epoch
    made: int
    destroyed: int
    due: bool

    @property
    def is_gone(self) -> bool:
        """Every key of the day that was made is destroyed, and every party had one."""
        return self.made == self.destroyed == sum(len(uses) for uses in KEYS.values())


@dataclass(frozen=True, slots=True, order=True)
class Odd:
    """Something that should not be, with what it is about."""

    what: str  # one of the words below
    subject: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the logs say of some days."""

    first: Epoch
    last: Epoch
    days: tuple[Day, ...]
    logged: int
    refused: int
    closed: int
    hours: int  # asked for, in all queries that were logged
    told_at_most: int  # people, each query's in fives
    odd: tuple[Odd, ...]

    @property
    def destroyed_days(self) -> int:
        """Days that are due, and gone."""
        return sum(day.due and day.is_gone for day in self.days)


@dataclass(frozen=True, slots=True)
class Head:
    """Up to where a party's log was read: whoever has the same head makes the same report."""

    party: Party
    size: int
    root: str  # in hexadecimal digits


@dataclass(frozen=True, slots=True)
class Made:
    """A report with the heads that it is made of."""

    report: Report
    heads: tuple[Head, ...]


def span_of(logs: Mapping[Party, Iterable[bytes]], today: Epoch) -> tuple[Epoch, Epoch] | None:
    """The days that a report of today tells of: 28 that are due and those that live, from the first of which a key was told.

    None while no log tells of a key.
    """
    told = [one for bodies in logs.values() for body in bodies if (one := _read(body)) is not None]
    begun = [_epoch(one["day"]) for one in told if one["kind"] == MADE and _is_day(one["day"])]
    begun = [epoch for epoch in begun if epoch <= today]
    return (Epoch(max(min(begun), today - 2 * DAYS_KEPT + 1)), today) if begun else None


def report(logs: Mapping[Party, Iterable[bytes]], first: Epoch, last: Epoch, today: Epoch) -> Report:
    """The report of the days from `first` to `last`, both included, as of the day `today`. `logs`: all entries of each party's.

    Queries count to the day on which they were filed. Entries of other houses and of later versions are passed over.
    """
    if not 0 <= last - first < LENGTH_DAYS_MAX:
        raise ValueError(f"a report is of 1 to {LENGTH_DAYS_MAX} days")
    read = {party: [entry for body in bodies if (entry := _read(body)) is not None] for party, bodies in logs.items()}
    odd: list[Odd] = []
    days = tuple(_day(Epoch(epoch), read, today, odd) for epoch in range(first, last + 1))
    queries = _queries(read.get(Party.AUTHORITY, []), first, last, today, odd)
    _answered(read, odd)
    return Report(first, last, days, *queries, tuple(sorted(odd)))


def _day(epoch: Epoch, read: Mapping[Party, Sequence[dict[str, Any]]], today: Epoch, odd: list[Odd]) -> Day:
    day, due = day_of(epoch).isoformat(), today - epoch >= DAYS_KEPT
    made = destroyed = 0
    for party, uses in KEYS.items():
        for use in sorted(uses):
            mine = [
                one
                for one in read.get(party, [])
                if one.get("day") == day and one.get("purpose") == use and one.get("party") == party.value
            ]
            here = {one["commitment"] for one in mine if one["kind"] == MADE}
            gone = {one["commitment"]: one["on"] for one in mine if one["kind"] == DESTROYED}
            subject = f"{party.value} {use} {day}"
            if epoch <= today and not here:
                odd.append(Odd("never_made", subject))
            if len(here) > 1:
                odd.append(Odd("made_twice", subject))
            if due and here - set(gone):
                odd.append(Odd("not_destroyed", subject))
            if set(gone) - here:
                odd.append(Odd("destroyed_unknown", subject))
            on = [date.fromisoformat(said) for said in gone.values()]
            if any(epoch_on(each) - epoch < DAYS_KEPT for each in on):
                odd.append(Odd("destroyed_early", subject))
            if any(epoch_on(each) - epoch > DAYS_KEPT for each in on):
                odd.append(Odd("destroyed_late", subject))
            made += bool(here)
            destroyed += bool(here) and here <= set(gone)
    return Day(epoch, made, destroyed, due)


def _queries(
    entries: Sequence[dict[str, Any]], first: Epoch, last: Epoch, today: Epoch, odd: list[Odd]
) -> tuple[int, int, int, int, int]:
    """(logged, refused, closed, hours, told at most)"""
    inside = range(first, last + 1)
    by_kind: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for one in entries:
        if one["kind"] in (LOGGED, REFUSED, CLOSED):
            if one["query"] in by_kind[one["kind"]]:
                odd.append(Odd("told_twice", one["query"]))
            by_kind[one["kind"]][one["query"]] = one
    logged = {id_: one for id_, one in by_kind[LOGGED].items() if _epoch(one["filed_on"]) in inside}
    refused = [one for one in by_kind[REFUSED].values() if _epoch(one["refused_on"]) in inside]
    closed = {id_: one for id_, one in by_kind[CLOSED].items() if id_ in logged}
    odd += [Odd("closed_unlogged", id_) for id_ in set(by_kind[CLOSED]) - set(by_kind[LOGGED])]
    odd += [Odd("closed_otherwise", id_) for id_, one in closed.items() if one["hours"] != logged[id_]["hours"]]
    oldest = day_of(today) - timedelta(days=OPEN_DAYS_MAX)
    for id_, one in logged.items():
        if id_ not in closed and date.fromisoformat(one["filed_on"]) < oldest:
            odd.append(Odd("open_too_long", id_))
    return (
        len(logged),
        len(refused),
        len(closed),
        sum(one["hours"] for one in logged.values()),
        sum(one["told_at_most"] for one in closed.values()),
    )


def _answered(read: Mapping[Party, Sequence[dict[str, Any]]], odd: list[Odd]) -> None:
    """Queries that a party says it answered and that the authority's log does not hold."""
    logged = {one["query"] for one in read.get(Party.AUTHORITY, []) if one["kind"] == LOGGED}
    for party in (Party.IDENTITY, Party.VISITS):
        given = {one["query"] for one in read.get(party, []) if one["kind"] == ANSWERED}
        odd += [Odd("answered_unlogged", f"{party.value} {id_}") for id_ in sorted(given - logged)]


def _is_day(day: str) -> bool:
    try:
        return epoch_on(date.fromisoformat(day)) >= 0
    except ValueError:
        return False


def _epoch(day: str) -> Epoch:
    return epoch_on(date.fromisoformat(day))


_FIELDS: Final[Mapping[str, Mapping[str, type]]] = {
    MADE: {"party": str, "purpose": str, "day": str, "commitment": str},
    DESTROYED: {"party": str, "purpose": str, "day": str, "commitment": str, "on": str},
    LOGGED: {"query": str, "filed_on": str, "hours": int},
    REFUSED: {"query": str, "refused_on": str},
    CLOSED: {"query": str, "hours": int, "told_at_most": int},
    ANSWERED: {"query": str, "party": str, "entry": int},
}
_DATES: Final = ("on", "filed_on", "refused_on")


def _read(body: bytes) -> dict[str, Any] | None:
    """A statement that this report knows; None for any other entry. That no entry was changed, whoever verified the log knows."""
    try:
        said = json.loads(body)
        fields = _FIELDS.get(said["kind"], {})
        known = bool(fields) and all(type(said[name]) is kind for name, kind in fields.items())
        for name in _DATES:
            if name in fields:
                epoch_on(date.fromisoformat(said[name]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return said if known else None
