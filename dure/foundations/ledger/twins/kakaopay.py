"""A twin of KakaoPay's online payment API (open-api.kakaopay.com/online/v1/payment): ready, approve, order, cancel.

Documented, and kept here: `SECRET_KEY` in the Authorization header; required fields and their lengths; `tid` from ready and
`pg_token` from the payer's way back, good once; the tax of a cancel when nothing is said; `cancel_available_amount` as a
condition of a cancel; statuses and the list of what was done (`payment_action_details` with `payload`); no webhooks for single
payments, no list of them; `-780` with `extras`. The other codes are those of the table for the provider's older address, as
programs written for it quote it. Not confirmed by a source: that a payment waits 15 minutes, and that a `cancel_available_amount`
which no longer holds refuses with -710 (the table has it for a sum beyond what can be cancelled).
"""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from dure.kit.twins import Answer, Asked, json_answer, page_answer, redirect

from .base import Setting, Twin, naive_time, vat
from .pages import choices, facts, page, section

WINDOW = timedelta(minutes=15)
TEXT_LENGTH_MAX, URL_LENGTH_MAX, PAYLOAD_LENGTH_MAX = 100, 255, 200
LISTED_MAX = 100
CHOICES = (
    ("approve", "결제하기 · Pay"),
    ("USER_LOCKED", "카드사 거절 · Card refused"),
    ("fail", "결제 실패 · Payment fails"),
    ("back", "결제하지 않고 돌아가기 · Turn back"),
)
TAKEN = ("SUCCESS_PAYMENT", "PART_CANCEL_PAYMENT", "CANCEL_PAYMENT")


class Deed(msgspec.Struct):
    """What was done with a payment: PAYMENT or CANCEL."""

    aid: str
    kind: str
    amount: int
    tax_free: int
    at: datetime
    payload: str = ""


class Payment(msgspec.Struct):
    tid: str
    cid: str
    order: str
    user: str
    name: str
    amount: int
    tax_free: int
    urls: dict[str, str]
    created_at: datetime
    status: str = "READY"
    token: str = ""
    fails_with: str = ""
    approved_at: datetime | None = None
    deeds: list[Deed] = []

    @property
    def cancelled(self) -> list[Deed]:
        return [deed for deed in self.deeds if deed.kind == "CANCEL"]

    @property
    def left(self) -> int:
        return self.amount - sum(deed.amount for deed in self.cancelled)

    @property
    def left_tax_free(self) -> int:
        return self.tax_free - sum(deed.tax_free for deed in self.cancelled)


class Book(msgspec.Struct):
    payments: dict[str, Payment] = {}


class No(Exception):
    def __init__(self, status: int, code: int, message: str, result: str = "") -> None:
        super().__init__(message)
        extras = {"extras": {"method_result_code": result, "method_result_message": result}} if result else {}
        self.answer = json_answer(status, {"error_code": code, "error_message": message, **extras})


