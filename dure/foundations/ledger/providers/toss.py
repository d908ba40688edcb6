"""Toss Payments, core API v1 (docs.tosspayments.com/reference).

The payment is created by the server and the payer sent to its page, so that no script of anybody else runs in ours;
money is taken by `confirm` after the payer came back. What came by transfer to a virtual account is taken when the
deposit is made.

Cancels are safe to repeat in three ways. The reason carries our id, so that a look tells whether it happened;
`refundableAmount` makes it conditional on the balance that look found, so that of two tries at most one acts; and
every try has an idempotency key of its own, because a key replays errors too, for 15 days, also that of the second
between two cancels.

No source confirmed: that `taxFreeAmount` can be said when a payment is created; which payment an order answers with
when it has several.
"""

import base64
import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from dure.base import clock, ids
from dure.foundations.ledger.types.checkouts import DepositAccount, RefundAccountNeeded
from dure.foundations.ledger.types.payments import (
    DeclineCode,
    OrderId,
    ProviderRefused,
    ProviderSilent,
    WebhookForged,
)
from dure.foundations.ledger.types.providers import (
    NotReturned,
    Order,
    ProviderAnswer,
    ProviderCancel,
    ProviderState,
    Returned,
)
from dure.foundations.ledger.types.settling import SettlementStatement

from . import checkouts, toss_settlements
from .line import SOON_SECONDS, Line, unknown
from .returns import came_back

BASE = "https://api.tosspayments.com"
WINDOW_SECONDS = 40 * 60  # 30 minutes to identify oneself, then 10 to confirm
CARD, ACCOUNT = "카드", "가상계좌"
REASON_LENGTH_MAX = 150  # of 200: the rest is our id
LISTED_AT_ONCE = 100
ACCOUNT_WAIT_SECONDS = 600
OK = 200
ORDER = re.compile(r"[A-Za-z0-9_=-]{6,64}")  # what an order's number may be, as documented

STATES = {
    "READY": ProviderState.WAITING,
    "IN_PROGRESS": ProviderState.AUTHORISED,  # theirs: the payer has agreed, nobody has confirmed
    "WAITING_FOR_DEPOSIT": ProviderState.DEPOSIT,
    "DONE": ProviderState.CAPTURED,
    "PARTIAL_CANCELED": ProviderState.PARTIALLY_CANCELLED,
    "CANCELED": ProviderState.CANCELLED,
    "ABORTED": ProviderState.DECLINED,
    "EXPIRED": ProviderState.EXPIRED,
}
DECLINES = {
    **dict.fromkeys(
        (
            "REJECT_CARD_COMPANY",
            "INVALID_REJECT_CARD",
            "INVALID_STOPPED_CARD",
            "INVALID_CARD_EXPIRATION",
            "INVALID_CARD_LOST_OR_STOLEN",
            "INVALID_CARD_NUMBER",
            "INVALID_PASSWORD",
            "EXCEED_MAX_AUTH_COUNT",
        ),
        DeclineCode.CARD_REFUSED,
    ),
    **dict.fromkeys(
        (
            "EXCEED_MAX_AMOUNT",
            "EXCEED_MAX_PAYMENT_AMOUNT",
            "EXCEED_MAX_ONE_DAY_AMOUNT",
            "EXCEED_MAX_DAILY_PAYMENT_COUNT",
        ),
        DeclineCode.LIMIT_EXCEEDED,
    ),
    **dict.fromkeys(("REJECT_ACCOUNT_PAYMENT", "REJECT_CARD_PAYMENT"), DeclineCode.NOT_ENOUGH_FUNDS),
    "PAY_PROCESS_CANCELED": DeclineCode.PAYER_CANCELLED,
    "PAY_PROCESS_ABORTED": DeclineCode.OTHER,
    "BELOW_MINIMUM_AMOUNT": DeclineCode.OTHER,
}
LOOK = {"ALREADY_PROCESSED_PAYMENT", "ALREADY_COMPLETED_PAYMENT", "NOT_FOUND_PAYMENT_SESSION"}  # done before, or over
NEVER = {"NOT_FOUND_PAYMENT", "DUPLICATED_ORDER_ID", "INVALID_REQUEST", "FORBIDDEN_REQUEST"}
WILL_NOT_CANCEL = {
    "NOT_CANCELABLE_PAYMENT",
    "NOT_CANCELABLE_AMOUNT",
    "NOT_CANCELABLE_PAYMENT_FOR_DORMANT_USER",
    "NOT_ALLOWED_PARTIAL_REFUND",
    "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
    "EXCEED_MAX_REFUND_DUE",
    "EXCEED_CANCEL_LIMIT",
    "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
    "FORBIDDEN_BANK_REFUND_REQUEST",
    "REFUND_REJECTED",
    "NOT_FOUND_PAYMENT",
}
WRONG_ACCOUNT = {"INVALID_REFUND_ACCOUNT_INFO", "INVALID_REFUND_ACCOUNT_NUMBER", "INVALID_BANK"}
SOON = {"NOT_MATCHES_REFUNDABLE_AMOUNT", "FORBIDDEN_CONSECUTIVE_REQUEST", "IDEMPOTENT_REQUEST_PROCESSING"}


