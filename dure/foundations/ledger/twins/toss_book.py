"""What the Toss Payments twin keeps, and how a payment looks in its answers (the Payment object of the v1 reference)."""

from datetime import datetime

import msgspec

from dure.kit.twins import json_answer

from .base import offset_time, vat

CARD, ACCOUNT = "카드", "가상계좌"
APPROVED = ("DONE", "PARTIAL_CANCELED", "CANCELED")


class No(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.answer = json_answer(status, {"code": code, "message": message or code})


class Cancel(msgspec.Struct):
    transaction: str
    reason: str
    amount: int
    tax_free: int
    left: int
    at: datetime
    account: dict[str, str] | None = None


class Deposit(msgspec.Struct):
    """An account of its own into which one payer transfers one sum."""

    number: str
    bank: str
    holder: str
    due: datetime
    expired: bool = False


class Payment(msgspec.Struct):
    key: str
    order: str
    name: str
    amount: int
    tax_free: int
    method: str
    success_url: str
    fail_url: str
    secret: str
    requested_at: datetime
    status: str = "READY"
    decided_at: datetime | None = None  # the payer has identified themself
    fails_with: str = ""  # what the bank will say when it is asked for the money
    approved_at: datetime | None = None
    transaction: str = ""
    cancels: list[Cancel] = []
    deposit: Deposit | None = None
    refuses_refunds: bool = False  # somebody at the twin's page wanted it so
    kind: str = "NORMAL"

    @property
    def balance(self) -> int:
        return self.amount - sum(cancel.amount for cancel in self.cancels)


class Remembered(msgspec.Struct):
    """The first answer to an idempotency key."""

    at: datetime
    status: int
    body: bytes


class Entry(msgspec.Struct):
    """A line of the list of transactions: an approval or a cancellation."""

    transaction: str
    key: str
    order: str
    method: str
    amount: int
    status: str
    at: datetime


class Card(msgspec.Struct):
    """A card somebody registered, and what the bank will say whenever it is charged."""

    customer: str
    fails_with: str = ""


class Book(msgspec.Struct):
    payments: dict[str, Payment] = {}
    remembered: dict[str, Remembered] = {}
    entries: list[Entry] = []
    auths: dict[str, Card] = {}
    cards: dict[str, Card] = {}  # by billing key


def shown(payment: Payment, origin: str = "") -> dict[str, object]:
    """The Payment object. Parts of it that say nothing of a gift (card, receipt) are left out or null."""
    left_tax_free = payment.tax_free - sum(cancel.tax_free for cancel in payment.cancels)
    tax = vat(payment.balance, left_tax_free)
    return {
        "mId": "twin",
        "version": "2022-11-16",
        "type": payment.kind,
        "paymentKey": payment.key,
        "orderId": payment.order,
        "orderName": payment.name,
        "currency": "KRW",
        "method": payment.method,
        "status": payment.status,
        "requestedAt": offset_time(payment.requested_at),
        "approvedAt": offset_time(payment.approved_at),
        "totalAmount": payment.amount,
        "balanceAmount": payment.balance,
        "suppliedAmount": payment.balance - left_tax_free - tax,
        "vat": tax,
        "taxFreeAmount": left_tax_free,
        "taxExemptionAmount": 0,
        "isPartialCancelable": True,
        "lastTransactionKey": payment.transaction or None,
        "secret": payment.secret,
        "card": None,
        "virtualAccount": _account(payment.deposit),
        "cancels": [_cancel(cancel) for cancel in payment.cancels] or None,
        "failure": {"code": payment.fails_with, "message": ""} if payment.status == "ABORTED" else None,
        "checkout": {"url": f"{origin}/v1/payments/{payment.key}/checkout"} if origin else None,
    }


def _account(deposit: Deposit | None) -> dict[str, object] | None:
    if deposit is None:
        return None
    return {
        "accountType": "일반",
        "accountNumber": deposit.number,
        "bankCode": deposit.bank,
        "customerName": deposit.holder,
        "dueDate": offset_time(deposit.due),
        "expired": deposit.expired,
        "settlementStatus": "INCOMPLETED",
        "refundStatus": "NONE",
        "refundReceiveAccount": None,
    }


def _cancel(cancel: Cancel) -> dict[str, object]:
    return {
        "transactionKey": cancel.transaction,
        "cancelReason": cancel.reason,
        "cancelAmount": cancel.amount,
        "taxFreeAmount": cancel.tax_free,
        "taxExemptionAmount": 0,
        "refundableAmount": cancel.left,
        "canceledAt": offset_time(cancel.at),
        "cancelStatus": "DONE",
        "cancelRequestId": None,
        "receiptKey": None,
    }