class KakaoPayTwin(Twin[Book]):
    name = "kakaopay"

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting, Book())  # a single payment has no webhook

    def route(self, asked: Asked) -> str:
        return next(
            (word for method, where, word, _ in ROUTES if method == asked.method and where.fullmatch(asked.path)), ""
        )

    def error(self) -> Answer:
        return json_answer(500, {"error_code": -1, "error_message": "internal error"})

    def answer(self, asked: Asked) -> Answer:
        for method, where, word, act in ROUTES:
            if method == asked.method and (found := where.fullmatch(asked.path)):
                try:
                    if word:
                        self._authenticate(asked)
                    return self.kept(act(self, asked, *found.groups()))
                except No as no:
                    return no.answer
        return json_answer(404, {"error_code": -10, "error_message": "no such address"})

    def _authenticate(self, asked: Asked) -> None:
        kind, _, said = asked.headers.get("authorization", "").partition(" ")
        if kind not in ("SECRET_KEY", "DEV_SECRET_KEY") or not secrets.compare_digest(said, self.setting.secret):
            raise No(401, -401, "invalid secret key")
        if not asked.headers.get("content-type", "").startswith("application/json"):
            raise No(400, -2, "invalid parameter")

    # The API

    def ready(self, asked: Asked) -> Answer:
        said = _object(asked)
        texts = {name: said.get(name) for name in ("partner_order_id", "partner_user_id", "item_name")}
        urls = {name: said.get(name) for name in ("approval_url", "cancel_url", "fail_url")}
        amount, tax_free = said.get("total_amount"), said.get("tax_free_amount")
        fits = (
            all(isinstance(text, str) and 0 < len(text) <= TEXT_LENGTH_MAX for text in texts.values())
            and all(
                isinstance(url, str) and url.startswith("http") and len(url) <= URL_LENGTH_MAX for url in urls.values()
            )
            and type(said.get("quantity")) is int
            and isinstance(said.get("cid"), str)
            and len(str(said["cid"])) == 10
        )
        if not fits:
            raise No(400, -2, "invalid parameter")
        if type(amount) is not int or type(tax_free) is not int or not 0 <= tax_free <= amount or not amount:
            raise No(400, -722, "invalid amount")
        now = self.clock.now()
        payment = Payment(
            tid=f"T{secrets.token_hex(10)[:19]}",
            cid=str(said["cid"]),
            order=str(texts["partner_order_id"]),
            user=str(texts["partner_user_id"]),
            name=str(texts["item_name"]),
            amount=amount,
            tax_free=tax_free,
            urls={name: str(url) for name, url in urls.items()},
            created_at=now,
        )
        self.book.payments[payment.tid] = payment
        address = f"{asked.origin}/pay/{payment.tid}"
        names = ("next_redirect_app_url", "next_redirect_mobile_url", "next_redirect_pc_url")
        return json_answer(200, {"tid": payment.tid, "created_at": naive_time(now), **dict.fromkeys(names, address)})

    def approve(self, asked: Asked) -> Answer:
        said = _object(asked)
        payment = self._payment(said)
        if payment.status in TAKEN:
            raise No(400, -702, "payment is already done!")
        if payment.order != said.get("partner_order_id"):
            raise No(400, -706, "partner_order_id does not match")
        if payment.user != said.get("partner_user_id"):
            raise No(400, -707, "partner_user_id does not match")
        if payment.status != "AUTH_PASSWORD" or not payment.token or payment.token != said.get("pg_token"):
            raise No(400, -708, "invalid pg_token")
        if said.get("total_amount", payment.amount) != payment.amount:
            raise No(400, -704, "total_amount does not match")
        now = self.clock.now()
        if now > payment.created_at + WINDOW:
            payment.status = "FAIL_PAYMENT"
            raise No(400, -723, "payment is expired")
        payment.token = ""
        if payment.fails_with:
            payment.status = "FAIL_PAYMENT"
            raise No(400, -780, "approval failure!", payment.fails_with)
        payment.status, payment.approved_at = "SUCCESS_PAYMENT", now
        payment.deeds = [Deed(_aid(), "PAYMENT", payment.amount, payment.tax_free, now, str(said.get("payload", "")))]
        return json_answer(200, {"aid": payment.deeds[0].aid, **_shown(payment), "payment_method_type": "MONEY"})

    def order(self, asked: Asked) -> Answer:
        payment = self._payment(_object(asked))
        if payment.status not in (*TAKEN, "FAIL_PAYMENT") and self.clock.now() > payment.created_at + WINDOW:
            payment.status = "QUIT_PAYMENT"
        left = _sums(payment.left, payment.left_tax_free)
        gone = _sums(payment.amount - payment.left, payment.tax_free - payment.left_tax_free)
        deeds = [
            {
                "aid": deed.aid,
                "payment_action_type": deed.kind,
                "amount": deed.amount,
                "point_amount": 0,
                "discount_amount": 0,
                "approved_at": naive_time(deed.at),
                "payload": deed.payload,
            }
            for deed in payment.deeds
        ]
        sums = {"canceled_amount": gone, "cancel_available_amount": left, "payment_action_details": deeds}
        return json_answer(200, {**_shown(payment), "status": payment.status, **sums})

    def cancel(self, asked: Asked) -> Answer:
        said = _object(asked)
        payment = self._payment(said)
        amount, tax_free = said.get("cancel_amount"), said.get("cancel_tax_free_amount")
        payload = said.get("payload", "")
        if type(amount) is not int or type(tax_free) is not int or not isinstance(payload, str):
            raise No(400, -2, "invalid parameter")
        if amount <= 0 or not 0 <= tax_free <= amount or len(payload) > PAYLOAD_LENGTH_MAX:
            raise No(400, -2, "invalid parameter")
        if payment.status not in ("SUCCESS_PAYMENT", "PART_CANCEL_PAYMENT"):
            raise No(400, -784, "cancel failure: nothing to cancel")
        if said.get("cancel_available_amount", payment.left) != payment.left or amount > payment.left:
            raise No(400, -710, "cancel amount is not available")
        if tax_free > payment.left_tax_free:
            raise No(400, -722, "invalid amount")
        now = self.clock.now()
        deed = Deed(_aid(), "CANCEL", amount, tax_free, now, payload)
        payment.deeds = [*payment.deeds, deed]
        payment.status = "PART_CANCEL_PAYMENT" if payment.left else "CANCEL_PAYMENT"
        sums = {
            "approved_cancel_amount": _sums(amount, tax_free),
            "canceled_amount": _sums(payment.amount - payment.left, payment.tax_free - payment.left_tax_free),
            "cancel_available_amount": _sums(payment.left, payment.left_tax_free),
        }
        shown = {
            **_shown(payment),
            "status": payment.status,
            **sums,
            "canceled_at": naive_time(now),
            "payload": payload,
        }
        return json_answer(200, {"aid": deed.aid, **shown})

    # The payer's side

    def checkout(self, asked: Asked, tid: str) -> Answer:
        payment = self._payment({"tid": tid})
        parts = [facts([("무엇 · For", payment.name), ("금액 · Sum", f"{payment.amount:,}원")])]
        if payment.status == "READY":
            parts.append(choices(asked.path, CHOICES))
        else:
            parts.append(f"<p>이미 정해진 결제입니다. · This was decided: {payment.status}</p>")
        return page_answer(200, page("카카오페이 쌍둥이 · KakaoPay twin", parts))

    def choose(self, asked: Asked, tid: str) -> Answer:
        return redirect(self.decide(tid, asked.form.get("choice", "")))

    def decide(self, tid: str, choice: str = "approve") -> str:
        """The payer has chosen; answers where the browser goes next."""
        payment = self._payment({"tid": tid})
        if choice == "back":
            payment.status = "QUIT_PAYMENT" if payment.status == "READY" else payment.status
            return payment.urls["cancel_url"]
        if choice == "fail":
            payment.status = "FAIL_PAYMENT" if payment.status == "READY" else payment.status
            return payment.urls["fail_url"]
        if payment.status == "READY":
            payment.status, payment.token = "AUTH_PASSWORD", secrets.token_hex(10)
            payment.fails_with = "" if choice == "approve" else choice
        address = payment.urls["approval_url"]
        return f"{address}{'&' if '?' in address else '?'}pg_token={payment.token}"

    def overview(self, asked: Asked) -> Answer:
        newest = sorted(self.book.payments.values(), key=lambda one: one.created_at, reverse=True)[:LISTED_MAX]
        parts = [
            section(one.name, [facts([("금액 · Sum", f"{one.amount:,}원"), ("상태 · State", one.status)])])
            for one in newest
        ]
        return page_answer(
            200, page("카카오페이 쌍둥이 · KakaoPay twin", parts or ["<p>아직 결제가 없습니다. · No payments yet.</p>"])
        )

    def _payment(self, said: dict[str, object]) -> Payment:
        payment = self.book.payments.get(str(said.get("tid", "")))
        if payment is None or said.get("cid", payment.cid) != payment.cid:
            raise No(400, -721, "tid does not exist")
        return payment