class Toss:
    """A `types.providers.Provider`, for cards and wallets, or (`method`) for transfers to an account of one's own."""

    window_seconds = WINDOW_SECONDS

    def __init__(self, secret: str, origin: str, base: str = BASE, method: str = CARD) -> None:
        self.name = "toss" if method == CARD else "toss-account"
        self._method, self._origin = method, origin
        token = base64.b64encode(f"{secret}:".encode()).decode()
        self._line = Line(self.name, base or BASE, {"Authorization": f"Basic {token}"})

    def checkout(self, order: Order) -> str:
        if before := checkouts.address(order.id):
            return before
        back = f"{self._origin}{order.return_to}"
        ask = {
            "method": self._method,
            "amount": order.amount,
            "taxFreeAmount": order.tax_free,
            "orderId": order.id,
            "orderName": order.title,
            "successUrl": back,
            "failUrl": f"{back}?orderId={order.id}",  # who turns back comes without the order's number
        }
        status, said = self._line.post("/v1/payments", ask, _once())
        if status != OK:
            if _code(said) in DECLINES:
                raise ProviderRefused(reason=_code(said))
            raise unknown(self.name, status, _code(said))
        where, key = (said.get("checkout") or {}).get("url", ""), said.get("paymentKey", "")
        if not where or not key:
            raise unknown(self.name, status, "no checkout")
        return checkouts.begin(order.id, self.name, key, where)

    def returned(self, order: OrderId, amount: int, query: Mapping[str, str]) -> Returned | NotReturned:
        return came_back(order, query, DECLINES)

    def confirm(self, payment_key: str, order: OrderId, amount: int) -> ProviderAnswer:
        ask = {"paymentKey": payment_key, "orderId": order, "amount": amount}
        status, said = self._line.post("/v1/payments/confirm", ask, _once())
        if status == OK:
            return self._answer(said)
        code = _code(said)
        if code in DECLINES:
            return declined(payment_key, order, amount, DECLINES[code])
        if code in LOOK:
            found = self._look(payment_key)
            if found.order == order and found.state not in (ProviderState.WAITING, ProviderState.AUTHORISED):
                return found
        if code in LOOK | NEVER:
            raise ProviderRefused(reason=code)
        raise unknown(self.name, status, code)

    def cancel(self, payment_key: str, cancel_id: str, amount: int, reason: str) -> ProviderAnswer:
        now = self._look(payment_key)
        if any(cancel.id == cancel_id for cancel in now.cancels):
            return now
        if amount > now.balance:
            raise ProviderRefused(reason="NOT_CANCELABLE_AMOUNT")
        ask: dict[str, object] = {
            "cancelReason": f"{reason[:REASON_LENGTH_MAX]} #{cancel_id}",
            "cancelAmount": amount,
            "taxFreeAmount": min(amount, now.tax_free),
            "refundableAmount": now.balance,
        }
        if self._method == ACCOUNT:
            ask["refundReceiveAccount"] = _refund_account(now.order)
        status, said = self._line.post(f"/v1/payments/{quote(payment_key, safe='')}/cancel", ask, _once())
        if status == OK:
            return self._answer(said)
        code = _code(said)
        if code in WRONG_ACCOUNT:
            checkouts.keep(now.order, refund=None)
            raise RefundAccountNeeded(retry_seconds=ACCOUNT_WAIT_SECONDS)
        if code in WILL_NOT_CANCEL:
            raise ProviderRefused(reason=code)
        if code in SOON:  # somebody else cancelled just now: look again before trying again
            raise ProviderSilent(retry_seconds=SOON_SECONDS)
        raise unknown(self.name, status, code)

    def find(self, order: OrderId) -> tuple[ProviderAnswer, ...]:
        status, said = self._line.get(f"/v1/payments/orders/{quote(order, safe='')}")
        if status == OK:
            return (self._answer(said),)
        if _code(said) in ("NOT_FOUND_PAYMENT", "NOT_FOUND"):
            return ()
        raise unknown(self.name, status, _code(said))

    def listed(self, since: datetime, until: datetime) -> Iterator[ProviderAnswer]:
        """By the list of transactions, whose times are Seoul's; each approval is then looked at by itself."""
        span = {"startDate": _local(since), "endDate": _local(until), "limit": str(LISTED_AT_ONCE)}
        after: dict[str, str] = {}
        while True:
            status, said = self._line.get("/v1/transactions", span | after)
            if status != OK or not isinstance(said, list):
                raise unknown(self.name, status, _code(said))
            for entry in said:
                if entry.get("amount", 0) > 0 and (entry.get("method") == ACCOUNT) == (self._method == ACCOUNT):
                    answer = self._listed(entry)
                    if answer.taken and since <= answer.at < until:
                        yield answer
            if len(said) < LISTED_AT_ONCE:
                return
            after = {"startingAfter": said[-1]["transactionKey"]}

    def _listed(self, entry: dict[str, Any]) -> ProviderAnswer:
        """A payment of the list, looked at. One that is nowhere else says nothing about our books: as good as no list."""
        try:
            return self._look(entry["paymentKey"])
        except (KeyError, ProviderRefused) as error:
            raise unknown(self.name, OK, type(error).__name__) from None

    def settled(self, on: date) -> tuple[SettlementStatement, ...]:
        """What is paid out on a day; a `types.settling.Settles`."""
        account = self._method == ACCOUNT
        return toss_settlements.settled(self._line, self.name, on, by_account=ACCOUNT, account=account)

    def read_webhook(self, body: bytes, headers: Mapping[str, str]) -> OrderId:
        """Payments carry a `secret` that only the provider and we know; before we know it, a webhook is a hint like any other."""
        try:
            said = msgspec.json.decode(body, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):  # nested by the thousand: nothing that a provider sends
            raise WebhookForged() from None
        inner = said.get("data", said)  # DEPOSIT_CALLBACK has no envelope
        order, secret = (inner.get("orderId"), inner.get("secret")) if isinstance(inner, dict) else (None, None)
        if not isinstance(order, str) or not ORDER.fullmatch(order):
            raise WebhookForged()
        known = checkouts.kept(order).secret
        if known and not hmac.compare_digest(known.encode(), str(secret or "").encode()):
            raise WebhookForged()
        return OrderId(order)

    def _look(self, payment_key: str) -> ProviderAnswer:
        status, said = self._line.get(f"/v1/payments/{quote(payment_key, safe='')}")
        if status == OK:
            return self._answer(said)
        if _code(said) in ("NOT_FOUND_PAYMENT", "NOT_FOUND"):
            raise ProviderRefused(reason="NOT_FOUND_PAYMENT")
        raise unknown(self.name, status, _code(said))

    def _answer(self, said: Any) -> ProviderAnswer:
        """The Payment object as everybody here knows payments. Raises ProviderSilent when it cannot be read."""
        try:
            answer = _read(said)
        except (KeyError, TypeError, ValueError) as error:
            raise unknown(self.name, OK, type(error).__name__) from None
        checkouts.keep(answer.order, **_to_keep(said, answer))
        return answer


