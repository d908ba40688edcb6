"""Toss Payments, billing (docs.tosspayments.com/guides/v2/billing): cards that are charged again and again.

The payer registers a card in a window that only the provider's own browser script opens. No script of anybody else runs in our
pages, so that window is opened by a page elsewhere (`DURE_TOSS_BILLING_PAGE`): it is called with customerKey, successUrl and
failUrl and hands them to `requestBillingAuth`. The payer comes back with an authKey, good once, for which the server gets the
billing key. A charge carries its order as idempotency key: an order is one try, and the same try again has the same answer.

No source confirmed: that `taxFreeAmount` counts in a charge, and what is answered to a key whose card was taken away.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from dure.foundations.ledger.types.mandates import Granted, MandateId, MandateRefused
from dure.foundations.ledger.types.payments import DeclineCode
from dure.foundations.ledger.types.providers import Order, ProviderAnswer

from . import toss
from .line import unknown

NO_CARD = {
    "INVALID_BILL_KEY_REQUEST",
    "NOT_MATCHES_CUSTOMER_KEY",
    "NOT_FOUND_BILLING_KEY",
    "NOT_REGISTERED_CARD_COMPANY",
}
REFUSED = 400, 401, 403, 404


class TossBilling(toss.Toss):
    """A `types.mandates.Charges` beside a provider."""

    def __init__(self, secret: str, origin: str, base: str, page: str) -> None:
        super().__init__(secret, origin, base)
        self._page = page

    def register(self, mandate: MandateId, return_to: str) -> str:
        back = f"{self._origin}{return_to}"
        said = {"customerKey": str(mandate), "successUrl": back, "failUrl": back}
        return f"{self._page}?{urlencode(said)}"

    def grant(self, mandate: MandateId, query: Mapping[str, str]) -> Granted:
        auth, customer = query.get("authKey", ""), query.get("customerKey", str(mandate))
        if not auth or customer != str(mandate):
            raise MandateRefused(reason=query.get("code", "") or "unknown")
        ask = {"authKey": auth, "customerKey": str(mandate)}
        headers = {"Idempotency-Key": f"grant-{mandate}"}
        status, said = self._line.post("/v1/billing/authorizations/issue", ask, headers)
        if status == toss.OK and said.get("billingKey") and said.get("customerKey") == str(mandate):
            return Granted(str(said["billingKey"]), _card(said))
        if status in REFUSED:
            raise MandateRefused(reason=_code(said))
        raise unknown(self.name, status, _code(said))

    def charge(self, key: str, mandate: MandateId, order: Order) -> ProviderAnswer:
        ask = {
            "customerKey": str(mandate),
            "amount": order.amount,
            "taxFreeAmount": order.tax_free,
            "orderId": order.id,
            "orderName": order.title,
        }
        address = f"/v1/billing/{quote(key, safe='')}"
        status, said = self._line.post(address, ask, {"Idempotency-Key": f"charge-{order.id}"})
        if status == toss.OK:
            return self._answer(said)
        code = _code(said)
        if code in toss.DECLINES or code in NO_CARD:
            return toss.declined("", order.id, order.amount, toss.DECLINES.get(code, DeclineCode.CARD_REFUSED))
        raise unknown(self.name, status, code)


def _card(said: dict[str, Any]) -> str:
    number = str(said.get("cardNumber", "") or (said.get("card") or {}).get("number", ""))
    return f"{said.get('cardCompany', '') or ''} ****{number[-4:]}".strip() if number else str(said.get("method", ""))


def _code(said: Any) -> str:
    return str(said.get("code", "")) if isinstance(said, dict) else ""
