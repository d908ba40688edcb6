"""The visit party's promise for `dure verify`: nothing of a day past its 28 is in this database, whatever the table is called."""

from dure.base import clock
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress
from dure.services.checkin.queries import visits_days as queries
from dure.services.checkin.rules import calendar

GONE = "checkin.gone"


def verify_checks() -> tuple[Check, ...]:
    """That what had to be destroyed is."""
    return (Check(GONE, "no row of a day past its 28 is left, in no table and no copy of one", _gone),)


def _gone(progress: Progress) -> list[Finding]:
    today = calendar.epoch_of(clock.now())
    found: list[Finding] = []
    tables = queries.oldest_days()
    for done, (table, oldest) in enumerate(tables, 1):
        progress(done, len(tables))
        if oldest is not None and today - oldest >= calendar.DAYS_KEPT:
            day = calendar.day_of(oldest).isoformat()
            found.append(Finding(GONE, "rows of a day past its 28 are here: drop this table", f"{table} {day}"))
    return found[:FINDINGS_MAX]
