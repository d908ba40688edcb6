"""Short disaster messages, as JSON: the form of today (DSSP-IF-00247) and the older one (DisasterMsg4)."""

import re
from collections.abc import Callable
from datetime import datetime

from dure.services.forecasts.types import (
    DisasterMessage,
    Grade,
    Report,
    ReportKind,
    RowFault,
    UnclearRow,
    UnknownReason,
)

from .answers import ROWS_MAX, SEOUL, Unproven, json_of, member, number, plain, words

DONE = "00"
OLDER = re.compile(r"DisasterMsg\d?")
_GRADES = {grade.value: grade for grade in Grade}
_MOMENT = re.compile(r"(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?", re.ASCII)

type Row = dict[str, object]


def read_disaster_messages(content: bytes, content_type: str, arrived: datetime) -> Report[DisasterMessage]:
    """The messages of an answer. In today's form an empty list under a header that says all went well is a proof. A row that
    cannot be read is named and costs no other one; one of a grade that we do not know is a message without a grade.
    """
    try:
        rows, made = _rows(json_of(content, content_type))
    except Unproven as no:
        return Report(ReportKind.UNKNOWN, (), arrived, no.why)
    found: list[DisasterMessage] = []
    unclear: list[UnclearRow] = []
    why = UnknownReason.TOO_LARGE if len(rows) > ROWS_MAX else None
    for row in rows[:ROWS_MAX]:
        try:
            if not isinstance(row, dict):
                raise ValueError("no row")
            found.append(made(row))
            if made is _message and found[-1].grade is None:
                said = plain(f"{words(row, 'EMRG_STEP_NM')} {words(row, 'MSG_CN')}".strip())
                unclear.append(UnclearRow(RowFault.DEGREE, said, is_placed=True))
        except (ValueError, OverflowError):
            why = why or UnknownReason.UNREADABLE_ROW
            said = plain(words(row, "MSG_CN") or words(row, "msg")) if isinstance(row, dict) else ""
            unclear.append(UnclearRow(RowFault.VALUE, said))
    return Report(ReportKind.UNKNOWN if why else ReportKind.READING, tuple(found), arrived, why, tuple(unclear))


def has_more(content: bytes, content_type: str, page: int, asked: int) -> bool:
    """Whether a list goes on behind this page: it names more than the pages so far hold, or has as many rows as were `asked` for.
    They may give fewer rows a page than were asked for, and say so.
    """
    try:
        answer = json_of(content, content_type)
        rows, _made = _rows(answer)
    except Unproven:
        return False
    try:
        total, size = number(member(answer, "totalCount")), number(member(answer, "numOfRows"))
    except ValueError:
        return len(rows) >= asked
    return bool(rows) and total > page * max(1, min(size, asked))


def _rows(answer: object) -> tuple[list[object], Callable[[Row], DisasterMessage]]:
    if isinstance(answer, dict) and (older := [answer[name] for name in answer if OLDER.fullmatch(name)]):
        parts = older[0] if isinstance(older[0], list) else []
        rows = [member(part, "row") for part in parts]
        lists = [row for row in rows if isinstance(row, list)]
        if not lists:
            raise Unproven(UnknownReason.NO_HEADER)  # its head alone says nothing
        return lists[0], _older
    code = member(answer, "header", "resultCode")
    if code is None:
        raise Unproven(UnknownReason.OTHER_FORMAT)
    if code != DONE:
        raise Unproven(UnknownReason.ERROR_ANSWER)
    body = member(answer, "body")
    if not isinstance(body, list):
        raise Unproven(UnknownReason.NO_HEADER)
    return body, _message


def _message(row: Row) -> DisasterMessage:
    return DisasterMessage(
        number=number(row.get("SN")),
        created=_moment(words(row, "CRT_DT")),
        text=_text(words(row, "MSG_CN")),
        regions=_regions(words(row, "RCPTN_RGN_NM")),
        grade=_GRADES.get(words(row, "EMRG_STEP_NM")),
        kind=words(row, "DST_SE_NM"),
    )


def _older(row: Row) -> DisasterMessage:
    return DisasterMessage(
        number=number(row.get("md101_sn")),
        created=_moment(words(row, "create_date")),
        text=_text(words(row, "msg")),
        regions=_regions(words(row, "location_name")),
        grade=None,
        kind="",
    )


def _text(text: str) -> str:
    if not text:
        raise ValueError("a message without words")
    return text


def _regions(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(part.split()) for part in text.split(",") if part.strip()))


def _moment(text: str) -> datetime:
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError("no moment")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, tzinfo=SEOUL)
