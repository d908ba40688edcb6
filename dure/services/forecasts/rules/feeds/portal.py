"""The open-data portal's twin of the warnings (getPwnStatus), as JSON."""

from datetime import datetime

from dure.services.forecasts.types import Bulletin, Report, ReportKind, UnknownReason

from .answers import Unproven, json_of, member, moment, number, words

DONE = "00"


def read_bulletins(content: bytes, content_type: str, arrived: datetime) -> Report[Bulletin]:
    """The text of what is in force. An answer without any item proves nothing: the portal answers so for its own faults too."""
    try:
        items = _items(json_of(content, content_type))
    except Unproven as no:
        return Report(ReportKind.UNKNOWN, (), arrived, no.why)
    rows: list[Bulletin] = []
    for item in items:
        try:
            rows.append(_bulletin(item))
        except ValueError:
            return Report(ReportKind.UNKNOWN, tuple(rows), arrived, UnknownReason.UNREADABLE_ROW)
    return Report(ReportKind.READING, tuple(rows), arrived)


def _items(answer: object) -> list[object]:
    code = member(answer, "response", "header", "resultCode")
    if code is None:
        raise Unproven(UnknownReason.OTHER_FORMAT)
    if code != DONE:
        raise Unproven(UnknownReason.ERROR_ANSWER)
    items = member(answer, "response", "body", "items", "item")
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list) or not items:
        raise Unproven(UnknownReason.NO_HEADER)
    return items


def _bulletin(item: object) -> Bulletin:
    if not isinstance(item, dict):
        raise ValueError("no item")
    if not words(item, "t6"):
        raise ValueError("it does not say what is in force")
    return Bulletin(
        issued=moment(str(item.get("tmFc"))),
        effective=moment(str(item.get("tmEf"))),
        number=number(item.get("tmSeq")),
        in_force=words(item, "t6"),
        preliminary=words(item, "t7"),
        other=words(item, "other"),
    )
