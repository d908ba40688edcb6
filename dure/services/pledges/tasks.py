"""What pledges does on its own, when a time has come. Each task is safe to run again."""

import time

from procrastinate.contrib.django import app

from dure.foundations.people.types import system
from dure.services.pledges import actions, queries

EVERY_MINUTE = "* * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_WEEK = "41 1 * * 1"  # UTC: Monday, 10:41 in Seoul
EVERY_NIGHT = "7 19 * * *"  # UTC: 04:07 in Seoul
ROUNDS_MAX = 200
WAIT_SECONDS = 0.2  # for the next batch of the books

__all__ = [
    "forget_proofs",
    "forget_words",
    "lapse_offers",
    "pay_receivers",
    "return_deposits",
    "settle_seasons",
    "sweep_files",
]


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(queueing_lock="pledges.lapse_offers")
def lapse_offers(timestamp: int) -> int:
    """Hand places that were kept and not taken to the next on the list. Answers how many lapsed."""
    return actions.lapse_offers(system("pledges.lapse_offers"))


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="pledges.settle_seasons")
def settle_seasons(timestamp: int) -> int:
    """Make the books of seasons that a steward has begun to settle. Answers how many deposits."""
    by, done = system("pledges.settle_seasons"), 0
    for season in queries.seasons_settling():
        for _ in range(ROUNDS_MAX):
            more = actions.settle_next(by, season)
            done += more
            if not more:
                break
    return done


@app.periodic(cron=EVERY_MINUTE)
@app.task(queueing_lock="pledges.return_deposits")
def return_deposits(timestamp: int) -> int:
    """Hand refunds over, also those of seasons whose books are being made meanwhile. Answers how many."""
    by, done = system("pledges.return_deposits"), 0
    for _ in range(ROUNDS_MAX):
        is_over = not queries.seasons_settling()
        more = sum(actions.return_deposits(by, season) for season in queries.seasons_with_refunds())
        done += more
        if not more and is_over:
            break
        if not more:
            time.sleep(WAIT_SECONDS)
    return done


@app.periodic(cron=EVERY_WEEK)
@app.task(queueing_lock="pledges.pay_receivers")
def pay_receivers(timestamp: int) -> int:
    """Ask that receivers are paid at their banks what they received. Answers how many."""
    return actions.ask_payouts(system("pledges.pay_receivers"))


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.forget_proofs")
def forget_proofs(timestamp: int) -> int:
    """Delete what proved the days of seasons settled half a year ago. Answers how many proofs were emptied."""
    by, done = system("pledges.forget_proofs"), 0
    for _ in range(ROUNDS_MAX):
        more = actions.forget_proofs(by)
        done += more
        if not more:
            break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.forget_words")
def forget_words(timestamp: int) -> int:
    """Delete what was said under proofs of seasons settled half a year ago. Answers how many comments and cheers."""
    by, done = system("pledges.forget_words"), 0
    for _ in range(ROUNDS_MAX):
        more = actions.forget_words(by)
        done += more
        if not more:
            break
    return done


@app.periodic(cron=EVERY_NIGHT)
@app.task(queueing_lock="pledges.sweep_files")
def sweep_files(timestamp: int) -> int:
    """Delete pictures that no proof has any more. Answers how many."""
    return actions.sweep_files(system("pledges.sweep_files"))
