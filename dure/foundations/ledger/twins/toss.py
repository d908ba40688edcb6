"""A twin of the Toss Payments core API (v1): create, confirm, look up, cancel, list; virtual accounts; webhooks.

Documented, and kept here: Basic authentication; orders of 6 to 64 letters; least amounts; 30 minutes to identify oneself and 10
to confirm; `refundableAmount` as a condition of a cancel; a refund account for money that came by transfer; idempotency keys
(300 characters, 15 days, key + API key + method + address, the first answer again, errors too); retries of webhooks; `secret`.
Two cancels of a payment within a second: only the first is processed. That the second hears FORBIDDEN_CONSECUTIVE_REQUEST, that
another amount than was asked for hears INVALID_REQUEST, and that a missing refund account hears INVALID_REFUND_ACCOUNT_INFO, no
source confirmed; the codes themselves are on the documented list. IDEMPOTENT_REQUEST_PROCESSING never comes: the twin does one
thing after the other.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

import msgspec

from dure.base import ids
from dure.kit.twins import Answer, Asked, json_answer, page_answer, redirect
from dure.kit.twins.webhooks import Post

from . import toss_billing, toss_settlements
from . import toss_counter as counter
from .base import Setting, Twin, offset_time
from .toss_book import ACCOUNT, APPROVED, CARD, Book, Cancel, Deposit, Entry, No, Payment, Remembered, shown

WEBHOOK_MINUTES = (1, 4, 16, 64, 256, 1024, 4096)
KEY_LENGTH_MAX, KEY_LASTS = 300, timedelta(days=15)
ORDER = re.compile(r"[A-Za-z0-9_-]{6,64}")
LEAST = {CARD: 100, ACCOUNT: 200}
IDENTIFY, CONFIRM = timedelta(minutes=30), timedelta(minutes=10)
CONSECUTIVE = timedelta(seconds=1)
DEPOSIT_LASTS = timedelta(days=7)
LISTED_MAX = 100


class TossTwin(Twin[Book]):
    name = "toss"
    webhook_minutes = WEBHOOK_MINUTES

    def __init__(self, setting: Setting, post: Post | None = None) -> None:
        super().__init__(setting, Book(), post)

    # What the server asks of a twin

    def route(self, asked: Asked) -> str:
        return next(
            (word for method, where, word, _ in ROUTES if method == asked.method and where.fullmatch(asked.path)), ""
        )

    def error(self) -> Answer:
        return json_answer(500, {"code": "FAILED_INTERNAL_SYSTEM_PROCESSING", "message": "temporary"})

    def answer(self, asked: Asked) -> Answer:
        self._let_time_pass()
        for method, where, word, act in ROUTES:
            if method == asked.method and (found := where.fullmatch(asked.path)):
                try:
                    do = partial(act, self, asked, *found.groups())
                    return self.kept(self._once(asked, do) if word else do())
                except No as no:
                    return no.answer
        return json_answer(404, {"code": "NOT_FOUND", "message": "no such address"})

    def _once(self, asked: Asked, act: Callable[[], Answer]) -> Answer:
        """Authenticate, then act, or answer what was answered to the same idempotency key."""
        self._authenticate(asked)
        key = asked.headers.get("idempotency-key", "") if asked.method == "POST" else ""
        if len(key) > KEY_LENGTH_MAX:
            raise No(400, "INVALID_IDEMPOTENCY_KEY", "멱등키는 300자 이하여야 합니다.")
        scope = "\n".join((key, asked.headers["authorization"], asked.method, asked.path))
        now = self.clock.now()
        before = self.book.remembered.get(scope) if key else None
        if before and now < before.at + KEY_LASTS:
            return Answer(before.status, before.body, {"Content-Type": "application/json;charset=utf-8"})
        try:
            answer = act()
        except No as no:
            answer = no.answer
        if key:
            self.book.remembered[scope] = Remembered(now, answer.status, answer.body)
        return answer

    def _authenticate(self, asked: Asked) -> None:
        scheme, _, said = asked.headers.get("authorization", "").partition(" ")
        try:
            plain = base64.b64decode(said, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            plain = ""
        if scheme != "Basic" or not plain:
            raise No(401, "UNAUTHORIZED_KEY", "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.")
        if ":" not in plain:
            raise No(403, "INCORRECT_BASIC_AUTH_FORMAT", "잘못된 요청입니다. ':' 를 포함해 인코딩해주세요.")
        if not secrets.compare_digest(plain, f"{self.setting.secret}:"):
            raise No(401, "UNAUTHORIZED_KEY", "인증되지 않은 시크릿 키 혹은 클라이언트 키 입니다.")

    def _let_time_pass(self) -> None:
        """What nobody went on with in time is over."""
        now = self.clock.now()
        for payment in self.book.payments.values():
            late = (
                (payment.status == "READY" and now > payment.requested_at + IDENTIFY)
                or (payment.status == "IN_PROGRESS" and payment.decided_at and now > payment.decided_at + CONFIRM)
                or (payment.status == "WAITING_FOR_DEPOSIT" and payment.deposit and now > payment.deposit.due)
            )
            if late:
                if payment.deposit:
                    payment.deposit.expired = True
                self._become(payment, "EXPIRED")

    # The API

    def create(self, asked: Asked) -> Answer:
        said = _object(asked)
        order, name, method = said.get("orderId"), said.get("orderName"), said.get("method")
        amount, tax_free = said.get("amount"), said.get("taxFreeAmount", 0)
        fits = isinstance(order, str) and ORDER.fullmatch(order) and isinstance(name, str) and 0 < len(name) <= 100
        urls = [said.get("successUrl"), said.get("failUrl")]
        if not fits or method not in LEAST or not all(isinstance(url, str) and url.startswith("http") for url in urls):
            raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
        if type(amount) is not int or type(tax_free) is not int or not 0 <= tax_free <= amount:
            raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
        if amount < LEAST[method]:
            raise No(400, "BELOW_MINIMUM_AMOUNT")
        if any(other.order == order and other.status in APPROVED for other in self.book.payments.values()):
            raise No(400, "DUPLICATED_ORDER_ID")
        key = f"tw_{secrets.token_urlsafe(24)}"
        payment = Payment(
            key=key,
            order=str(order),
            name=str(name),
            amount=amount,
            tax_free=tax_free,
            method=method,
            success_url=str(urls[0]),
            fail_url=str(urls[1]),
            secret=f"ps_{secrets.token_urlsafe(20)}",
            requested_at=self.clock.now(),
        )
        self.book.payments[key] = payment
        return json_answer(200, shown(payment, asked.origin))

    def look_up(self, asked: Asked, key: str) -> Answer:
        return json_answer(200, shown(self._payment(key), asked.origin))

    def look_up_order(self, asked: Asked, order: str) -> Answer:
        """The payment of an order that counts: the approved one, else the last one. Which is not documented for several."""
        found = [payment for payment in self.book.payments.values() if payment.order == order]
        if not found:
            raise No(404, "NOT_FOUND_PAYMENT", "존재하지 않는 결제 정보 입니다.")
        return json_answer(200, shown(max(found, key=lambda one: (one.status in APPROVED, one.decided_at is not None))))

    def confirm(self, asked: Asked) -> Answer:
        said = _object(asked)
        payment = self._payment(str(said.get("paymentKey", "")))
        if payment.status in (*APPROVED, "WAITING_FOR_DEPOSIT"):
            raise No(400, "ALREADY_PROCESSED_PAYMENT", "이미 처리된 결제 입니다.")
        if payment.status != "IN_PROGRESS" or payment.order != said.get("orderId"):
            raise No(404, "NOT_FOUND_PAYMENT_SESSION", "결제 시간이 만료되어 결제 진행 데이터가 존재하지 않습니다.")
        if payment.amount != said.get("amount"):
            raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
        if any(other.order == payment.order and other.status in APPROVED for other in self.book.payments.values()):
            raise No(400, "DUPLICATED_ORDER_ID")
        if payment.fails_with:
            self._become(payment, "ABORTED")
            raise No(400 if payment.fails_with.startswith("EXCEED") else 403, payment.fails_with)
        if payment.method == ACCOUNT:
            number = "".join(secrets.choice("0123456789") for _ in range(14))
            payment.deposit = Deposit(number, "20", "박두레", self.clock.now() + DEPOSIT_LASTS)
            self._become(payment, "WAITING_FOR_DEPOSIT")
        else:
            self.approve(payment)
        return json_answer(200, shown(payment))

    def cancel(self, asked: Asked, key: str) -> Answer:
        said, payment = _object(asked), self._payment(key)
        reason, amount = said.get("cancelReason"), said.get("cancelAmount", payment.balance)
        tax_free = said.get("taxFreeAmount", 0)
        if not isinstance(reason, str) or not 0 < len(reason) <= 200 or type(amount) is not int or amount <= 0:
            raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
        if payment.status == "CANCELED":
            raise No(400, "ALREADY_CANCELED_PAYMENT", "이미 취소된 결제 입니다.")
        waiting = payment.status == "WAITING_FOR_DEPOSIT"
        if payment.refuses_refunds or (not waiting and payment.status not in APPROVED):
            raise No(403, "NOT_CANCELABLE_PAYMENT", "취소 할 수 없는 결제 입니다.")
        if waiting and amount != payment.amount:
            raise No(403, "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT")
        now = self.clock.now()
        if payment.cancels and now < payment.cancels[-1].at + CONSECUTIVE:
            raise No(403, "FORBIDDEN_CONSECUTIVE_REQUEST", "반복적인 요청은 허용되지 않습니다.")
        if said.get("refundableAmount", payment.balance) != payment.balance:
            raise No(400, "NOT_MATCHES_REFUNDABLE_AMOUNT", "잔액 결과가 일치하지 않습니다.")
        if amount > payment.balance or type(tax_free) is not int or not 0 <= tax_free <= amount:
            raise No(403, "NOT_CANCELABLE_AMOUNT", "취소 할 수 없는 금액 입니다.")
        account = _refund_account(said) if payment.method == ACCOUNT and not waiting else None
        payment.transaction = secrets.token_hex(16).upper()
        left = payment.balance - amount
        payment.cancels = [*payment.cancels, Cancel(payment.transaction, reason, amount, tax_free, left, now, account)]
        self._become(payment, "PARTIAL_CANCELED" if left else "CANCELED", -amount)
        return json_answer(200, shown(payment))

    def transactions(self, asked: Asked) -> Answer:
        """Approvals and cancellations by their time, which is given and written without a zone, in Seoul's."""
        since, until = asked.query.get("startDate", ""), asked.query.get("endDate", "")
        found = [entry for entry in self.book.entries if since <= (offset_time(entry.at) or "")[:19] <= until[:19]]
        after = asked.query.get("startingAfter", "")
        if after:
            place = next((n for n, entry in enumerate(found) if entry.transaction == after), None)
            if place is None:
                raise No(400, "INVALID_TRANSACTION_KEY", "잘못된 페이징 키 입니다.")
            found = found[place + 1 :]
        limit = asked.query.get("limit", str(LISTED_MAX))
        if not since or not until or not limit.isdigit():
            raise No(400, "INVALID_REQUEST")
        return json_answer(
            200,
            [
                {
                    "mId": "twin",
                    "transactionKey": entry.transaction,
                    "paymentKey": entry.key,
                    "orderId": entry.order,
                    "currency": "KRW",
                    "method": entry.method,
                    "amount": entry.amount,
                    "status": entry.status,
                    "transactionAt": offset_time(entry.at),
                }
                for entry in found[: int(limit)]
            ],
        )

    # The payer's side

    def checkout(self, asked: Asked, key: str) -> Answer:
        return page_answer(200, counter.checkout(self._payment(key), asked.path))

    def choose(self, asked: Asked, key: str) -> Answer:
        return redirect(self.decide(key, asked.form.get("choice", "")))

    def decide(self, key: str, choice: str = "approve") -> str:
        """The payer has chosen; answers where the browser goes next. An order number does not come back with who turns back."""
        payment = self._payment(key)
        if choice == "back":
            gone = urlencode({"code": "PAY_PROCESS_CANCELED", "message": "사용자에 의해 결제가 취소되었습니다."})
            return f"{payment.fail_url}{'&' if '?' in payment.fail_url else '?'}{gone}"
        if payment.status == "READY":
            payment.fails_with = "" if choice == "approve" else choice
            payment.decided_at = self.clock.now()
            payment.status = "IN_PROGRESS"
        query = urlencode(
            {"paymentType": "NORMAL", "paymentKey": key, "orderId": payment.order, "amount": payment.amount}
        )
        return f"{payment.success_url}{'&' if '?' in payment.success_url else '?'}{query}"

    def overview(self, asked: Asked) -> Answer:
        """Every payment, the newest first; those that wait for a deposit can be paid here."""
        newest = sorted(self.book.payments.values(), key=lambda one: one.requested_at, reverse=True)[:LISTED_MAX]
        return page_answer(200, counter.bank(newest))

    def pay_in(self, asked: Asked, key: str) -> Answer:
        if asked.form.get("choice") == "expire":
            self.expire(key)
        elif self._payment(key).status == "EXPIRED":
            return page_answer(200, counter.turned_away())
        else:
            self.deposit(key)
        return redirect("/")

    def decide_refunds(self, asked: Asked, key: str) -> Answer:
        """Whether refunds of this payment are refused from now on."""
        self._payment(key).refuses_refunds = asked.form.get("choice") == "refuse"
        return redirect("/")

    def expire(self, key: str) -> None:
        """The last day of an account is over."""
        payment = self._payment(key)
        if payment.deposit and payment.status == "WAITING_FOR_DEPOSIT":
            payment.deposit.due = self.clock.now() - timedelta(seconds=1)
            self._let_time_pass()

    def deposit(self, key: str) -> None:
        """Somebody transferred the money to the account of a payment."""
        payment = self._payment(key)
        if payment.status != "WAITING_FOR_DEPOSIT":
            raise No(400, "INVALID_REQUEST")
        self.approve(payment)

    def approve(self, payment: Payment) -> None:
        payment.approved_at = self.clock.now()
        payment.transaction = secrets.token_hex(16).upper()
        self._become(payment, "DONE", payment.amount)

    def _become(self, payment: Payment, status: str, amount: int = 0) -> None:
        payment.status = status
        now = self.clock.now()
        if payment.approved_at and amount:
            entry = Entry(payment.transaction, payment.key, payment.order, payment.method, amount, status, now)
            self.book.entries.append(entry)
        created = (offset_time(now) or "")[:19]
        event = {"eventType": "PAYMENT_STATUS_CHANGED", "createdAt": f"{created}.000000", "data": shown(payment)}
        self._tell(event)
        if payment.deposit:
            told = {
                "secret": payment.secret,
                "status": status,
                "transactionKey": payment.transaction,
                "orderId": payment.order,
            }
            self._tell({"createdAt": f"{created}.000000", **told})

    def _tell(self, event: Mapping[str, object]) -> None:
        headers = {"tosspayments-webhook-transmission-id": ids.new().hex}
        self.webhooks.send(msgspec.json.encode(event), headers)

    def _payment(self, key: str) -> Payment:
        if key not in self.book.payments:
            raise No(404, "NOT_FOUND_PAYMENT", "존재하지 않는 결제 정보 입니다.")
        return self.book.payments[key]


