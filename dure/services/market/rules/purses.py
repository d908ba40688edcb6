"""Message credits: what a message costs at most, what is held back for it, what it came to; what goes back. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.market.types import CreditShort, DepositOver, DepositState, SameSteward

GRANT_MAX: Final = 100_000_000
DEPOSIT_MAX: Final = 100_000_000_000
REFERENCE_LENGTH: Final = (3, 60)
FUND_NAME_LENGTH: Final = (2, 60)
CLOSED_LONG: Final = timedelta(days=365)


def check_fund(name: str) -> None:
    """Raises BadValue."""
    if not FUND_NAME_LENGTH[0] <= len(name.strip()) <= FUND_NAME_LENGTH[1] or "\x00" in name:
        raise BadValue(field="name", reason="length")


def check_deposit(won: int, reference: str) -> None:
    """Raises BadValue."""
    if not 0 < won <= DEPOSIT_MAX:
        raise BadValue(field="won", reason="range")
    if not REFERENCE_LENGTH[0] <= len(reference) <= REFERENCE_LENGTH[1] or "\x00" in reference:
        raise BadValue(field="reference", reason="length")


def check_grant(won: int) -> None:
    """Raises BadValue."""
    if not 0 < won <= GRANT_MAX:
        raise BadValue(field="won", reason="range")


def may_decide_deposit(person: PersonId | None, entered_by: PersonId, state: DepositState) -> None:
    """Another steward confirms a deposit, once. Raises NotAllowed, DepositOver, SameSteward."""
    if person is None:
        raise NotAllowed(needs="steward")
    if state is not DepositState.ENTERED:
        raise DepositOver()
    if person == entered_by:
        raise SameSteward()


def backwards(left: int, grants: Sequence[tuple[UUID, int]]) -> tuple[tuple[UUID, int], ...]:
    """To which grants what is `left` goes back, and how much: `grants` are (id, what of it was not given back yet), the newest
    first. What was granted first counts as spent first.
    """
    parts = []
    for grant, won in grants:
        part = min(left, won)
        if part:
            parts.append((grant, part))
        left -= part
    return tuple(parts)


def is_gone(revoked: bool, closed_at: datetime | None, speaks: bool, now: datetime) -> bool:
    """Whether nobody is left who uses an organisation's message credits: its verification was taken away, or its shop has been
    closed for a year and it speaks for no market.
    """
    closed = closed_at is not None and now - closed_at >= CLOSED_LONG and not speaks
    return revoked or closed


def may_hold(won: int, available: int) -> None:
    """Whether the credits pay for what the messages may cost at most. Raises CreditShort."""
    if won > available:
        raise CreditShort(won=won, left=available)


def spent_of(held: int, cost: int) -> int:
    """What is taken of what was held back: the true cost, never more than was shown before sending."""
    return max(0, min(held, cost))
