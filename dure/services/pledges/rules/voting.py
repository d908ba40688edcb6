"""A group votes on who receives: when, who, and what follows from the votes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from dure.services.pledges.types import (
    NotInSeason,
    PledgeState,
    ReceiverId,
    SeasonClosed,
    SeasonState,
    VoteNotOpen,
    WrongStep,
)

from .days import SEASON_DAYS, date_of
from .steps import HELD

VOTE_DAYS: Final = 10  # the last ones of the hundred; from then until a steward begins the settlement


def opens_on(starts_on: date) -> date:
    """The first day on which a group votes."""
    return date_of(starts_on, SEASON_DAYS - VOTE_DAYS + 1)


def is_open(state: SeasonState, starts_on: date, today: date) -> bool:
    """Whether groups of a season vote today."""
    return state is SeasonState.OPEN and today >= opens_on(starts_on)


def may_vote(season: SeasonState, pledge: PledgeState, starts_on: date, today: date) -> None:
    """Whose deposit is held votes, also who stopped: it is their won. Raises SeasonClosed, VoteNotOpen, WrongStep."""
    if season is not SeasonState.OPEN:
        raise SeasonClosed(phase=season.value)
    if pledge not in HELD:
        raise WrongStep(state=pledge.value)
    if today < opens_on(starts_on):
        raise VoteNotOpen(opens_on=opens_on(starts_on))


def check_choice(choice: ReceiverId, receivers: Sequence[ReceiverId]) -> ReceiverId:
    """One of the season's receivers. Raises NotInSeason."""
    if choice not in receivers:
        raise NotInSeason()
    return choice


def chosen(receivers: Sequence[ReceiverId], votes: Mapping[ReceiverId, int]) -> ReceiverId:
    """Whom most chose; of several with as many, and where nobody voted, the one that the season named first.

    `receivers` stand in the order in which the season named them.
    """
    return max(receivers, key=lambda one: (votes.get(one, 0), -receivers.index(one)))
