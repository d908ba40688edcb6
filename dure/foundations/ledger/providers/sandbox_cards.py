"""The sandbox's practice cards, by which it can be charged again and again."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from dure.base import clock, ids
from dure.foundations.ledger.models.mandates import SandboxCard
from dure.foundations.ledger.types.mandates import Granted, MandateId, MandateRefused
from dure.foundations.ledger.types.sandbox import Scenario

NAMES = {
    Scenario.APPROVE: "연습용 카드 ****1004",
    Scenario.CARD_REFUSED: "연습용 카드 ****4444",
    Scenario.LIMIT_EXCEEDED: "연습용 카드 ****5555",
    Scenario.NOT_ENOUGH_FUNDS: "연습용 카드 ****0000",
    Scenario.LATE: "연습용 카드 ****8888",
}


def register(mandate: MandateId, return_to: str) -> str:
    return f"{reverse('ledger:sandbox_card', args=[mandate])}?{urlencode({'to': return_to})}"


def choose(mandate: MandateId, scenario: Scenario, return_to: str) -> str:
    """The payer has chosen a card; answers the address to send them back to."""
    if scenario not in NAMES:
        return f"{return_to}?{urlencode({'code': 'payer_cancelled'})}"
    SandboxCard.objects.get_or_create(
        customer=mandate,
        defaults={"key": f"sbc_{secrets.token_urlsafe(24)}", "scenario": scenario, "at": clock.now()},
    )
    return f"{return_to}?{urlencode({'authKey': ids.derived(mandate, 'auth').hex})}"


def grant(mandate: MandateId, query: Mapping[str, str]) -> Granted:
    card = SandboxCard.objects.filter(customer=mandate).first()
    if card is None or query.get("authKey") != ids.derived(mandate, "auth").hex:
        raise MandateRefused(reason=query.get("code", "") or "unknown")
    return Granted(card.key, NAMES[Scenario(card.scenario)])


def card_of(key: str, mandate: MandateId) -> Scenario | None:
    """How the card behaves; None when there is none of this key and payer."""
    found = SandboxCard.objects.filter(key=key, customer=mandate).values_list("scenario", flat=True).first()
    return Scenario(found) if found else None
