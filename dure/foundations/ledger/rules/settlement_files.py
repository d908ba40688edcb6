"""A provider's settlement from a file that somebody downloaded: read whole, or refused with line and column. Pure.

KakaoPay offers no public interface for settlements: its partners download them. What columns its file has no public source says,
so the columns are ours, by these names or their Korean ones; whoever downloads a file names them so. UTF-8 with or without a
mark, or CP949. Sums are whole won: with or without thousands' commas, never with a fraction.
"""

import csv
import io
import re
from typing import Final

from dure.foundations.ledger.types.settling import LineKind, SettlementFileWrong, SettlementLine

BYTES_MAX: Final = 20_000_000
LINES_MAX: Final = 100_000
COLUMNS: Final = {
    "order": "주문번호",
    "payment_key": "결제번호",
    "kind": "구분",
    "amount": "금액",
    "fee": "수수료",
    "vat": "부가세",
    "cancel_id": "취소번호",
}
OPTIONAL: Final = {"cancel_id"}
KINDS: Final = {
    "capture": LineKind.CAPTURE,
    "승인": LineKind.CAPTURE,
    "결제": LineKind.CAPTURE,
    "cancel": LineKind.CANCEL,
    "취소": LineKind.CANCEL,
}
WON: Final = re.compile(r"-?\d{1,3}(,\d{3})*|-?\d{1,15}")
TEXT_LENGTH_MAX: Final = {"order": 64, "payment_key": 200, "cancel_id": 64}


def lines_of(content: bytes) -> tuple[SettlementLine, ...]:
    """The lines of a file. Raises SettlementFileWrong with the first thing that is wrong; the header is line 1."""
    if len(content) > BYTES_MAX:
        raise SettlementFileWrong(line=0, column="", reason="too_large")
    rows = list(csv.reader(io.StringIO(_text(content), newline="")))
    if not rows:
        raise SettlementFileWrong(line=1, column="", reason="missing")
    place = _places([cell.strip() for cell in rows[0]])
    found = [_line(number, row, place) for number, row in enumerate(rows[1:], start=2) if any(map(str.strip, row))]
    if not 0 < len(found) <= LINES_MAX:
        raise SettlementFileWrong(line=len(rows), column="", reason="too_many" if found else "missing")
    return tuple(found)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SettlementFileWrong(line=0, column="", reason="malformed")


def _places(header: list[str]) -> dict[str, int]:
    place = {}
    for name, korean in COLUMNS.items():
        at = [number for number, cell in enumerate(header) if cell in (name, korean)]
        if len(at) > 1 or (not at and name not in OPTIONAL):
            raise SettlementFileWrong(line=1, column=korean, reason="taken" if at else "missing")
        if at:
            place[name] = at[0]
    return place


def _line(number: int, row: list[str], place: dict[str, int]) -> SettlementLine:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in place.items()}

    def wrong(name: str, reason: str) -> SettlementFileWrong:
        return SettlementFileWrong(line=number, column=COLUMNS[name], reason=reason)

    for name, most in TEXT_LENGTH_MAX.items():
        said = cells.get(name, "")
        if len(said) > most or (not said and name not in OPTIONAL):
            raise wrong(name, "too_long" if said else "missing")
    kind = KINDS.get(cells["kind"])
    if kind is None:
        raise wrong("kind", "unknown")
    won = {}
    for name in ("amount", "fee", "vat"):
        if not WON.fullmatch(cells[name]) or not cells[name].isascii():
            raise wrong(name, "not_a_number")
        won[name] = int(cells[name].replace(",", ""))
    return SettlementLine(
        order=cells["order"],
        payment_key=cells["payment_key"],
        kind=kind,
        amount=abs(won["amount"]),  # a cancellation may be written below zero
        fee=won["fee"],
        vat=won["vat"],
        cancel_id=cells.get("cancel_id", ""),
    )
