"""What becomes final by itself: redemptions, and campaigns that are over."""

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.market import actions

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "17 * * * *"
ROUNDS_MAX = 20


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="market.settle_redemptions")
def settle_redemptions(timestamp: int) -> int:
    """Make final what can no longer be undone; pay the shops. Answers how many."""
    done = 0
    for _ in range(ROUNDS_MAX):
        more = actions.settle_due(system("market.settle_redemptions"))
        done += more
        if not more:
            break
    return done


@app.periodic(cron=EVERY_HOUR)
@app.task(queueing_lock="market.end_campaigns")
def end_campaigns(timestamp: int) -> int:
    """End campaigns of which nothing can come any more. Answers how many."""
    return actions.end_due(system("market.end_campaigns"))
