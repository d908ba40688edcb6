"""What the authority does by itself: make its keys of today and tomorrow, go on with queries, close old ones, make the report."""

from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.kit import peers
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.types import Party

from . import days

BY = system("checkin.pursue")
REPORT_MINUTE = 7  # of each hour
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.begin_days")
def begin_days(timestamp: int) -> None:
    """Make the keys that are missing."""
    days.begin(Party.AUTHORITY)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.pursue")
def pursue(timestamp: int) -> None:
    """Go on with the queries on which two officers agree. What keeps one from going on stands with it."""
    if has_parties():
        actions.pursue(BY)


@app.task(name="checkin.pursue_one")
def pursue_one(query: str) -> None:
    """The same at once, for one query that was just approved."""
    if has_parties():
        actions.pursue(BY, UUID(query))


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="checkin.close_old")
def close_old(timestamp: int) -> None:
    """Close queries that no officer closed in their time, and end those on which none decided."""
    actions.end_undecided(BY)
    actions.close_old(BY)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.keep_report")
def keep_report(timestamp: int) -> None:
    """Make the transparency report of today: at once while there is none, and anew every hour."""
    is_due = timestamp // 60 % 60 == REPORT_MINUTE or clock.today() not in queries.report_days()
    if not (is_due and has_parties()):
        return
    try:
        actions.keep_report(BY)
    except Refusal as refusal:
        log.warning("report_waits", why=refusal.code)


def has_parties() -> bool:
    """Whether this process was told where the other two are."""
    return bool(peers.url_of(Party.IDENTITY.value) and peers.url_of(Party.VISITS.value))
