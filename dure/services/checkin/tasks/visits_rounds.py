"""What the visit party does by itself each minute: tables and keys ready, half hours written, what is over taken away."""

from collections.abc import Callable

import structlog
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.providers import halves
from dure.services.checkin.rules.rounds import half_hours_ahead

BY = system("checkin.rounds")
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="checkin.rounds", pass_context=False)
def go_round(timestamp: int) -> None:
    """Every minute. A round that was missed is made up for by the next one; whatever the job does, days close by their age."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: actions.lay_days(BY),
        lambda: actions.make_journal_keys(BY, half_hours_ahead(clock.now())),
        lambda: actions.write_due(BY, halves.half),
        lambda: actions.end_journal_keys(BY),
        lambda: actions.end_days(BY),
        lambda: actions.forget_beats(BY),
        lambda: actions.forget_wrong(BY),
        lambda: actions.forget_inside(BY),
    )
    for number, step in enumerate(steps):
        try:
            step()
        except Refusal as refusal:  # it waits for the next round, and keeps no other step from being done
            log.warning("round_waits", step=number, why=refusal.code)