def _read(said: dict[str, Any]) -> ProviderAnswer:
    state, approved = STATES[said["status"]], said.get("approvedAt")
    account = said.get("virtualAccount")
    expired = bool(account and account.get("expired"))
    if (state is ProviderState.CANCELLED and not approved) or (state is ProviderState.DEPOSIT and expired):
        state = ProviderState.EXPIRED  # an account nobody paid into was given up: nothing was ever taken
    failure = (said.get("failure") or {}).get("code", "")
    return ProviderAnswer(
        order=OrderId(said["orderId"]),
        payment_key=said["paymentKey"],
        state=state,
        amount=said["totalAmount"],
        tax_free=said.get("taxFreeAmount") or 0,
        at=datetime.fromisoformat(approved or said["requestedAt"]),
        declined=DECLINES.get(failure, DeclineCode.OTHER) if state is ProviderState.DECLINED else None,
        cancels=tuple(
            ProviderCancel(
                cancel["cancelReason"].rpartition("#")[2],
                cancel["cancelAmount"],
                datetime.fromisoformat(cancel["canceledAt"]),
            )
            for cancel in said.get("cancels") or ()
        ),
        due=_due(account) if state is ProviderState.DEPOSIT else None,
    )


def _to_keep(said: dict[str, Any], answer: ProviderAnswer) -> dict[str, object]:
    found: dict[str, object] = {"secret": str(said["secret"])} if said.get("secret") else {}
    account = said.get("virtualAccount")
    if account:
        found["deposit"] = DepositAccount(
            bank=str(account.get("bankCode", "")),
            number=str(account.get("accountNumber", "")),
            holder=str(account.get("customerName", "")),
            due=_due(account) or answer.at,
        )
    return found


def _due(account: dict[str, Any] | None) -> datetime | None:
    """The last moment for a deposit; written with or without the zone, which is Seoul's."""
    if not account or not account.get("dueDate"):
        return None
    due = datetime.fromisoformat(account["dueDate"])
    return due if due.tzinfo else due.replace(tzinfo=clock.SEOUL)


def declined(payment_key: str, order: OrderId, amount: int, code: DeclineCode) -> ProviderAnswer:
    return ProviderAnswer(
        order=order,
        payment_key=payment_key,
        state=ProviderState.DECLINED,
        amount=amount,
        tax_free=amount,
        at=clock.now(),
        declined=code,
    )


def _refund_account(order: OrderId) -> dict[str, str]:
    account = checkouts.kept(order).refund
    if account is None:
        raise RefundAccountNeeded(retry_seconds=ACCOUNT_WAIT_SECONDS)
    return {"bank": account.bank, "accountNumber": account.number, "holderName": account.holder}


def _once() -> dict[str, str]:
    return {"Idempotency-Key": ids.new().hex}


def _code(said: Any) -> str:
    return str(said.get("code", "")) if isinstance(said, dict) else ""


def _local(at: datetime) -> str:
    return clock.local(at).replace(tzinfo=None).isoformat(timespec="seconds")
