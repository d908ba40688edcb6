"""The open ledger of a box as a table for any spreadsheet: every transfer, no names, no ids of people."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.foundations.ledger.types import GIFT, MATCH, PAYOUT, REFUND, REVERSAL, SPEND
from dure.services.giving import queries
from dure.services.giving.types import LedgerRow

from .common import cause_of

COLUMNS: Mapping[str, Promise] = {
    "seq": gettext_lazy("Place in the log"),
    "transfer": gettext_lazy("Id of the transfer"),
    "at": gettext_lazy("Time in Seoul"),
    "kind": gettext_lazy("Kind (code)"),
    "kind_said": gettext_lazy("Kind"),
    "from": gettext_lazy("From (code)"),
    "from_said": gettext_lazy("From"),
    "to": gettext_lazy("To (code)"),
    "to_said": gettext_lazy("To"),
    "amount_won": gettext_lazy("Amount in won"),
}
KINDS: Mapping[str, Promise] = {
    GIFT: gettext_lazy("Gift"),
    MATCH: gettext_lazy("Matching"),
    "pooled": gettext_lazy("Sum of many people"),
    PAYOUT: gettext_lazy("Payout"),
    SPEND: gettext_lazy("Spending"),
    REFUND: gettext_lazy("Refund"),
    REVERSAL: gettext_lazy("Reversal"),
}
PLACES: Mapping[str, Promise] = {
    "box": gettext_lazy("Gifts of the box"),
    "matched": gettext_lazy("Matching of the box"),
    "project": gettext_lazy("Partner's project"),
    "spent": gettext_lazy("Spent"),
    "outside": gettext_lazy("Outside the box"),
}
PIECE_ROWS = 500
MARK = "\ufeff"  # without it Excel takes Korean for another encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def ledger_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """The first line says the columns in words, the second is their lasting names; then a transfer a line."""
    found = cause_of(request, code)
    rows = queries.ledger_rows(found.card.id)
    answer = StreamingHttpResponse(_pieces(rows, get_language() or "ko"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-{found.card.code}-ledger.csv"'
    return answer


def _pieces(rows: Iterable[LedgerRow], language: str) -> Iterator[str]:
    """The file, piece by piece: a box of the whole nation fits into no memory."""
    with override(language):  # the request's own is gone while the answer streams
        kinds, places = _said(KINDS), _said(PLACES)
        lines: list[str] = [MARK]
        table = csv.writer(_Lines(lines))
        table.writerow(str(one) for one in COLUMNS.values())
        table.writerow(COLUMNS)
    for row in rows:
        table.writerow(_cells(row, kinds, places))
        if len(lines) > PIECE_ROWS:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def _said(words: Mapping[str, Promise]) -> Mapping[str, str]:
    return {code: str(word) for code, word in words.items()}


def _cells(row: LedgerRow, kinds: Mapping[str, str], places: Mapping[str, str]) -> Sequence[object]:
    return (
        row.seq,
        row.transfer,
        clock.local(row.at).isoformat(),
        _no_formula(row.kind),
        _no_formula(kinds.get(row.kind, row.kind)),
        row.source,
        places[row.source],
        row.target,
        places[row.target],
        row.amount,
    )


def _no_formula(text: str) -> str:
    """Text that no spreadsheet computes: a house may name kinds of its own."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Lines:
    """What csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, text: str) -> None:
        self._lines.append(text)
