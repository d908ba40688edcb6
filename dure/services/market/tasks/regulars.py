"""Coupons that come by themselves, every morning."""

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.market import actions
from dure.services.market.types import Given

EVERY_MORNING = "23 0 * * *"  # UTC: 09:23 in Seoul


@app.periodic(cron=EVERY_MORNING)
@app.task(queueing_lock="market.give_due_coupons")
def give_due_coupons(timestamp: int) -> int:
    """Give today's coupons for birthdays and absences. Answers how many."""
    by = system("market.give_due_coupons")
    return sum(actions.give_due(by, given) for given in (Given.BIRTHDAY, Given.ABSENCE))
