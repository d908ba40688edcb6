"""What a sending may still come to. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dure.foundations.channels.types import Bill, NotEnoughCredit

from .figures import FLOOR

REPORTS_WAIT: Final = timedelta(hours=72)  # a dealer's last word comes within three days
LOOK_AGAIN: Final = timedelta(minutes=10)  # at what is in doubt
POOL_WAITS: Final = timedelta(days=30)  # for so many people that nobody stands out


class Told(StrEnum):
    """What is told of a pool of answers, each to one person."""

    NOTHING = "nothing"  # not yet: it has too few people
    WHOLE = "whole"  # what they came to
    FREE = "free"  # that they cost nothing: whoever runs the place bears it


def told_of_pool(people: int, since: datetime, now: datetime) -> Told:
    """What may be told of one that waits `since` then, with answers to so many different people: the cost of a few would say
    which of them has a telephone.
    """
    if people >= FLOOR:
        return Told.WHOLE
    return Told.FREE if now - since >= POOL_WAITS else Told.NOTHING


def may_start(bill: Bill) -> None:
    """Whether what is at hand pays for what a broadcast costs at most. Raises NotEnoughCredit."""
    if bill.at_hand is not None and bill.most_won > bill.at_hand:
        raise NotEnoughCredit(won=bill.most_won, left=bill.at_hand)


def doubt_of(held: int, won: int, people: int, each: int) -> int:
    """What may still come to a sending: for each of `people` whose dealer has not said its last word, all that one may cost;
    together with what is sure never more than was held back.
    """
    return max(0, min(held - won, people * each))
