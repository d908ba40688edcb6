"""A log entry by entry, in words that people read, as a page and as a table for spreadsheets."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_safe

from dure.foundations.vault import queries, rules
from dure.foundations.vault.pages.says import log_name
from dure.foundations.vault.types import (
    MINUTES,
    PARTS,
    WHOLE_DAY,
    KeyName,
    KeyNote,
    LogEntry,
    Moment,
    NotInLog,
    StatementUnfit,
)
from dure.kit import show
from dure.kit.ui import told

AT_A_TIME: Final = 50  # on a page
PIECE_ROWS: Final = 1_000  # of the table
BYTES_SHOWN: Final = 500  # of an entry; all of it is in the log and in the table
MARK: Final = "\ufeff"  # without it Excel takes Korean for another encoding
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def entries(request: HttpRequest, log: str, start: int | None = None) -> HttpResponse:
    """Fifty entries from a place on; the newest ones when none is said. Refuses NoSuchLog, NotInLog."""
    size = queries.head(log).checkpoint.size
    first = max(0, size - AT_A_TIME) if start is None else start
    if first and first >= size:
        raise NotInLog(what=f"entry {first}")
    shown = [
        (one.index, entry_words(one.body), raw(one)[:BYTES_SHOWN]) for one in queries.entries(log, first, AT_A_TIME)
    ]
    later = first + AT_A_TIME
    context = {
        "name": log,
        "title": log_name(log),
        "total": size,
        "shown": shown,
        "earlier": max(0, first - AT_A_TIME) if first else None,
        "later": later if later < size else None,
    }
    return render(request, "vault/entries.html", context)


@require_safe
def table(request: HttpRequest, log: str) -> StreamingHttpResponse:
    """All entries of a log: place, kind, what it says in the reader's language, and how it stands there. Refuses NoSuchLog."""
    size = queries.head(log).checkpoint.size
    answer = StreamingHttpResponse(_pieces(log, size, get_language() or "ko"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-log-{log}.csv"'
    return answer


def _pieces(log: str, size: int, language: str) -> Iterator[str]:
    """The table, piece by piece: a log of years fits into no memory."""
    with override(language):
        heading = (gettext("Entry"), gettext("Kind"), gettext("What it says"), gettext("How it stands in the log"))
    yield MARK + _lines([heading, ("entry", "kind", "words", "body")])
    for start in range(0, size, PIECE_ROWS):
        with override(language):  # the request's own is gone while the answer streams
            found = queries.entries(log, start, min(PIECE_ROWS, size - start))
            rows = [(one.index, _kind(one.body), entry_words(one.body), raw(one)) for one in found]
        yield _lines(rows)


def _lines(rows: "list[tuple[Any, ...]]") -> str:
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerows([_no_formula(cell) for cell in row] for row in rows)
    return "".join(lines)


def _no_formula(cell: object) -> str:
    """Text that no spreadsheet computes: houses tell what they like."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


class _Lines:
    """What csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, text: str) -> None:
        self._lines.append(text)


def raw(one: LogEntry) -> str:
    """An entry as it stands in the log, as text."""
    return one.body.decode("utf-8", "replace")


def entry_words(body: bytes) -> str:
    """What an entry says, in the reader's language; nothing for what no house has words for."""
    try:
        note = rules.read_statement(body)
    except StatementUnfit:
        found = _read(body)
        return _of_the_place(found) or told.said(found.get("kind"), found)
    if note.destroyed_on is not None:
        on = show.day(note.destroyed_on)
        text = gettext("The key of {time} was destroyed on {on}.").format(time=_time(note.name), on=on)
        return f"{text} ({note.name.purpose})"
    return _begun(body, note)


def _kind(body: bytes) -> str:
    return str(_read(body).get("kind", ""))


def _read(body: bytes) -> Mapping[str, Any]:
    """What an entry tells, when it is a statement; anybody may have written anything."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _begun(body: bytes, note: KeyNote) -> str:
    text = gettext("A key of {time} was made. From {end} on it opens nothing.")
    if rules.is_taken(body):
        text = gettext("A copy of another party's key of {time} was taken in. From {end} on it opens nothing.")
    return f"{text.format(time=_time(note.name), end=_moment(note.ends))} ({note.name.purpose})"


def _of_the_place(found: Mapping[str, Any]) -> str:
    """What a log tells of the place it is kept at: its clock, its folder."""
    try:
        if found.get("kind") == rules.TRUSTED:
            day = show.day(date.fromisoformat(found["day"]))
            return gettext("Somebody vouched for the clock: it is {day}.").format(day=day)
        if found.get("kind") == rules.RESUMED:
            size = show.count(int(found["size"]))
            return gettext("The log goes on from its first {size} entries, after its folder was lost.").format(
                size=size
            )
    except (ValueError, KeyError, TypeError, OverflowError):
        return ""
    return ""


def _time(name: KeyName) -> str:
    if name.part == WHOLE_DAY:
        return show.day(name.day)
    return _moment(Moment(name.day, name.part * (MINUTES // PARTS)), always=True)


def _moment(at: Moment, always: bool = False) -> str:
    clock = f" {at.minute // 60:02d}:{at.minute % 60:02d}" if at.minute or always else ""
    return f"{show.day(at.day)}{clock}"
