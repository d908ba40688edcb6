"""What the lessons do by themselves. Safe to run again."""

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.market import actions

EVERY_NIGHT = "52 4 * * *"
AFTER_MIDNIGHT = "11 15 * * *"  # UTC: 00:11 in Seoul, when courses begin


@app.periodic(cron=AFTER_MIDNIGHT)
@app.task(queueing_lock="market.complete_courses")
def complete_courses(timestamp: int) -> int:
    """Complete shops that had done everything before their course began. Answers how many."""
    return actions.complete_due(system("market.complete_courses"))


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="market.forget_friends")
def forget_friends(timestamp: int) -> int:
    """Forget who was a friend of a shop whose course and awards are over."""
    return actions.forget_friends(system("market.forget_friends"))
