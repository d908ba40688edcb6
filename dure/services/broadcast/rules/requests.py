"""Requests of children for their parents: how many, how long they wait. Pure."""

from datetime import datetime, timedelta
from typing import Final

from dure.services.broadcast.types import AskedLately, AsksTooMany, HouseholdState, RequestStanding, RequestState

LASTS: Final = timedelta(days=14)  # a head looks into the studio now and then; what was asked a month ago may be past
WAITING_MAX: Final = 4  # of one person
NO_LASTS: Final = timedelta(days=30)
PARENTS: Final = {
    HouseholdState.ASKED: RequestStanding.CALLING,
    HouseholdState.LISTENING: RequestStanding.HEARING,
    HouseholdState.REFUSED: RequestStanding.SAID_NO,
    HouseholdState.LAPSED: RequestStanding.NOT_REACHED,
    HouseholdState.LEFT: RequestStanding.OVER,
}


def demand_room(waiting: int) -> None:
    """That somebody may ask once more. Raises AsksTooMany."""
    if waiting >= WAITING_MAX:
        raise AsksTooMany(limit=WAITING_MAX)


def demand_no_late(refused_at: datetime | None, now: datetime) -> None:
    """That the village did not say no to this lately. Raises AskedLately."""
    if refused_at is not None and now < refused_at + NO_LASTS:
        raise AskedLately(until=refused_at + NO_LASTS)


def lapses_at(asked_at: datetime) -> datetime:
    """From when on nobody can say yes to it any more."""
    return asked_at + LASTS


def standing_of(
    state: RequestState, parent: HouseholdState | None, asked_at: datetime, now: datetime
) -> RequestStanding:
    """How far it is now, also while nobody has noted that it is over; `parent`: their own word, after the head's yes."""
    if state is RequestState.AGREED:
        return PARENTS[parent] if parent else RequestStanding.OVER
    if state is RequestState.WAITING and now >= lapses_at(asked_at):
        return RequestStanding.LAPSED
    return RequestStanding(state.value)


def may_withdraw(standing: RequestStanding) -> bool:
    """Whether who asked may take it back: until the parent has said something. From then on it is the parent's."""
    return standing in (RequestStanding.WAITING, RequestStanding.CALLING)
