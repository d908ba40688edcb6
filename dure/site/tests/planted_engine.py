"""Violations planted in the engine itself: a clause of its statements is another one, and the name by which that is caught."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from dure.foundations.channels.rules.oracle import Violation as V
from dure.site.proving.engine_court import Flaw
from dure.site.proving.engine_town import Size

type Clause = tuple[str, str]  # as it is, as it is planted


SMALL = Size(channels=10, people=25, friends=8, days=(0,), looks=(0, 31))


@dataclass(frozen=True)
class Planted:
    """A defect, everything that it leads to, and a town in which it does so soon."""

    defect: str
    caught: frozenset[V | Flaw]
    clauses: tuple[Clause, ...]
    size: Size = SMALL

    def __str__(self) -> str:
        return self.defect


def _planted(defect: str, caught: V | Flaw, *clauses: Clause) -> Planted:
    return Planted(defect, frozenset({caught}), clauses)


_CONSENTS = "f.ads_since, f.night_ads_since, f.reminded_at"

ENGINE: tuple[Planted, ...] = (
    _planted(
        "who has left is still a friend",
        V.NO_FRIEND,
        ("CASE WHEN f.left_at IS NULL THEN f.joined_at END", "f.joined_at"),
    ),
    _planted(
        "who joined is taken to have agreed to ads",
        V.AD_WITHOUT_CONSENT,
        (_CONSENTS, "coalesce(f.ads_since, f.joined_at), f.night_ads_since, f.reminded_at"),
    ),
    _planted(
        "the consent to ads is read as the night consent",
        V.AD_AT_NIGHT,
        (_CONSENTS, "f.ads_since, f.ads_since, f.reminded_at"),
    ),
    _planted(
        "a consent that stands is not found",
        V.HELD_WITHOUT_REASON,
        (_CONSENTS, "NULL::timestamptz, f.night_ads_since, f.reminded_at"),
    ),
    _planted("closed accounts are not looked for", V.ACCOUNT_CLOSED, ("p.is_active AND p.closed_at IS NULL", "true")),
    _planted(
        "nobody looks whether a conversation is muted", V.RINGS_THOUGH_MUTED, ("coalesce(v.muted, false)", "false")
    ),
    _planted(
        "the day is not counted",
        V.OVER_CAP,
        ("coalesce(n.count, 0)", "0"),
        ("WHERE channels_day_count.count < %(most)s", ""),
    ),
    _planted(
        "who wants no text messages is not looked up",
        V.BLOCKED,
        ("WHERE r.person_id = d.person_id AND r.gone_at IS NULL", "WHERE false"),
    ),
    _planted(
        "a silenced channel is read as one that speaks",
        V.CHANNEL_SILENCED,
        ("c.handle, c.state, c.organisation", "c.handle, 'open', c.organisation"),
    ),
    _planted(
        "a message lives a day longer",
        V.LATE,
        ("s.expires_at, s.free_only", "s.expires_at + interval '1 day', s.free_only"),
    ),
    _planted(
        "everything is an answer that somebody waits for",
        V.RINGS_AT_NIGHT,
        ("s.purpose, s.lane, s.state", "s.purpose, 1, s.state"),
    ),
    _planted("the reason is not written down", Flaw.UNEXPLAINED, ("why = one.why", "why = ''")),
    _planted(
        "what is barred is written down as sent",
        Flaw.NEVER_CAME,
        (
            "SET state = one.state, rung",
            "SET state = CASE one.state WHEN 'barred' THEN 'sent' ELSE one.state END, rung",
        ),
    ),
    _planted("what waits is never looked at again", Flaw.FORGOTTEN, ("next_at = one.next_at", "next_at = NULL")),
    _planted(
        "some are left out when a campaign is queued",
        Flaw.NEVER_QUEUED,
        (
            "JOIN people_person p ON p.id = one.person",
            "JOIN people_person p ON p.id = one.person AND right(p.id::text, 1) > '3'",
        ),
    ),
    _planted(
        "a campaign for later leaves at once",
        Flaw.EARLY,
        (
            "%(lane)s, 'waiting', %(rung)s, 0, '', false, %(next_at)s, '', one",
            "%(lane)s, 'waiting', %(rung)s, 0, '', false, '2000-01-01', '', one",
        ),
        ("AND s.not_before <= %(now)s", ""),
    ),
)


ENGINE += (
    Planted(
        "who is written to is taken to have been here",
        frozenset({V.AD_TO_DORMANT}),
        (("greatest(p.last_login, p.joined_at, f.opened_at, f.joined_at)", "s.at"),),
        replace(SMALL, days=(0, 366)),  # after a year
    ),
    Planted(
        "the name of a channel is the one that it had before",
        frozenset(
            {V.AD_UNMARKED, V.HELD_WITHOUT_REASON}
        ),  # names a sender that is none; is held though it names the right one
        (("c.name, c.contact, c.handle", "regexp_replace(c.name, '^새 ', ''), c.contact, c.handle"),),
        replace(SMALL, renamed=1.0),
    ),
)


@contextmanager
def planted(defect: Planted) -> Iterator[None]:
    """In this block the engine has the defect. Each of its clauses must be met: one that nobody runs any more is stale."""
    met: Counter[str] = Counter()

    def spoil(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        for old, new in defect.clauses:
            if old in sql:
                met[old] += 1
                sql = sql.replace(old, new)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spoil):
        yield
    assert all(met[old] for old, _ in defect.clauses), f"no statement has {defect.clauses} any more"
