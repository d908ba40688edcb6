"""The vote of a group on who receives what its people do not earn back."""

from dataclasses import dataclass
from datetime import date

from dure.base.refusals import Refusal

from .values import PledgeId, ReceiverId

__all__ = ["Ballot", "VoteCount", "VoteNotOpen"]


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How many chose a receiver."""

    receiver: ReceiverId
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """The vote of a group as one of its people sees it: counts only once it is over, and where enough people voted."""

    pledge: PledgeId
    opens_on: date
    is_open: bool
    mine: ReceiverId | None
    chosen: ReceiverId | None = None
    counts: tuple[VoteCount, ...] = ()


class VoteNotOpen(Refusal):
    """A group votes from `opens_on` on."""

    opens_on: date
