"""The visit party's promises for `dure verify`: nothing of a day past its 28 is in this database, whatever the table is called,
and no copy of its visits in another database of the same server. And for `dure doctor`: whether half hours are written while they
can be.
"""

import re
from typing import Final

from dure.base import clock
from dure.kit.diagnosis import Diagnosis, ok, warning, wrong
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress
from dure.services.checkin.queries import visits_days as queries
from dure.services.checkin.rules import calendar, rounds
from dure.services.checkin.types import Epoch

GONE: Final = "checkin.gone"
COPIES: Final = "checkin.copies"
OURS: Final = re.compile(r"\.\"?checkin_(visit|seed|spent|journal)(_|\"?$)")
HALF_HOURS: Final = "half hours"


def verify_checks() -> tuple[Check, ...]:
    """That what had to be destroyed is, here and beside."""
    return (
        Check(GONE, "no row of a day past its 28 is left, in no table and no copy of one", _gone),
        Check(COPIES, "no other database of this server holds visits, or rows of a day past its 28", _copies),
    )


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether a worker writes: what waits for longer than a day cannot be opened any more."""
    now = clock.now()
    late = rounds.late(queries.unwritten(), now)
    if late is None:
        return (ok(HALF_HOURS, "are written when they are over"),)
    ends = clock.local(late.key_ends)
    todo = "start dure worker --role visits, and look at what it says of half_hour_waits"
    if now >= late.key_ends:
        found = (
            f"{late.count} are not written; the key of the first ended at {ends:%Y-%m-%d %H:%M}: who came then is lost"
        )
        return (wrong(HALF_HOURS, found, todo),)
    found = f"{late.count} wait to be written; the key of the first ends at {ends:%Y-%m-%d %H:%M}"
    return (warning(HALF_HOURS, found, todo),)


def _gone(progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    tables = queries.oldest_days()
    for done, (table, oldest) in enumerate(tables, 1):
        progress(done, len(tables))
        if is_over(oldest):
            found.append(Finding(GONE, "rows of a day past its 28 are here: drop this table", _named(table, oldest)))
    return found[:FINDINGS_MAX]


def _copies(progress: Progress) -> list[Finding]:
    found: list[Finding] = []
    tables = queries.beside()
    for done, (database, table, oldest) in enumerate(tables, 1):
        progress(done, len(tables))
        subject = f"{database}: {_named(table, oldest)}"
        if OURS.search(table):
            found.append(Finding(COPIES, "visits are copied into another database: drop that one", subject))
        elif is_over(oldest):
            found.append(Finding(COPIES, "rows of a day past its 28 are in another database", subject))
    return found[:FINDINGS_MAX]


def is_over(oldest: Epoch | None) -> bool:
    """Whether a table's oldest day is past its 28."""
    return oldest is not None and calendar.epoch_of(clock.now()) - oldest >= calendar.DAYS_KEPT


def _named(table: str, oldest: Epoch | None) -> str:
    return table if oldest is None else f"{table} {calendar.day_of(oldest).isoformat()}"
