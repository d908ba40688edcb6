"""Message credits as channels know them: they hold and settle through what is handed to them in `apps.py`."""

from typing import Final

from dure.base.actors import Actor, OrganisationId
from dure.foundations.channels.types import NotEnoughCredit, Payer, SendingId, Spent
from dure.kit import tx
from dure.services.market import queries
from dure.services.market.types import CreditShort

from .credits import hold_credit, spend_credit


def _at_hand(organisation: OrganisationId) -> int | None:
    return queries.credit_left(organisation) if queries.pays_for(organisation) else None


def _hold(by: Actor, organisation: OrganisationId, sending: SendingId, won: int) -> None:
    try:
        with tx.hosted():
            hold_credit(by, organisation, sending, won)
    except CreditShort as short:
        raise NotEnoughCredit(won=short.won, left=short.left) from short


def _settle(by: Actor, spent: Spent) -> None:
    with tx.hosted():
        spend_credit(by, spent.sending, spent.won, spent.doubt)


CREDITS: Final = Payer(at_hand=_at_hand, hold=_hold, settle=_settle)
"""Pays for shops and associations out of their message credits, inside the transaction of whoever asks."""
