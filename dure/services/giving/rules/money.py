"""Won: what a gift, a match, a plan and a report must be."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types import REGISTRATION_FROM_WON
from dure.foundations.people.types import Actor
from dure.services.giving.types import (
    AlreadyRefunded,
    BoxNotOpen,
    BudgetLine,
    CauseState,
    CostsTooHigh,
    DepositOver,
    DepositState,
    GiftState,
    LineKind,
    PaidOutAlready,
    PlanChanged,
    ProofMissing,
    RegistrationNeeded,
    ReportLine,
    SamePerson,
    SumDiffers,
    Want,
)

from .states import follow

GIFT_MIN: Final = 100
GIFT_MAX: Final = 100_000_000
MATCH_WON: Final = 100  # a comment or a share, from a matching fund
MATCH_EMERGENCY_WON: Final = 1_000
TWO_PERSON_GOAL: Final = 10_000_000  # from this goal on, two stewards decide
TWO_PERSON_DEPOSIT: Final = 10_000_000  # from this sum on, a second steward confirms a sponsor's deposit
DEPOSIT_MAX: Final = 100_000_000_000
REFERENCE_LENGTH: Final = (4, 60)
WHY_LENGTH_MIN: Final = 5
LINES_MAX: Final = 50
MESSAGE_LENGTH_MAX: Final = 300


def may_give(
    state: CauseState, opens_at: datetime | None, closes_at: datetime | None, amount: int, missing: int, now: datetime
) -> None:
    """Whether the box takes `amount` won now, when `missing` won are missing to its goal.

    Over-funding is allowed and shown; less than GIFT_MIN is taken only when it fills the box to the won; the end is sharp.
    Raises BoxNotOpen, BadValue.
    """
    fills = 0 < amount == missing
    if (not fills and not amount >= GIFT_MIN) or amount > GIFT_MAX:
        raise BadValue(field="amount", reason="gift_range")
    check_open(state, opens_at, closes_at, now)


def check_open(state: CauseState, opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    """Whether the box runs at `now`, by its state and by the clock. Raises BoxNotOpen."""
    if state is not CauseState.OPEN or opens_at is None or closes_at is None or not opens_at <= now < closes_at:
        raise BoxNotOpen(opens_at=opens_at, closes_at=closes_at)


def room(registered: bool, raised: int) -> int | None:
    """How many won more a box may take; None: no end. The law asks for a registration before that much is collected."""
    return None if registered else max(0, REGISTRATION_FROM_WON - 1 - raised)


def check_room(amount: int, left: int | None) -> None:
    """Whether `amount` won fit into the `room` that is left. Raises RegistrationNeeded."""
    if left is not None and amount > left:
        raise RegistrationNeeded(limit=REGISTRATION_FROM_WON)


def missing_to_goal(goal: int, raised: int) -> int:
    """What the last gift must be to fill exactly 100 %; 0 when the goal is reached."""
    return max(goal - raised, 0)


def match_amount(emergency: bool, available: int, left: int | None = None) -> int:
    """What the matching fund adds for one comment or share: all or nothing of the fixed sum, and only into `room`."""
    wanted = MATCH_EMERGENCY_WON if emergency else MATCH_WON
    return wanted if available >= wanted and (left is None or left >= wanted) else 0


def check_lines(lines: Sequence[BudgetLine], expected: int, cap: int) -> None:
    """Budget lines must be there, be positive, sum to `expected` won, and keep their costs within `cap`.

    Raises BadValue, SumDiffers, CostsTooHigh.
    """
    if not 1 <= len(lines) <= LINES_MAX:
        raise BadValue(field="lines", reason="count")
    if any(line.amount <= 0 for line in lines):
        raise BadValue(field="lines", reason="positive")
    if any(not line.label.strip() for line in lines):
        raise BadValue(field="lines", reason="label")
    total = sum(line.amount for line in lines)
    if total != expected:
        raise SumDiffers(lines_sum=total, expected=expected)
    costs = sum(line.amount for line in lines if line.kind is LineKind.COST)
    if costs > cap:
        raise CostsTooHigh(costs=costs, cap=cap)


def check_deposit(amount: int, reference: str) -> None:
    """A sponsor's deposit has a sum and the bank's reference. Raises BadValue."""
    if not 0 < amount <= DEPOSIT_MAX:
        raise BadValue(field="amount", reason="range")
    if not REFERENCE_LENGTH[0] <= len(reference) <= REFERENCE_LENGTH[1]:
        raise BadValue(field="reference", reason="length")
    if not reference.isprintable():
        raise BadValue(field="reference", reason="characters")


def may_confirm_deposit(by: Actor, state: DepositState, entered_by: UUID) -> None:
    """Another steward than the one who entered it. Raises DepositOver, SamePerson."""
    if state is not DepositState.WAITING:
        raise DepositOver(state=state.value)
    if by.person == entered_by:
        raise SamePerson()


def may_take_deposit_back(state: DepositState, why: str) -> DepositState:
    """What a deposit becomes that was entered by mistake. Raises DepositOver, BadValue."""
    if len(why.strip()) < WHY_LENGTH_MIN:
        raise BadValue(field="why", reason="length")
    if state is DepositState.WAITING:
        return DepositState.DROPPED
    if state is DepositState.BOOKED:
        return DepositState.REVERSED
    raise DepositOver(state=state.value)


def check_same_sum(planned: int, raised: int) -> None:
    """What was approved must still be what is there. Raises SumDiffers."""
    if planned != raised:
        raise SumDiffers(lines_sum=planned, expected=raised)


def check_same_plan(read: int, current: int) -> None:
    """A yes is for the plan that was read: the partner may have made another one since. Raises PlanChanged."""
    if read != current:
        raise PlanChanged(version=current)


def check_plan(state: CauseState, lines: Sequence[BudgetLine], raised: int, cap: int) -> CauseState:
    """A revised plan must match the sum really raised, to the won. Answers the state it leads to."""
    after = follow(state, Want.REVISE_PLAN)
    check_lines(lines, raised, cap)
    return after


def check_spent_on(day: date, opened: date, today: date) -> None:
    """A use lies between the day on which the box opened and today: nothing of it could be spent before. Raises BadValue."""
    if day > today:
        raise BadValue(field="spent_on", reason="future")
    if day < opened:
        raise BadValue(field="spent_on", reason="before_opening")


def check_report(state: CauseState, lines: Sequence[ReportLine], paid_out: int, days: tuple[date, date]) -> CauseState:
    """A use report balances to the won and proves every line, each within `days` (opened, today). Answers the state it leads to.

    Raises WrongState, SumDiffers, ProofMissing, BadValue.
    """
    after = follow(state, Want.FILE_REPORT)
    if not lines:
        raise BadValue(field="lines", reason="count")
    for line in lines:
        if line.amount <= 0:
            raise BadValue(field="lines", reason="positive")
        check_spent_on(line.spent_on, *days)
        if not line.proof_sha256:
            raise ProofMissing(payee=line.payee)
    total = sum(line.amount for line in lines)
    if total != paid_out:
        raise SumDiffers(lines_sum=total, expected=paid_out)
    return after


def may_refund(by: Actor, donor: UUID, gift: GiftState, state: CauseState) -> CauseState:
    """A gift goes back to its donor until the money is paid out: the donor or a steward may ask.

    Answers the state of the cause afterwards. Raises WrongState, NotAllowed, AlreadyRefunded, PaidOutAlready.
    """
    if not (by.is_system or by.is_steward or (by.person is not None and by.person == donor)):
        raise NotAllowed(needs="donor_or_steward")
    if gift is GiftState.REFUNDED:
        raise AlreadyRefunded()
    if gift is not GiftState.GIVEN:
        raise NotAllowed(needs="given_gift")
    if state in (CauseState.PAID_OUT, CauseState.REPORTED):
        raise PaidOutAlready()
    return follow(state, Want.REFUND_GIFT)
