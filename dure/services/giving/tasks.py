"""What giving does by itself. Each task is safe to run again."""

from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.people.types import system
from dure.services.giving import actions

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "7 * * * *"
EVERY_NIGHT = "37 4 * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.close_due")
def close_due(timestamp: int) -> int:
    """Close boxes whose time is over."""
    return actions.close_due(system("giving.close_due"))


@app.periodic(cron=EVERY_HOUR)
@app.task(queueing_lock="giving.end_missed_gates")
def end_missed_gates(timestamp: int) -> int:
    """End proposals whose time at the gate is over."""
    return actions.end_missed_gates(system("giving.end_missed_gates"))


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="giving.refund_stopped")
def refund_stopped(timestamp: int) -> int:
    """Go on giving back the gifts of stopped boxes."""
    return actions.refund_all_stopped(system("giving.refund_all_stopped"))


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="giving.forget")
def forget(timestamp: int) -> int:
    """Erase what is kept for a while only."""
    return actions.forget(system("giving.forget"), clock.now())


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="giving.sweep_files")
def sweep_files(timestamp: int) -> int:
    """Delete pictures and proofs that nothing refers to."""
    return actions.sweep_files(system("giving.sweep_files"))
