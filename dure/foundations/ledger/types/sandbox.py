"""What the embedded sandbox provider is asked to play."""

from dataclasses import dataclass
from enum import StrEnum

from .payments import OrderId

__all__ = [
    "SandboxCheckout",
    "Scenario",
]


class Scenario(StrEnum):
    """What happens when the payer has chosen. Each is something real providers do."""

    APPROVE = "approve"
    CARD_REFUSED = "card_refused"
    LIMIT_EXCEEDED = "limit_exceeded"
    NOT_ENOUGH_FUNDS = "not_enough_funds"
    LATE = "late"  # takes the money, but its answer does not reach us in time
    TWICE = "twice"  # the payer pays a second time, in another window
    CANCEL = "cancel"  # the payer turns back


@dataclass(frozen=True, slots=True)
class SandboxCheckout:
    """What the sandbox's own page shows to the payer."""

    order: OrderId
    title: str
    amount: int
    tax_free: int
    currency: str
    return_to: str
    paid: bool  # already taken: nothing is left to decide
