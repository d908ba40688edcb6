"""Money is whole minor units with a currency. There is no float and no Decimal here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NewType

Won = NewType("Won", int)
"""Whole Korean won. The won has no minor unit (ISO 4217 exponent 0)."""

EXPONENT: Final = {"KRW": 0, "JPY": 0, "USD": 2, "EUR": 2}
AMOUNT_MAX: Final = 9_007_199_254_740_991  # 2**53 - 1, so that a JSON reader in a browser never rounds


@dataclass(frozen=True, slots=True, order=True)
class Money:
    minor: int
    currency: str = "KRW"

    def __post_init__(self) -> None:
        if self.currency not in EXPONENT:
            raise ValueError(f"unknown currency {self.currency!r}")
        if abs(self.minor) > AMOUNT_MAX:
            raise ValueError("amount out of range")

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise ValueError("cannot add two currencies")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` minor units by integer `weights` so that the parts sum to `total` exactly.

    Each exact share is floored, then one unit more from the first on until the total matches. (15 by 4, 2/5, 3/5 of a fifth
    is 13, 1, 1.) Raises ValueError for a negative total or weight, or when all weights are zero.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("total and weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("at least one weight must be positive")
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    for index, weight in enumerate(weights):
        if left == 0:
            break
        if weight > 0:
            parts[index] += 1
            left -= 1
    return tuple(parts)