def _object(asked: Asked) -> dict[str, object]:
    said = asked.json()
    if said is None:
        raise No(400, -2, "invalid parameter")
    return said


def _aid() -> str:
    return f"A{secrets.token_hex(10)[:19]}"


def _sums(total: int, tax_free: int) -> dict[str, int]:
    return {
        "total": total,
        "tax_free": tax_free,
        "vat": vat(total, tax_free),
        "point": 0,
        "discount": 0,
        "green_deposit": 0,
    }


def _shown(payment: Payment) -> dict[str, object]:
    return {
        "tid": payment.tid,
        "cid": payment.cid,
        "partner_order_id": payment.order,
        "partner_user_id": payment.user,
        "item_name": payment.name,
        "quantity": 1,
        "amount": _sums(payment.amount, payment.tax_free),
        "created_at": naive_time(payment.created_at),
        "approved_at": naive_time(payment.approved_at),
    }


# method, address, the word of faults for it (empty: a page of the twin), what does it
ROUTES: tuple[tuple[str, re.Pattern[str], str, Callable[..., Answer]], ...] = (
    ("POST", re.compile("/online/v1/payment/ready"), "create", KakaoPayTwin.ready),
    ("POST", re.compile("/online/v1/payment/approve"), "confirm", KakaoPayTwin.approve),
    ("POST", re.compile("/online/v1/payment/order"), "find", KakaoPayTwin.order),
    ("POST", re.compile("/online/v1/payment/cancel"), "cancel", KakaoPayTwin.cancel),
    ("GET", re.compile("/pay/([^/]+)"), "", KakaoPayTwin.checkout),
    ("POST", re.compile("/pay/([^/]+)"), "", KakaoPayTwin.choose),
    ("GET", re.compile("/"), "", KakaoPayTwin.overview),
)
