"""How people give in a drive: who, to which box, how much, when. Pure: the same seed gives the same drive.

Shaped after what is known of the spring-2020 drive: about 1.3 million givers, 2.8 billion won (2,150 won each on the
average) and 110 boxes. Amounts are log-normal: most give a few hundred won, few give very much. Some boxes are in
everybody's mind. Now and then, as when the news shows a box, gifts come at 50 times the mean rate.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

MEAN_WON: Final = 2_150
SPREAD: Final = 1.3  # sigma of the log-normal amounts
STEP_WON: Final = 100
MOST_WON: Final = 5_000_000
PEAK: Final = 50  # times the mean rate
BURSTS: Final = 5
IN_BURSTS: Final = 0.25  # of all gifts
AGAIN: Final = 0.2  # of all gifts are by somebody who gave before
POPULARITY: Final = 0.7  # exponent: the n-th box gets n ** -POPULARITY as many as the first


@dataclass(frozen=True, slots=True)
class Intent:
    """Somebody wants to give. `at` in seconds from the start; box and donor as numbers."""

    at: float
    box: int
    donor: int
    amount: int


def intents(gifts: int, boxes: int, seconds: float, seed: int) -> Iterator[Intent]:
    """`gifts` intents in the order of time, within `seconds`. Donors are numbered from 0 as they come."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    weights = list(accumulate((number + 1) ** -POPULARITY for number in range(boxes)))
    targets = chance.choices(range(boxes), cum_weights=weights, k=gifts)
    known = 0
    for at, box in zip(sorted(_moments(gifts, seconds, chance)), targets, strict=True):
        if known and chance.random() < AGAIN:
            donor = chance.randrange(known)
        else:
            donor, known = known, known + 1
        yield Intent(at, box, donor, amount(chance))


def amount(chance: random.Random) -> int:
    """What one person gives: won, in steps of STEP_WON, never less than one step."""
    middle = math.log(MEAN_WON) - SPREAD * SPREAD / 2
    won = chance.lognormvariate(middle, SPREAD)
    return min(MOST_WON, max(1, round(won / STEP_WON)) * STEP_WON)


def burst_seconds(seconds: float) -> float:
    """How long one burst lasts: its share of the gifts at PEAK times the mean rate."""
    return seconds * IN_BURSTS / PEAK / BURSTS


def _moments(gifts: int, seconds: float, chance: random.Random) -> Iterator[float]:
    """When each gift comes: a share of them in the bursts, the rest evenly."""
    long = burst_seconds(seconds)
    starts = [seconds * (number + chance.random() * 0.8) / BURSTS for number in range(BURSTS)]
    for number in range(gifts):
        if number < gifts * IN_BURSTS:
            yield starts[number % BURSTS] + chance.random() * long
        else:
            yield chance.random() * seconds
