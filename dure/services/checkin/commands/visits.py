"""The visit party's promise for `dure verify`: nothing of a day past its 28 is in this database, whatever the table is called.
And for `dure doctor`: whether half hours are written while they can be.
"""

from dure.base import clock
from dure.kit.diagnosis import Diagnosis, ok, warning, wrong
from dure.kit.verify import FINDINGS_MAX, Check, Finding, Progress
from dure.services.checkin.queries import visits_days as queries
from dure.services.checkin.rules import calendar, rounds

GONE = "checkin.gone"
HALF_HOURS = "half hours"


def verify_checks() -> tuple[Check, ...]:
    """That what had to be destroyed is."""
    return (Check(GONE, "no row of a day past its 28 is left, in no table and no copy of one", _gone),)


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
    today = calendar.epoch_of(clock.now())
    found: list[Finding] = []
    tables = queries.oldest_days()
    for done, (table, oldest) in enumerate(tables, 1):
        progress(done, len(tables))
        if oldest is not None and today - oldest >= calendar.DAYS_KEPT:
            day = calendar.day_of(oldest).isoformat()
            found.append(Finding(GONE, "rows of a day past its 28 are here: drop this table", f"{table} {day}"))
    return found[:FINDINGS_MAX]
