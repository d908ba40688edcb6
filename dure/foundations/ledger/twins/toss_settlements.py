"""The settlements of the Toss Payments twin: each approval and cancellation is paid out some days later, less a fee and its VAT.

Documented, and kept here: startDate and endDate as days, dateType soldDate (as it is when left out) or paidOutDate, page from 1
and size up to 5,000; amounts of cancellations below zero with what they give back of the fee. The rate and the days between
are those of a contract: here 3.4 % and two.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dure.base import clock
from dure.kit.twins import Answer, Asked, json_answer

from .base import offset_time
from .toss_book import Entry, No, Payment

if TYPE_CHECKING:
    from .toss import TossTwin

RATE, WHOLE = 340, 10_000
PAID_AFTER = timedelta(days=2)
SIZE_MAX = 5_000


def settlements(twin: "TossTwin", asked: Asked) -> Answer:
    """What is settled in a stretch of days, the earliest first."""
    said = asked.query
    try:
        since, until = date.fromisoformat(said.get("startDate", "")), date.fromisoformat(said.get("endDate", ""))
        page, size = int(said.get("page", "1")), int(said.get("size", "100"))
    except ValueError:
        raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.") from None
    kind = said.get("dateType", "soldDate")
    if kind not in ("soldDate", "paidOutDate") or page < 1 or not 1 <= size <= SIZE_MAX or until < since:
        raise No(400, "INVALID_REQUEST", "잘못된 요청입니다.")
    after = PAID_AFTER if kind == "paidOutDate" else timedelta(0)
    found = [entry for entry in twin.book.entries if since <= clock.local(entry.at).date() + after <= until]
    shown = found[(page - 1) * size : page * size]
    return json_answer(200, [_shown(twin.book.payments[entry.key], entry) for entry in shown])


def _shown(payment: Payment, entry: Entry) -> dict[str, object]:
    sign = 1 if entry.amount > 0 else -1
    supply = sign * (abs(entry.amount) * RATE // WHOLE)
    tax = sign * (abs(supply) * 10 // 100)
    cancel = next((one for one in payment.cancels if one.transaction == entry.transaction), None)
    sold = clock.local(entry.at).date()
    return {
        "mId": "twin",
        "paymentKey": entry.key,
        "transactionKey": entry.transaction,
        "orderId": entry.order,
        "currency": "KRW",
        "method": entry.method,
        "amount": entry.amount,
        "interestFee": 0,
        "fees": [{"type": "BASE", "fee": supply + tax}],
        "supplyAmount": supply,
        "vat": tax,
        "payOutAmount": entry.amount - supply - tax,
        "approvedAt": offset_time(payment.approved_at),
        "soldDate": sold.isoformat(),
        "paidOutDate": (sold + PAID_AFTER).isoformat(),
        "cancel": {"cancelReason": cancel.reason, "cancelAmount": cancel.amount} if cancel else None,
    }
