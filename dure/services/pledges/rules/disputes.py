"""A settled count is disputed by whose it is, decided by two stewards, corrected beside what was published. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue
from dure.services.pledges.types import (
    AllDaysCount,
    BoxClosesTooSoon,
    DisputeClosed,
    DisputedDayUnfit,
    DisputeOpen,
    DisputeState,
    DisputeWant,
    NewDispute,
    NotSettledYet,
    NotTheirTurn,
    SecondStewardNeeded,
    Split,
    WrongStep,
)

from . import permits
from .days import SEASON_DAYS, settles_from

DISPUTE_DAYS: Final = 30  # so long after its season was settled a count may be disputed; receivers are paid after that
UNDECIDED: Final = (DisputeState.OPEN, DisputeState.PROPOSED)
NEXT: Final[Mapping[tuple[DisputeState, DisputeWant], DisputeState]] = {
    (DisputeState.OPEN, DisputeWant.PROPOSE): DisputeState.PROPOSED,
    (DisputeState.PROPOSED, DisputeWant.SEND_BACK): DisputeState.OPEN,
    (DisputeState.PROPOSED, DisputeWant.UPHOLD): DisputeState.UPHELD,
    (DisputeState.PROPOSED, DisputeWant.DISMISS): DisputeState.DISMISSED,
}


def after(state: DisputeState, want: DisputeWant) -> DisputeState:
    """Where a dispute is after `want`. Raises WrongStep."""
    found = NEXT.get((state, want))
    if found is None:
        raise WrongStep(state=state.value)
    return found


def disputed_until(settled_at: datetime) -> date:
    """The last day, in Seoul, on which a count that was settled then can be disputed."""
    return clock.local(settled_at).date() + timedelta(days=DISPUTE_DAYS)


def demand_open(settled_at: datetime | None, today: date) -> None:
    """Whether counts of the season can be disputed. Raises NotSettledYet, DisputeClosed."""
    if settled_at is None:
        raise NotSettledYet()
    if today > disputed_until(settled_at):
        raise DisputeClosed(until=disputed_until(settled_at))


def pays_from(starts_on: date) -> date:
    """The first day on which receivers of a season that begins then can be paid, where it is settled as early as can be."""
    return settles_from(starts_on) + timedelta(days=DISPUTE_DAYS + 1)


def check_box(closes_at: datetime, starts_on: date) -> None:
    """Whether a donation box is still open on the day on which receivers can be paid. Raises BoxClosesTooSoon."""
    if clock.local(closes_at).date() <= pays_from(starts_on):
        raise BoxClosesTooSoon(on=pays_from(starts_on))


def may_pay_receivers(settled_at: datetime | None, today: date, undecided: int) -> bool:
    """What was given leaves for its receiver once nobody can dispute, and nothing is in dispute that would take it back."""
    return settled_at is not None and today > disputed_until(settled_at) and not undecided


def check_dispute(new: NewDispute, kept: int, counting: Collection[int], before: Collection[int]) -> NewDispute:
    """The dispute as it is written down: days that do not count and were not in dispute, each once; and why.

    Raises BadValue, AllDaysCount, DisputedDayUnfit.
    """
    if kept >= SEASON_DAYS:
        raise AllDaysCount()
    if not new.days or not all(1 <= day <= SEASON_DAYS for day in new.days):
        raise BadValue(field="days", reason="range")
    named = tuple(sorted(set(new.days)))
    for day in named:
        if day in counting or day in before:
            raise DisputedDayUnfit(day=day)
    return NewDispute(new.pledge, named, permits.check_why(new.why))


def demand_none_open(states: Iterable[DisputeState]) -> None:
    """One dispute of a pledge at a time. Raises DisputeOpen."""
    if any(state in UNDECIDED for state in states):
        raise DisputeOpen()


def may_look(by: Actor, leader: PersonId, person: PersonId, judges: Collection[UUID]) -> None:
    """A steward without a part in it: whose pledge it is not, who does not lead the project and judged none of the days.

    Raises NotAllowed, NotTheirTurn.
    """
    permits.may_steward(by)
    if by.person in (leader, person) or by.person in judges:
        raise NotTheirTurn()


def may_second(by: Actor, proposed_by: PersonId) -> None:
    """Two people decide, never one twice. Raises SecondStewardNeeded."""
    if by.person == proposed_by:
        raise SecondStewardNeeded()


def check_counting(chosen: Collection[int], disputed: Collection[int]) -> tuple[int, ...]:
    """Which of the days in dispute count after all; none: it is dismissed. Raises BadValue."""
    if not set(chosen) <= set(disputed):
        raise BadValue(field="days", reason="range")
    return tuple(sorted(set(chosen)))


def verdict(counting: Collection[int]) -> DisputeWant:
    """What a second yes to a proposal leads to."""
    return DisputeWant.UPHOLD if counting else DisputeWant.DISMISS


def standing(settled: Split, changes: Iterable[Split]) -> Split:
    """What stands of a deposit: what was settled and what was corrected since."""
    kept, refund, donation, fee = settled.kept, settled.refund, settled.donation, settled.fee
    for one in changes:
        kept, refund = kept + one.kept, refund + one.refund
        donation, fee = donation + one.donation, fee + one.fee
    return Split(kept, refund, donation, fee)


def change(before: Split, now: Split) -> Split:
    """What a correction moves. Its won sum to nothing: what comes back besides was given or charged before.

    A correction only ever adds days, so nobody is asked for won that went back to them.
    """
    moved = Split(
        now.kept - before.kept, now.refund - before.refund, now.donation - before.donation, now.fee - before.fee
    )
    if moved.kept < 0 or moved.refund < 0 or moved.refund + moved.donation + moved.fee:
        raise ValueError("a correction adds days, and its won sum to nothing")
    return moved
