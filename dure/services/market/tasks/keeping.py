"""What goes by itself when its time is over. Safe to run again."""

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.market import actions

EVERY_NIGHT = "37 18 * * *"  # UTC: 03:37 in Seoul
ROUNDS_MAX = 200


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="market.forget_coupons")
def forget_coupons(timestamp: int) -> int:
    """Cut off who held coupons of campaigns long over, and delete what has been kept for its term. Answers how many rows."""
    done = 0
    for _ in range(ROUNDS_MAX):
        more = actions.forget_coupons(system("market.forget_coupons"))
        done += more
        if not more:
            break
    return done
