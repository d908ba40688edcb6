"""Giving a coupon in at a counter: with a line, without one, and taking it back. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dure.services.market.types import (
    AlreadyUndone,
    ConflictKind,
    CouponExpired,
    CouponState,
    CouponUsed,
    NotYet,
    RedemptionState,
    Signed,
    UndoOver,
)

AWAY_MAX: Final = timedelta(hours=72)  # how long a counter's phone may keep a redemption to itself
AHEAD_MAX: Final = timedelta(minutes=10)  # how far a phone's clock may be ahead of ours


def state_of(valid_until: datetime, is_used: bool, now: datetime) -> CouponState:
    """Used once is used for ever; else time decides."""
    if is_used:
        return CouponState.USED
    return CouponState.EXPIRED if now >= valid_until else CouponState.HELD


def may_redeem(valid_from: datetime, valid_until: datetime, used_at: datetime | None, now: datetime) -> None:
    """Whether a coupon is good at this counter now. Raises CouponUsed, NotYet, CouponExpired."""
    if used_at is not None:
        raise CouponUsed(at=used_at)
    if now < valid_from:
        raise NotYet(since=valid_from)
    if now >= valid_until:
        raise CouponExpired(at=valid_until)


type Closed = tuple[tuple[datetime, datetime | None], ...]
"""From when until when a shop was closed; None: it still is."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """How a coupon and a counter stand: `here` whether it is good at that shop, `is_used` whether another use of it stands,
    `is_own` whether others pay and it belongs to somebody of the shop, `closed` when the shop was.
    """

    here: bool
    is_used: bool
    is_own: bool = False
    closed: Closed = ()


def judge_offline(said: Signed, at: datetime, now: datetime, stands: AtHand) -> ConflictKind | None:
    """Why an uploaded redemption does not count; None: it counts.

    `at` is what the counter's phone wrote down. What a shop took before it closed is honoured, what it took while it was is not.

    Of two counters that took the same code, the one that reaches us first counts, because
    phones' clocks can be set and the first may be paid already; the other has given its discount away.
    """
    if at > now + AHEAD_MAX:
        return ConflictKind.FROM_THE_FUTURE
    if now - at > AWAY_MAX:
        return ConflictKind.TOO_LATE
    if not stands.here:
        return ConflictKind.NOT_HERE
    if any(since <= at and (until is None or at < until) for since, until in stands.closed):
        return ConflictKind.SHOP_CLOSED
    if stands.is_own:
        return ConflictKind.OWN_COUNTER
    if not said.valid_from <= at < said.valid_until:
        return ConflictKind.EXPIRED
    return ConflictKind.USED_BEFORE if stands.is_used else None


def undo_until(taken_at: datetime, undo_minutes: int) -> datetime:
    """How long a redemption can be undone. The time runs from when we learn of it: before, nobody could."""
    return taken_at + timedelta(minutes=undo_minutes)


def may_undo(state: RedemptionState, until: datetime, now: datetime) -> None:
    """Whether a redemption can be undone. Raises AlreadyUndone, UndoOver."""
    if state is RedemptionState.UNDONE:
        raise AlreadyUndone()
    if state is RedemptionState.SETTLED or now >= until:
        raise UndoOver(until=until)


def is_due(state: RedemptionState, until: datetime, now: datetime) -> bool:
    """Whether a redemption is final: exactly when it can no longer be undone."""
    return state is RedemptionState.TAKEN and now >= until
