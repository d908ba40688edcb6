"""The embedded sandbox as its own page and a wallet see it. Only where DURE_SANDBOX_PAYMENTS is on."""

from uuid import UUID

from dure.base.refusals import NotAllowed
from dure.foundations.ledger import providers
from dure.foundations.ledger.providers import SANDBOX, sandbox_cards, sign_receipt, verify_receipt
from dure.foundations.ledger.types.mandates import MandateId
from dure.foundations.ledger.types.payments import OrderId
from dure.foundations.ledger.types.sandbox import SandboxCheckout, Scenario
from dure.foundations.people.types import Actor
from dure.kit import tx

__all__ = ["sandbox_checkout", "sandbox_decide", "sandbox_pay", "sandbox_register", "sign_receipt", "verify_receipt"]


def sandbox_checkout(by: Actor, order: OrderId) -> SandboxCheckout:
    """What the sandbox's page shows. Raises OrderUnknown, ProviderUnknown."""
    providers.provider(SANDBOX.name)
    return SANDBOX.look_at(order)


def sandbox_decide(by: Actor, order: OrderId, scenario: Scenario) -> str:
    """The payer has chosen; answers the address to send them back to. Raises OrderUnknown, ProviderUnknown."""
    tx.demand_none()
    providers.provider(SANDBOX.name)
    return SANDBOX.decide(order, scenario)


def sandbox_register(by: Actor, mandate: MandateId, scenario: Scenario, return_to: str) -> str:
    """The payer has chosen a practice card; answers the address to send them back to. Raises ProviderUnknown."""
    tx.demand_none()
    providers.provider(SANDBOX.name)
    return sandbox_cards.choose(mandate, scenario, return_to)


def sandbox_pay(by: Actor, ref: UUID, payment: UUID, amount: int) -> str:
    """The actor's practice wallet pays `amount` for `ref`; answers the capture receipt. Nothing is stored until it is spent.

    Raises NotAllowed, ProviderUnknown.
    """
    providers.provider(SANDBOX.name)
    if by.person is None:
        raise NotAllowed(needs="login")
    return sign_receipt(payment, ref, by.person, amount)
