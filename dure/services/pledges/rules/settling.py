"""Where the won of a deposit go. Pure; the parts always sum to the deposit."""

from datetime import date

from dure.base.actors import Actor
from dure.base.refusals import NotAllowed
from dure.services.pledges.types import SeasonClosed, SeasonState, SettlesFrom, Split, Undecided

from .days import SEASON_DAYS, settles_from

FEE_PERCENT_MAX = 10


def split(deposit: int, kept: int, gives: bool, fee_percent: int) -> Split:
    """A hundredth of the deposit goes back for every day kept, rounded down: of 9,999 won 99 for one day and 9,899 for
    ninety-nine. The rest is given, less the season's fee on it (rounded down), where its owner agreed; else it goes back, too.
    """
    if deposit < 0 or not 0 <= kept <= SEASON_DAYS or not 0 <= fee_percent <= FEE_PERCENT_MAX:
        raise ValueError("a deposit of won, 0 to 100 days and a fee of 0 to 10 percent are asked for")
    if not gives:
        return Split(kept, deposit, 0, 0)
    refund = deposit * kept // SEASON_DAYS
    rest = deposit - refund
    fee = rest * fee_percent // 100
    return Split(kept, refund, rest - fee, fee)


def may_begin(by: Actor, state: SeasonState, starts_on: date, today: date, undecided: int) -> None:
    """A steward begins to settle a season once everybody could object and appeal, and nothing waits for a decision.

    Raises NotAllowed, SeasonClosed, SettlesFrom, Undecided.
    """
    if not by.is_steward:
        raise NotAllowed(needs="steward")
    if state is not SeasonState.OPEN:
        raise SeasonClosed(phase=state.value)
    if today < settles_from(starts_on):
        raise SettlesFrom(on=settles_from(starts_on))
    if undecided:
        raise Undecided(left=undecided)
