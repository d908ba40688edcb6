"""The billing part of the Toss Payments twin: a page to register a card at, keys for it, charges by key.

Documented, and kept here: an authKey is good once and belongs to its customerKey (2 to 50 letters); a key is charged with the
customerKey it was made for; order, name and sum as with any payment; an order that was approved is not approved again. The page
stands for the window that the provider's script opens. That another customerKey hears NOT_MATCHES_CUSTOMER_KEY, an unknown key
INVALID_BILL_KEY_REQUEST and an authKey that was used INVALID_AUTHORIZE_AUTH, no source confirmed.
"""

import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from dure.kit.twins import Answer, Asked, json_answer, page_answer, redirect

from .base import offset_time
from .pages import choices, facts, page
from .toss_book import APPROVED, CARD, Card, No, Payment, shown

if TYPE_CHECKING:
    from .toss import TossTwin

CUSTOMER = re.compile(r"[A-Za-z0-9_=.@-]{2,50}")
ORDER = re.compile(r"[A-Za-z0-9_-]{6,64}")
LEAST = 100
CARDS = (
    ("approve", "카드 등록하기 · Register the card"),
    ("REJECT_CARD_COMPANY", "늘 거절되는 카드 · A card that is always refused"),
    ("REJECT_ACCOUNT_PAYMENT", "잔액이 없는 카드 · A card without money"),
    ("back", "등록하지 않고 돌아가기 · Turn back"),
)


def window(twin: "TossTwin", asked: Asked) -> Answer:
    """The page to register a card at."""
    customer = asked.query.get("customerKey", "")
    where = f"{asked.path}?{urlencode(dict(asked.query))}"
    parts = [facts([("고객 · Customer", customer)]), choices(where, CARDS)]
    return page_answer(200, page("토스페이먼츠 쌍둥이 · Toss Payments twin", parts))


def chosen(twin: "TossTwin", asked: Asked) -> Answer:
    said = asked.query
    back = register(twin, said.get("customerKey", ""), said.get("successUrl", ""), asked.form.get("choice", ""))
    return redirect(back)


def register(twin: "TossTwin", customer: str, return_to: str, choice: str = "approve") -> str:
    """The payer has chosen a card; answers where the browser goes next."""
    if choice == "back" or not CUSTOMER.fullmatch(customer):
        return f"{return_to}?{urlencode({'code': 'PAY_PROCESS_CANCELED', 'message': '취소되었습니다.'})}"
    auth = secrets.token_urlsafe(16)
    twin.book.auths[auth] = Card(customer, "" if choice == "approve" else choice)
    return f"{return_to}?{urlencode({'customerKey': customer, 'authKey': auth})}"


def issue(twin: "TossTwin", asked: Asked) -> Answer:
    """An authKey becomes a billing key, once."""
    said = asked.json() or {}
    auth = twin.book.auths.get(str(said.get("authKey", "")))
    if auth is None or auth.customer != said.get("customerKey"):
        raise No(400, "INVALID_AUTHORIZE_AUTH", "유효하지 않은 인증 방식입니다.")
    del twin.book.auths[str(said["authKey"])]
    key = f"bill_{secrets.token_urlsafe(24)}"
    twin.book.cards[key] = auth
    return json_answer(
        200,
        {
            "mId": "twin",
            "customerKey": auth.customer,
            "authenticatedAt": offset_time(twin.clock.now()),
            "method": CARD,
            "billingKey": key,
            "cardCompany": "쌍둥이",
            "cardNumber": "43301234****123*",
            "card": {"issuerCode": "61", "acquirerCode": "31", "number": "43301234****1234", "cardType": "신용"},
        },
    )


def charge(twin: "TossTwin", asked: Asked, key: str) -> Answer:
    """Take the sum of one order from the card."""
    said, card = asked.json() or {}, twin.book.cards.get(key)
    order, name, amount = said.get("orderId"), said.get("orderName"), said.get("amount")
    tax_free = said.get("taxFreeAmount", 0)
    if card is None:
        raise No(400, "INVALID_BILL_KEY_REQUEST", "빌링키 인증이 완료되지 않았거나 유효하지 않은 빌링 거래 건입니다.")
    if card.customer != said.get("customerKey"):
        raise No(400, "NOT_MATCHES_CUSTOMER_KEY", "빌링 인증 고객키와 결제 요청 고객키가 일치하지 않습니다.")
    fits = isinstance(order, str) and ORDER.fullmatch(order) and isinstance(name, str) and 0 < len(name) <= 100
    if not fits or type(amount) is not int or type(tax_free) is not int or not 0 <= tax_free <= amount:
        raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
    if amount < LEAST:
        raise No(400, "BELOW_MINIMUM_AMOUNT")
    if any(other.order == order and other.status in APPROVED for other in twin.book.payments.values()):
        raise No(400, "DUPLICATED_ORDER_ID")
    if card.fails_with:
        raise No(403, card.fails_with)
    payment = Payment(
        key=f"tw_{secrets.token_urlsafe(24)}",
        order=str(order),
        name=str(name),
        amount=amount,
        tax_free=tax_free,
        method=CARD,
        success_url="",
        fail_url="",
        secret=f"ps_{secrets.token_urlsafe(20)}",
        requested_at=twin.clock.now(),
        kind="BILLING",
    )
    twin.book.payments[payment.key] = payment
    twin.approve(payment)
    return json_answer(200, shown(payment))
