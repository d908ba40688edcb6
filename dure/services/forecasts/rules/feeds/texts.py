"""The authority's texts: lines of values with commas, comments after #, perhaps between #START7777 and #7777END.

Only the header row or the start mark proves that a list without rows is meant so. A text that has the start mark and rows
but no end was cut, and without the marks one whose last line does not end. (A text cut between its header and its first row
looks like an empty one: whoever fetches it has to refuse a body shorter than announced.)

Every line is read by itself: one that cannot be read is kept among the unclear rows, with the reason, and costs no other one. Of
an impact forecast it makes the whole prove nothing. Of warnings it raises a doubt about its zone, and only one whose zone cannot
be read makes the whole prove nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from dure.services.forecasts.types import (
    ImpactRow,
    Report,
    ReportKind,
    RowFault,
    UnclearRow,
    UnknownReason,
    WarningRow,
)

from .answers import BYTES_MAX, ROWS_MAX, Unproven, line_of, plain, refuse_page
from .rows import IMPACT_COLUMNS, WARNING_COLUMNS, Unclear, impact_row, unclear_part, warning_row

START, END = "#START7777", "#7777END"
UNKNOWN_WORDS_MAX = 50  # rows of one list that are told in words which we do not know
DOUBTS_MAX = 200  # a list of more rows that nobody understands is no list

type Line = tuple[str, bool]  # a line, and whether all of it is text


def read_impact(content: bytes, content_type: str, arrived: datetime) -> Report[ImpactRow]:
    """The impact forecast (ifs_fct_pstt)."""
    report = _read(content, content_type, arrived, IMPACT_COLUMNS, partial(impact_row, arrived=arrived))
    if report.unclear and report.why is None:
        why = UnknownReason.UNREADABLE_ROW
        return Report(ReportKind.UNKNOWN, report.rows, arrived, why, report.unclear)
    return report


def read_warnings(content: bytes, content_type: str, arrived: datetime) -> Report[WarningRow]:
    """The warnings in force (wrn_now_data), in words or in codes."""
    report = _read(content, content_type, arrived, WARNING_COLUMNS, partial(warning_row, arrived=arrived))
    rows, unclear, strange = list[WarningRow](), list(report.unclear), 0
    for row in report.rows:
        part = unclear_part(row)
        strange += part is not None
        if part is None or strange <= UNKNOWN_WORDS_MAX:
            rows.append(row)
        if part is not None:
            words = plain(" ".join((row.zone_name, row.kind, row.words)).strip())
            unclear.append(UnclearRow(part, words, row.zone, is_placed=strange <= UNKNOWN_WORDS_MAX))
    doubts = [one for one in unclear if not one.is_placed]
    is_whole = all(one.zone for one in doubts) and len(doubts) <= DOUBTS_MAX
    why = report.why or (None if is_whole else UnknownReason.UNREADABLE_ROW)
    return Report(ReportKind.UNKNOWN if why else ReportKind.READING, tuple(rows), arrived, why, tuple(unclear))


def _read[Row](
    content: bytes,
    content_type: str,
    arrived: datetime,
    columns: tuple[str, ...],
    made: Callable[[dict[str, str]], Row],
) -> Report[Row]:
    try:
        lines = _lines(content, content_type)
    except Unproven as no:
        return Report(ReportKind.UNKNOWN, (), arrived, no.why)
    told = [line for line in lines if not (line[1] and line[0].startswith("#"))]
    why, width = _proof(
        [line for line, is_text in lines if is_text], len(told), columns, is_ended=content.endswith(b"\n")
    )
    rows: list[Row] = []
    unclear: list[UnclearRow] = []
    for line, is_text in told[:ROWS_MAX]:
        try:
            if not is_text:
                raise Unclear(RowFault.LETTERS)
            rows.append(made(_values(line, columns, width)))
        except Unclear as no:
            unclear.append(UnclearRow(no.why, plain(line), no.zone))
    if any(not is_text for _line, is_text in lines) and not rows:
        why = UnknownReason.ENCODING
    if why in (UnknownReason.NO_HEADER, UnknownReason.OTHER_FORMAT, UnknownReason.ENCODING):
        rows, unclear = [], []  # nobody can say what they are rows of
    return Report(ReportKind.UNKNOWN if why else ReportKind.READING, tuple(rows), arrived, why, tuple(unclear))


def _lines(content: bytes, content_type: str) -> list[Line]:
    """The lines of an answer that are not blank. Neither encoding has the byte of a line's end inside of a letter."""
    if len(content) > BYTES_MAX:
        raise Unproven(UnknownReason.TOO_LARGE)
    found = [(line.strip(), is_text) for line, is_text in _decoded(content) if line.strip()]
    if not found:
        raise Unproven(UnknownReason.EMPTY_BODY)
    text = "\n".join(line for line, _is_text in found)
    refuse_page(text, content_type)
    if text[:1] in ("{", "["):
        raise Unproven(UnknownReason.ERROR_ANSWER)
    return found


def _decoded(content: bytes) -> Iterator[Line]:
    for piece in content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").split(b"\n"):
        yield line_of(piece)


def _values(line: str, columns: tuple[str, ...], width: int) -> dict[str, str]:
    """The columns that we know, of as many as the header names: others may stand behind them."""
    values = [value.strip() for value in line.rstrip("=").split(",")]
    while len(values) > width and not values[-1]:
        values.pop()  # lines end with a comma of their own
    values += [""] * (width - len(values) if len(columns) - 1 <= len(values) < width else 0)  # empty last ones
    if len(values) != width:
        raise Unclear(RowFault.COLUMNS)
    return dict(zip(columns, values, strict=False))


def _proof(
    lines: list[str],
    told: int,
    columns: tuple[str, ...],
    *,
    is_ended: bool,
) -> tuple[UnknownReason | None, int]:
    """None when the text proves what it leaves out, else why it does not; and how many columns a row has."""
    has_start = any(line.startswith(START) for line in lines)
    headers = [tuple(line.lstrip("# ").replace(",", " ").split()) for line in lines if line.startswith("#")]
    named = [header for header in headers if set(columns[:3]) <= set(header)]
    width = max((len(header) for header in named if header[: len(columns)] == columns), default=len(columns))
    if told > ROWS_MAX:
        return UnknownReason.TOO_LARGE, width
    if any(header[: len(columns)] != columns for header in named):
        return UnknownReason.OTHER_FORMAT, width  # the columns stand in another order, or are others
    if not has_start and not named:
        return UnknownReason.NO_HEADER, width
    if told and not (any(line.startswith(END) for line in lines) if has_start else is_ended):
        return UnknownReason.TRUNCATED, width
    return None, width
