"""What is common to all answers: their encoding, their size, and what they are instead of what was asked for."""

import re
import unicodedata
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from dure.services.forecasts.types import UnknownReason

SEOUL = ZoneInfo("Asia/Seoul")
BYTES_MAX = 4_194_304
ROWS_MAX = 20_000
WORDS_LENGTH_MAX = 120  # of a row that is shown because nobody understands it
_PAGE = re.compile(r"\s*<(!doctype\s+html|html|head|body|script)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


class Unproven(Exception):
    """Inside this room only: an answer that proves nothing, and why."""

    def __init__(self, why: UnknownReason) -> None:
        super().__init__(why)
        self.why = why


def text_of(content: bytes) -> str:
    """The text of an answer, in UTF-8 or EUC-KR. UTF-8 is tried first: Korean in EUC-KR is hardly ever valid in it."""
    if len(content) > BYTES_MAX:
        raise Unproven(UnknownReason.TOO_LARGE)
    if not content.strip():
        raise Unproven(UnknownReason.EMPTY_BODY)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp949")
        except UnicodeDecodeError:
            raise Unproven(UnknownReason.ENCODING) from None
    if _CONTROL.search(text):
        raise Unproven(UnknownReason.ENCODING)
    if not text.strip():
        raise Unproven(UnknownReason.EMPTY_BODY)
    return text


def line_of(piece: bytes) -> tuple[str, bool]:
    """One line of a text in UTF-8 or EUC-KR, and whether all of it is text."""
    for encoding in ("utf-8", "cp949"):
        try:
            text = piece.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, not _CONTROL.search(text)
    return piece.decode("cp949", errors="replace"), False


def plain(words: str) -> str:
    """Words of others as they may be shown: not long, and without signs that cannot be seen or that turn the others about."""
    seen = "".join("\ufffd" if unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn", "Cs") else sign for sign in words)
    return seen if len(seen) <= WORDS_LENGTH_MAX else f"{seen[: WORDS_LENGTH_MAX - 1]}…"


def refuse_page(text: str, content_type: str) -> None:
    """A page in HTML is an error page, whatever its status was. XML where none was asked for is an error answer."""
    if _PAGE.match(text) or content_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml"):
        raise Unproven(UnknownReason.WEB_PAGE)
    if text.lstrip().startswith("<"):
        raise Unproven(UnknownReason.ERROR_ANSWER)


def json_of(content: bytes, content_type: str) -> object:
    """The JSON of an answer."""
    text = text_of(content)
    refuse_page(text, content_type)
    if text.lstrip()[:1] not in ("{", "["):
        raise Unproven(UnknownReason.OTHER_FORMAT)
    try:
        return msgspec.json.decode(text.encode())
    except msgspec.DecodeError as error:
        is_cut = "truncated" in str(error)
        raise Unproven(UnknownReason.TRUNCATED if is_cut else UnknownReason.OTHER_FORMAT) from None
    except RecursionError:
        raise Unproven(UnknownReason.OTHER_FORMAT) from None


def member(value: object, *names: str) -> object:
    """What stands under these names, one in the other; None where there is no such thing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def words(row: dict[str, object], name: str) -> str:
    """A text field of a row: "" when it is missing or no text."""
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def number(value: object) -> int:
    """A whole number, also as text. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("no number")
    if isinstance(value, str) and not (value.strip().isascii() and value.strip().isdigit() and len(value) < 19):
        raise ValueError("no number")
    return int(value)


def moment(text: str) -> datetime:
    """YYYYMMDD, with hours, with minutes: on the wall clock of Seoul. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) in (8, 10, 12)):
        raise ValueError("no moment")
    day = date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    padded = text.ljust(12, "0")
    return datetime.combine(day, time(int(padded[8:10]), int(padded[10:12])), SEOUL)
