"""What becomes final by itself: redemptions, campaigns that are over, and what shops are owed."""

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.market import actions

EVERY_MINUTE = "* * * * *"
EVERY_HOUR = "17 * * * *"
LATER_EVERY_HOUR = "47 * * * *"
EVERY_WEEK = "31 1 * * 1"  # UTC: Monday, 10:31 in Seoul
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


@app.periodic(cron=LATER_EVERY_HOUR)
@app.task(queueing_lock="market.return_left")
def return_left(timestamp: int) -> int:
    """Give back to its fund what nobody is left to use. Answers how much."""
    return actions.return_left(system("market.return_left"))


@app.periodic(cron=EVERY_WEEK)
@app.task(queueing_lock="market.pay_shops")
def pay_shops(timestamp: int) -> int:
    """Ask that shops are paid at their banks what they are owed. Answers how many."""
    return actions.pay_owed(system("market.pay_shops"))