def _object(asked: Asked) -> dict[str, object]:
    said = asked.json()
    if said is None:
        raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
    return said


def _refund_account(said: dict[str, object]) -> dict[str, str]:
    account = said.get("refundReceiveAccount")
    if not isinstance(account, dict) or not all(account.get(name) for name in ("bank", "accountNumber", "holderName")):
        raise No(400, "INVALID_REFUND_ACCOUNT_INFO", "환불 계좌번호와 예금주명이 일치하지 않습니다.")
    if not re.fullmatch(r"\d{1,20}", str(account["accountNumber"])):
        raise No(400, "INVALID_REFUND_ACCOUNT_NUMBER", "잘못된 환불 계좌번호입니다.")
    if not str(account["accountNumber"]).strip("0"):  # the twin's bank has no account of zeros alone
        raise No(400, "INVALID_REFUND_ACCOUNT_INFO", "환불 계좌번호와 예금주명이 일치하지 않습니다.")
    return {name: str(account[name]) for name in ("bank", "accountNumber", "holderName")}


# method, address, the word of faults for it (empty: a page of the twin), what does it
ROUTES: tuple[tuple[str, re.Pattern[str], str, Callable[..., Answer]], ...] = (
    ("POST", re.compile("/v1/payments"), "create", TossTwin.create),
    ("POST", re.compile("/v1/payments/confirm"), "confirm", TossTwin.confirm),
    ("POST", re.compile("/v1/billing/authorizations/issue"), "grant", toss_billing.issue),
    ("POST", re.compile("/v1/billing/([^/]+)"), "charge", toss_billing.charge),
    ("GET", re.compile("/billing"), "", toss_billing.window),
    ("POST", re.compile("/billing"), "", toss_billing.chosen),
    ("GET", re.compile("/v1/payments/orders/([^/]+)"), "find", TossTwin.look_up_order),
    ("GET", re.compile("/v1/payments/([^/]+)"), "find", TossTwin.look_up),
    ("POST", re.compile("/v1/payments/([^/]+)/cancel"), "cancel", TossTwin.cancel),
    ("GET", re.compile("/v1/settlements"), "settlements", toss_settlements.settlements),
    ("GET", re.compile("/v1/transactions"), "list", TossTwin.transactions),
    ("GET", re.compile("/v1/payments/([^/]+)/checkout"), "", TossTwin.checkout),
    ("POST", re.compile("/v1/payments/([^/]+)/checkout"), "", TossTwin.choose),
    ("POST", re.compile("/deposits/([^/]+)"), "", TossTwin.pay_in),
    ("POST", re.compile("/refunds/([^/]+)"), "", TossTwin.decide_refunds),
    ("GET", re.compile("/"), "", TossTwin.overview),
)
