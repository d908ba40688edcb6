"""Who may ask for a mandate and end it, and when something is charged by it. Pure."""

from datetime import datetime
from typing import Final

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.ledger.types.mandates import Mandate, MandateDiffers, MandateEnded, MandateState
from dure.foundations.ledger.types.payments import Payment, PaymentExpired, PaymentState
from dure.foundations.people.types import Actor, PersonId

from .payments import LOCAL_PATH

CARD_LENGTH_MAX: Final = 60


def may_ask(by: Actor, return_to: str) -> PersonId:
    """Anybody with an account, for themself."""
    if by.person is None:
        raise NotAllowed(needs="login")
    if not LOCAL_PATH.fullmatch(return_to):
        raise BadValue(field="return_to", reason="not_a_local_path")
    return by.person


def may_handle(by: Actor, mandate: Mandate) -> None:
    """Whose it is, and the platform, which charges what they promised."""
    if not (by.is_system or by.person == mandate.payer):
        raise NotAllowed(needs="payer")


def may_charge(by: Actor, mandate: Mandate, payment: Payment, now: datetime) -> bool:
    """Whether to charge now; False when somebody else is at it, or it has been found out already."""
    if not by.is_system:
        raise NotAllowed(needs="platform")
    if (mandate.payer, mandate.provider) != (payment.payer, payment.provider):
        raise MandateDiffers()
    if payment.state is not PaymentState.CREATED:
        return False
    if mandate.state is not MandateState.ACTIVE:
        raise MandateEnded(state=mandate.state)
    if now >= payment.expires_at:
        raise PaymentExpired()
    return True
