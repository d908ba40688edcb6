"""Toss Payments, settlements (docs.tosspayments.com/guides/apis/settlements): what was paid out on a day, payment by payment.

`GET /v1/settlements` by `dateType=paidOutDate` answers one object for each payment and each cancellation, with the sum, what is
paid out of it, the fee without VAT (`supplyAmount`) and the VAT on it; a cancellation has sums below zero. What is not paid out
and is no VAT is the fee, so that interest which a shop bears for instalments is in it. The provider gives a payout no number: it
goes by shop, day and way to pay.

No source confirmed: that a page beyond the last is an empty list.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dure.foundations.ledger.types.settling import LineKind, SettlementLine, SettlementStatement

from .line import Line, unknown

PAGE = 1_000
PAGES_MAX = 100
OK = 200


def settled(line: Line, name: str, on: date, *, by_account: str, account: bool) -> tuple[SettlementStatement, ...]:
    """A statement for each shop; of transfers to an account, or of all other ways. Raises ProviderSilent."""
    lines: dict[str, list[SettlementLine]] = {}
    nets: dict[str, int] = {}
    for entry in _entries(line, name, on):
        try:
            if (entry["method"] == by_account) != account:
                continue
            shop, one = str(entry["mId"]), _line(entry)
            net = int(entry["payOutAmount"])
        except (KeyError, TypeError, ValueError) as error:
            raise unknown(name, OK, type(error).__name__) from None
        lines.setdefault(shop, []).append(one)
        nets[shop] = nets.get(shop, 0) + net
    return tuple(
        SettlementStatement(name, f"{shop} {on.isoformat()}", on, tuple(found), nets[shop])
        for shop, found in sorted(lines.items())
    )


def _entries(line: Line, name: str, on: date) -> Iterator[dict[str, Any]]:
    day = on.isoformat()
    for page in range(1, PAGES_MAX + 1):
        asked = {"dateType": "paidOutDate", "startDate": day, "endDate": day, "page": str(page), "size": str(PAGE)}
        status, said = line.get("/v1/settlements", asked)
        if status != OK or not isinstance(said, list):
            raise unknown(name, status, said.get("code", "") if isinstance(said, dict) else "")
        yield from said
        if len(said) < PAGE:
            return
    raise unknown(name, OK, "too many pages")


def _line(entry: dict[str, Any]) -> SettlementLine:
    amount, net, vat = (_won(entry[name]) for name in ("amount", "payOutAmount", "vat"))
    cancel = entry.get("cancel") or {}
    ours = str(cancel.get("cancelReason", "")).rpartition("#")[2]
    return SettlementLine(
        order=str(entry["orderId"]),
        payment_key=str(entry["paymentKey"]),
        kind=LineKind.CAPTURE if amount > 0 else LineKind.CANCEL,
        amount=abs(amount),
        fee=amount - net - vat,
        vat=vat,
        cancel_id="" if amount > 0 else (ours or str(entry["transactionKey"]))[:64],
    )


def _won(said: object) -> int:
    """Whole won. A fraction, or a number in words, is no answer that can be booked."""
    if type(said) is not int:
        raise ValueError("no whole won")
    return said
