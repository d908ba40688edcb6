"""When our books and a provider's differ, and what may become of a difference. Pure.

Two clocks are two clocks: both lists are read some minutes beyond either end of the time that is compared, and a payment counts
for the stretch in which it was taken by our clock (by theirs, where we do not count it). So each payment belongs to exactly one
stretch, and none is called missing because it lies just behind the line on the other side.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from uuid import UUID

from dure.base import ids
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.payments import OrderId, Payment
from dure.foundations.ledger.types.providers import Difference, DifferenceKind, ProviderAnswer
from dure.foundations.ledger.types.reconciling import (
    DifferenceClosed,
    DifferenceId,
    DifferenceState,
    DifferenceWant,
)
from dure.foundations.people.types import Actor

OVERLAP = timedelta(minutes=10)
STRETCH = timedelta(hours=1)  # compared at a time, so that the busiest day fits into memory
PERIOD_MAX = timedelta(days=92)
OF_SETTLEMENTS = frozenset(
    {
        DifferenceKind.FEE,
        DifferenceKind.SETTLED,
        DifferenceKind.NOT_SETTLED,
        DifferenceKind.SETTLED_AMOUNT,
        DifferenceKind.SETTLED_CANCEL,
    }
)
LOOK_BACK_DAYS = (1, 2, 8, 31)  # every night these days: what a provider gives back later shows on the day it was taken
NOTE_LENGTH = (3, 500)
CHAPTER = UUID("0199a7c0-0000-7000-8000-7265636f6e63")  # the name space of ids of differences

S, W = DifferenceState, DifferenceWant
STATES: dict[tuple[DifferenceState, DifferenceWant], DifferenceState] = {
    (S.OPEN, W.FIND_AGAIN): S.OPEN,
    (S.OPEN, W.ASK): S.OPEN,
    (S.OPEN, W.NOTE): S.OPEN,
    (S.OPEN, W.AGREE): S.AGREED,
    (S.OPEN, W.EXPLAIN): S.EXPLAINED,
    (S.AGREED, W.FIND_AGAIN): S.OPEN,
    (S.AGREED, W.NOTE): S.AGREED,
    (S.EXPLAINED, W.NOTE): S.EXPLAINED,
    (
        S.EXPLAINED,
        W.FIND_AGAIN,
    ): S.EXPLAINED,  # what a person has explained stays explained as long as the sums are the same
    (S.EXPLAINED, W.AGREE): S.AGREED,
}


def may_reconcile(by: Actor) -> None:
    """The platform itself, and who keeps or audits its books."""
    if not (by.is_system or by.roles):
        raise NotAllowed(needs="steward or auditor")


def may_settle_difference(by: Actor) -> None:
    """Who audits the books changes nothing in them: asking again, noting and closing are for stewards."""
    if not (by.is_system or by.is_steward):
        raise NotAllowed(needs="steward")


def follow(state: DifferenceState, want: DifferenceWant) -> DifferenceState:
    """Where `want` leads. Raises DifferenceClosed."""
    try:
        return STATES[state, want]
    except KeyError:
        raise DifferenceClosed(state=state) from None


def may_ask(kind: DifferenceKind) -> None:
    """A provider can be asked about a payment; what it keeps or pays out is a matter for its contract and the bank."""
    if kind in OF_SETTLEMENTS:
        raise NotAllowed(needs="a difference of payments")


def check_period(since: datetime, until: datetime) -> None:
    """A stretch of time that has a length, and not a longer one than can be read in a night."""
    if until <= since:
        raise BadValue(field="until", reason="too_small")
    if until - since > PERIOD_MAX:
        raise BadValue(field="until", reason="too_large")


def check_note(note: str) -> str:
    """A word that somebody can understand in a year. Raises BadValue."""
    said = note.strip()
    if not NOTE_LENGTH[0] <= len(said) <= NOTE_LENGTH[1]:
        raise BadValue(field="note", reason="length")
    return said


def stretches(since: datetime, until: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """The period in pieces that are compared one after the other; together they are the period, and none overlaps another."""
    found = []
    while since < until:
        found.append((since, min(since + STRETCH, until)))
        since += STRETCH
    return tuple(found)


def widened(since: datetime, until: datetime) -> tuple[datetime, datetime]:
    """The time for which both lists are read, so that two clocks make no difference."""
    return since - OVERLAP, until + OVERLAP


def day(on: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """A calendar day from its first to its last instant."""
    return datetime.combine(on, time.min, zone), datetime.combine(on + timedelta(days=1), time.min, zone)


def days_of_night(today: date) -> tuple[date, ...]:
    """The days that the run of tonight compares."""
    return tuple(today - timedelta(days=days) for days in LOOK_BACK_DAYS)


def compare(ours: Iterable[Payment], theirs: Iterable[ProviderAnswer]) -> tuple[Difference, ...]:
    """Where our captured payments and the provider's list differ, both directions, by the provider's key."""
    mine = {payment.payment_key: payment for payment in ours}
    found = [difference_of(mine.pop(answer.payment_key, None), answer) for answer in theirs]
    found += [difference_of(payment, None) for payment in mine.values()]
    return in_order(one for one in found if one is not None)


def difference_of(
    ours: Payment | None, theirs: ProviderAnswer | None, under_way: int = 0, others_taken: int = 0
) -> Difference | None:
    """How one payment stands in the two books; None when they agree.

    `under_way`: won of `ours.refunded` that the provider has not been told of yet, or whose answer is not here: they may be on
    either side. `others_taken`: how many other payments the provider took for the same order.
    """
    counted = ours if ours is not None and ours.captured else None
    taken = theirs if theirs is not None and theirs.taken else None
    if counted is None and taken is None:
        return None
    if counted is None and taken is not None:
        kind = DifferenceKind.TAKEN_TWICE if others_taken else DifferenceKind.ONLY_THEIRS
        return Difference(kind, taken.order, taken.payment_key, 0, taken.amount, taken.at)
    if counted is None:
        raise ValueError("one of the two has it")
    at = counted.captured_at
    if at is None:
        raise ValueError("a captured payment has a time")
    order, key = OrderId(counted.order), counted.payment_key
    if taken is None:
        return Difference(DifferenceKind.ONLY_OURS, order, key, counted.amount, 0, at)
    if counted.amount != taken.amount:
        return Difference(DifferenceKind.AMOUNT, order, key, counted.amount, taken.amount, at)
    returned = taken.amount - taken.balance
    if not counted.refunded - under_way <= returned <= counted.refunded:
        return Difference(DifferenceKind.REFUNDED, order, key, counted.refunded, returned, at)
    return None


def within(found: Iterable[Difference], since: datetime, until: datetime) -> tuple[Difference, ...]:
    """Those that belong to the stretch; the others belong to the one before or after."""
    return tuple(one for one in found if since <= one.at < until)


def in_order(found: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(sorted(found, key=lambda one: (one.kind, one.order, one.payment_key)))


def id_of(provider: str, difference: Difference) -> DifferenceId:
    """The same difference, found again, has the same id; other sums are another difference."""
    one = difference
    name = f"{provider}|{one.kind}|{one.order}|{one.payment_key}|{one.ours}|{one.theirs}"
    return DifferenceId(ids.derived(CHAPTER, name))


def gone(open_before: Sequence[DifferenceId], found: Iterable[DifferenceId]) -> tuple[DifferenceId, ...]:
    """Differences of the period that this run did not find any more."""
    still = set(found)
    return tuple(one for one in open_before if one not in still)
