"""What a sending may still come to. Pure."""

from datetime import timedelta
from typing import Final

from dure.foundations.channels.types import Bill, NotEnoughCredit

REPORTS_WAIT: Final = timedelta(hours=72)  # a dealer's last word comes within three days
LOOK_AGAIN: Final = timedelta(minutes=10)  # at what is in doubt


def may_start(bill: Bill) -> None:
    """Whether what is at hand pays for what a broadcast costs at most. Raises NotEnoughCredit."""
    if bill.at_hand is not None and bill.most_won > bill.at_hand:
        raise NotEnoughCredit(won=bill.most_won, left=bill.at_hand)


def doubt_of(held: int, won: int, people: int, each: int) -> int:
    """What may still come to a sending: for each of `people` whose dealer has not said its last word, all that one may cost;
    together with what is sure never more than was held back.
    """
    return max(0, min(held - won, people * each))
