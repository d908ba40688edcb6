"""What the authority does by itself: make its keys of today and tomorrow, go on with queries, make the report."""

from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.kit import peers
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.types import Party

from . import days

BY = system("checkin.pursue")
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


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="checkin.keep_report")
def keep_report(timestamp: int) -> None:
    """Make the transparency report of today anew, every hour."""
    if not has_parties():
        return
    try:
        actions.keep_report(BY)
    except Refusal as refusal:
        log.warning("report_waits", why=refusal.code)


def has_parties() -> bool:
    """Whether this process was told where the other two are."""
    return bool(peers.url_of(Party.IDENTITY.value) and peers.url_of(Party.VISITS.value))
