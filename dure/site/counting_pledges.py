"""From news of pledges to counts. Wired in wiring.py; safe to run again.

A season is counted whole, when its books are made: its sums under ids derived from the season, who kept days under one derived
from each pledge. What would tell of so few people that it is somebody's own is left out before anything is counted.
"""

from uuid import UUID

from dure.base import ids
from dure.foundations.impact import actions
from dure.foundations.impact.types import Count, Counter
from dure.foundations.people.types import system
from dure.services.pledges import queries as pledges
from dure.services.pledges.types import SeasonId, SeasonSettled

HOUSE = "pledges"
BY = system("site.counting")


def season_settled(news: SeasonSettled, news_id: UUID) -> None:
    """Who kept days, how many, what became of the deposits, and how many kept on to the end."""
    effect = pledges.effect_of(SeasonId(news.season))
    if effect is None:
        return
    sums = {
        Counter.DAYS_KEPT: effect.kept_days,
        Counter.DEPOSITS_GIVEN: effect.given,
        Counter.DEPOSITS_RETURNED: effect.returned,
        Counter.DEPOSITS_SETTLED: effect.deposits,
        Counter.KEPT_ON: effect.kept_on,
    }
    counts = [
        Count(counter, n, ids.derived(news.season, counter.value), news.at, house=HOUSE)
        for counter, n in sums.items()
        if n
    ]
    counts += [
        Count(Counter.KEEPING, 1, ids.derived(pledge, "kept"), news.at, who=person, house=HOUSE)
        for pledge, person in effect.keepers
    ]
    actions.count_many(BY, counts)
