"""What the visit party does by itself: make its keys of today and tomorrow; its rounds stand in `visits_rounds`."""

from procrastinate.contrib.django import app

from dure.services.checkin.types import Party

from . import days, visits_rounds

__all__ = ["begin_days", "visits_rounds"]


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.begin_days")
def begin_days(timestamp: int) -> None:
    """Make the keys that are missing."""
    days.begin(Party.VISITS)
