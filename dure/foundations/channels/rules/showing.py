"""How content reads: its words, its beginning in one line, its variables filled, where its buttons may lead. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping

from dure.base.refusals import BadValue
from dure.foundations.channels.types import (
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    ContentEmpty,
    ContentTooLong,
    CouponCard,
    ListCard,
    ListItem,
    Part,
    Picture,
    Text,
)

LABEL_LENGTH_MAX = 14
TARGET_LENGTH_MAX = 500
SAID_LENGTH_MAX = 300  # what a button says for somebody
WORDS_LENGTH_MAX = 4_000  # for search
PREVIEW_LENGTH = 80
PHONE = re.compile(r"\+?[0-9][0-9-]{1,18}[0-9]")
ACTION = re.compile(r"[a-z_]+\.[a-z_]+(:[!-~]{0,200})?")
VARIABLE = re.compile(r"#\{([^{}]{1,20})\}")
_WEB = re.compile(r"https?://[^\s/?#\"'<>@\\]+(?:[/?#][^\s\"'<>\\]*)?")
_OWN = re.compile(r"/(?![/\\])[^\s\"'<>\\]*")
_UNSEEN = re.compile(
    r"[\x00-\x20\x7f-\xa0\xad\u034f\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
type Fill = Callable[[str], str]


def length(text: str) -> int:
    """As messengers count: a sign beyond the basic plane (an emoji) counts two."""
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def is_blank(text: str) -> bool:
    """Whether nobody would see anything."""
    return not _UNSEEN.sub("", text).strip()


def check_buttons(buttons: tuple[Button, ...], most: int) -> None:
    """Refuse buttons that no route would show, or that lead where none may. Raises ContentTooLong, ContentEmpty, BadValue."""
    within("buttons", len(buttons), most)
    for button in buttons:
        check_said("button.label", button.label, LABEL_LENGTH_MAX)
        match button.kind:
            case ButtonKind.LINK:
                check_address(button.target)
            case ButtonKind.MESSAGE:
                check_said("button.target", button.target, SAID_LENGTH_MAX)
            case ButtonKind.CALL if not PHONE.fullmatch(button.target):
                raise BadValue(field="button.target", reason="malformed")
            case ButtonKind.ACTION if not ACTION.fullmatch(button.target):
                raise BadValue(field="button.target", reason="malformed")


def check_address(target: str) -> None:
    """Refuse what is no address of the web or of our own pages ("javascript:", "//elsewhere").

    Raises BadValue, ContentTooLong.
    """
    within("target", length(target), TARGET_LENGTH_MAX)
    if not (_WEB.fullmatch(target) or _OWN.fullmatch(target)):
        raise BadValue(field="target", reason="malformed")


def is_address(target: str) -> bool:
    """Whether a page may link to it."""
    return bool(_WEB.fullmatch(target) or _OWN.fullmatch(target))


def filled(content: Content, variables: Mapping[str, str]) -> Content:
    """The content with every `#{name}` that `variables` knows put in; the others stay, so that they are seen."""
    if not variables:
        return content

    def fill(text: str) -> str:
        return VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)

    parts = tuple(_filled_part(part, fill) for part in content.parts)
    return Content(parts, _filled_buttons(content.buttons, fill), content.quick_replies)


def _filled_part(part: Part, fill: Fill) -> Part:
    match part:
        case Text():
            return Text(fill(part.text))
        case Card():
            return Card(fill(part.title), fill(part.text), part.picture, _filled_buttons(part.buttons, fill))
        case ListCard():
            items = tuple(ListItem(fill(one.title), fill(one.text), fill(one.target)) for one in part.items)
            return ListCard(fill(part.title), items, _filled_buttons(part.buttons, fill))
        case CouponCard():
            return CouponCard(fill(part.code), fill(part.title), fill(part.text), fill(part.until), part.take)
    return part


def _filled_buttons(buttons: tuple[Button, ...], fill: Fill) -> tuple[Button, ...]:
    return tuple(Button(fill(one.label), one.kind, fill(one.target)) for one in buttons)


def words_of(content: Content) -> str:
    """Everything that is said, one line each: for search, and for who listens."""
    return "\n".join(said for part in content.parts for said in _words(part) if said)[:WORDS_LENGTH_MAX]


def preview(content: Content) -> str:
    """The beginning in one line, for lists and notifications. Empty where only a picture or a sound without words is."""
    return " ".join(words_of(content).split())[:PREVIEW_LENGTH]


def _words(part: Part) -> Iterator[str]:
    match part:
        case Text():
            yield part.text
        case Picture():
            yield part.says
        case Audio():
            yield part.transcript
        case ListCard():
            yield part.title
            for item in part.items:
                yield f"{item.title} {item.text}".strip()
        case Card() | CouponCard():
            yield part.title
            yield part.text


def check_said(field: str, text: str, most: int) -> None:
    """Refuse what is blank or too long. Raises ContentEmpty, ContentTooLong."""
    if is_blank(text):
        raise ContentEmpty(field=field)
    within(field, length(text), most)


def within(field: str, found: int, most: int) -> None:
    """Refuse more than `most`. Raises ContentTooLong."""
    if found > most:
        raise ContentTooLong(field=field, limit=most, length=found)
