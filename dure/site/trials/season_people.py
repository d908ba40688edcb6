"""How people of a simulated season keep things up, and when they stop: chance by a seed, no persons. Pure.

Of the original nothing is published day by day, so this is a guess with a known shape. Stopping for good follows the shifted
beta-geometric model of how people stay with something (Fader and Hardie, 2007): everybody has a chance of their own to stop in a
week, spread by a beta distribution, so that many stop early, and who is still there in May will be there in June. Meanwhile
each keeps a day by a chance of their own, spread by another beta distribution, and weekends are harder.
"""

import random
from dataclasses import dataclass
from typing import Final

SEASON_DAYS, WEEK_DAYS = 100, 7
STOP: Final = (0.7, 9.0)  # a, b of the chance to stop in a week: half are still there at the end
KEEP: Final = (8.0, 1.3)  # a, b of the chance to keep a day: 86 of a hundred
WEEKEND, OFF = 0.93, 0.35  # times as likely on a Saturday or Sunday; where five days a week are asked for
GIVES: Final = 0.85  # agree to give what is not returned
SHARE_HALVES: Final = 40  # the k-th largest project is half as large as the first where k is so many


@dataclass(frozen=True, slots=True)
class Habit:
    """How one person keeps it up."""

    until: int  # the last day on which they are still there
    keeps: float
    gives: bool


def habit(days: int, chance: random.Random) -> Habit:
    """One person's, drawn."""
    stops, day = chance.betavariate(*STOP), 0
    while day < days and chance.random() >= stops:
        day += WEEK_DAYS
    until = min(days, day + chance.randrange(WEEK_DAYS)) if day < days else days
    return Habit(until, chance.betavariate(*KEEP), chance.random() < GIVES)


def keeps(one: Habit, day: int, is_weekend: bool, days_a_week: int, chance: random.Random) -> bool:
    """Whether this person keeps this day."""
    factor = 1.0 if not is_weekend else (OFF if days_a_week < WEEK_DAYS else WEEKEND)
    return day <= one.until and chance.random() < one.keeps * factor


def sizes(people: int, projects: int, chance: random.Random) -> list[int]:
    """In which project each person is: everybody in one, nobody's empty, some much larger than others."""
    first = list(range(projects))
    weights = [1 / (SHARE_HALVES + place) for place in range(projects)]
    return first + chance.choices(range(projects), weights, k=people - projects)
