"""What people see at the Toss Payments twin: a payer's page, and a bank at which deposits are made."""

from collections.abc import Iterable

from dure.base import clock

from .pages import choices, facts, page, section, way, words
from .toss_book import ACCOUNT, Payment

TITLE = "토스페이먼츠 쌍둥이 · Toss Payments twin"
BANK = "우리은행 · Woori Bank"
CARD_CHOICES = (
    ("approve", "결제하기 · Pay"),
    ("REJECT_CARD_COMPANY", "카드사 거절 · Card refused"),
    ("EXCEED_MAX_AMOUNT", "한도 초과 · Over the limit"),
    ("REJECT_ACCOUNT_PAYMENT", "잔액 부족 · Not enough money"),
    ("back", "결제하지 않고 돌아가기 · Turn back"),
)
ACCOUNT_CHOICES = (("approve", "입금 계좌 받기 · Get an account"), CARD_CHOICES[-1])
DEPOSIT_CHOICES = (
    ("deposit", "입금하기 · Transfer the money"),
    ("expire", "기한이 지나게 하기 · Let the last day pass"),
)
REFUSE_CHOICES = (("refuse", "환불을 거절하게 하기 · Let refunds be refused"),)
ALLOW_CHOICES = (("allow", "다시 환불하게 하기 · Let refunds go through again"),)
LATE_CHOICES = (("deposit", "늦게 입금하기 · Transfer too late"),)
STATES = {
    "READY": "결제 전 · Not paid",
    "IN_PROGRESS": "승인 전 · Not confirmed",
    "WAITING_FOR_DEPOSIT": "입금 기다림 · Waits for a transfer",
    "DONE": "결제됨 · Paid",
    "PARTIAL_CANCELED": "일부 환불 · Partly refunded",
    "CANCELED": "환불됨 · Refunded",
    "ABORTED": "거절됨 · Declined",
    "EXPIRED": "기한 지남 · Expired",
}


def checkout(payment: Payment, path: str) -> str:
    """The page at which the payer decides."""
    parts = [
        facts([("무엇 · For", payment.name), ("금액 · Sum", f"{payment.amount:,}원"), ("방법 · By", payment.method)])
    ]
    if payment.status == "READY":
        parts.append(choices(path, ACCOUNT_CHOICES if payment.method == ACCOUNT else CARD_CHOICES))
    else:
        parts.append(words(f"이미 정해진 결제입니다. · This was decided: {STATES[payment.status]}"))
    return page(TITLE, parts)


def bank(payments: Iterable[Payment]) -> str:
    """The payments given, and where a transfer is awaited, the bank to make it at."""
    return page(TITLE, [_one(payment) for payment in payments] or [words("아직 결제가 없습니다. · No payments yet.")])


def turned_away() -> str:
    """A bank takes nothing for an account whose last day is over: the money stays where it is."""
    said = "은행이 받지 않았습니다. 기한이 지난 계좌입니다. · The bank did not take it: this account has expired."
    return page(TITLE, [words(said), way("/", "돌아가기 · Back")])


def _one(payment: Payment) -> str:
    rows = [("금액 · Sum", f"{payment.amount:,}원"), ("상태 · State", STATES[payment.status])]
    if payment.cancels:
        rows.append(("환불 · Refunded", f"{payment.amount - payment.balance:,}원"))
    rows += [
        ("환불 계좌 · To the account", f"{cancel.account['bank']} {cancel.account['accountNumber']}")
        for cancel in payment.cancels
        if cancel.account
    ]
    if deposit := payment.deposit:
        rows.append(("은행 · Bank", BANK))
        rows.append(("계좌 · Account", deposit.number))
        rows.append(("기한 · Until", f"{clock.local(deposit.due):%Y-%m-%d %H:%M}"))
    parts = [facts(rows)]
    if payment.status == "WAITING_FOR_DEPOSIT":
        parts.append(choices(f"/deposits/{payment.key}", DEPOSIT_CHOICES))
    elif payment.status == "EXPIRED" and payment.deposit:
        parts.append(choices(f"/deposits/{payment.key}", LATE_CHOICES))
    elif payment.status in ("DONE", "PARTIAL_CANCELED"):
        offered = ALLOW_CHOICES if payment.refuses_refunds else REFUSE_CHOICES
        parts.append(choices(f"/refunds/{payment.key}", offered, most=False))
    elif payment.status == "READY":
        parts.append(way(f"/v1/payments/{payment.key}/checkout", "결제 화면으로 · To its page"))
    return section(payment.name, parts)
