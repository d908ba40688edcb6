"""What a message may hold: the limits of the strictest route that shows each part, with their source, and clean text.

Sizes: SOLAPI (ATA/CTA 1000 characters, at most 5 buttons with 14 characters), NHN Cloud (template 1300 registered, 1000 sent,
title 50, link 500, 40 variables), Kakao Open Builder (3 outputs, 10 quick replies, list of 5).
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from dure.base.refusals import BadValue
from dure.foundations.channels.types import (
    PARTS_MAX,
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    ContentTooLong,
    CouponCard,
    ListCard,
    Picture,
    Text,
)

TEXT_MAX: Final = 1_000
TITLE_MAX: Final = 50
CARD_TEXT_MAX: Final = 230
ITEM_TEXT_MAX: Final = 60
ITEMS_MAX: Final = 5
BUTTONS_MAX: Final = 5
CARD_BUTTONS_MAX: Final = 3
LABEL_MAX: Final = 14
LINK_MAX: Final = 500
QUICK_REPLIES_MAX: Final = 10
QUICK_REPLY_MAX: Final = 60
ALT_MAX: Final = 200
TRANSCRIPT_MAX: Final = 5_000
FILE_MAX: Final = 60
AUDIO_SECONDS_MAX: Final = 600

_LINK = re.compile(
    r"https?://[^\s<>\"\\]+|/[^\s<>\"/\\][^\s<>\"\\]*"
)  # another host, or a page of ours; "/\\" leads away
_CALL = re.compile(r"[0-9+][0-9-]{2,19}")
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+(?::[^\s]{0,200})?")
_TARGETS = {ButtonKind.LINK: _LINK, ButtonKind.CALL: _CALL, ButtonKind.ACTION: _ACTION}
# Marks that make a text read otherwise than it is stored, and letters that are not seen: they hide words from readers and rules.
HIDDEN: Final = frozenset(
    {
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        0xAD,
        0x115F,
        0x1160,
        0x3164,
        0xFFA0,
        0x34F,
    }
)
JOINERS: Final = frozenset({0x200D})  # holds parts of a picture sign together: seen in what it makes


def check(content: Content, *, more: int = 0) -> None:
    """That every part, button and text fits; `more` parts than usual may be there. Raises ContentTooLong, BadValue."""
    if not content.parts:
        raise BadValue(field="parts", reason="missing")
    _count("parts", len(content.parts), PARTS_MAX + more)
    for place, part in enumerate(content.parts):
        _check_part(part, f"parts.{place}")
    _check_buttons(content.buttons, "buttons", BUTTONS_MAX)
    _count("quick_replies", len(content.quick_replies), QUICK_REPLIES_MAX)
    for place, reply in enumerate(content.quick_replies):
        _line(f"quick_replies.{place}.label", reply.label, LABEL_MAX)
        _line(f"quick_replies.{place}.says", reply.says, QUICK_REPLY_MAX)


def buttons(content: Content) -> Iterator[Button]:
    """Every button, also those inside cards and lists."""
    for part in content.parts:
        if isinstance(part, Card | ListCard):
            yield from part.buttons
    yield from content.buttons


def links(content: Content) -> frozenset[str]:
    """Every address to which a button or a line of a list leads."""
    lines = [line.target for part in content.parts if isinstance(part, ListCard) for line in part.items]
    pressed = [button.target for button in buttons(content) if button.kind is ButtonKind.LINK]
    return frozenset(one for one in (*lines, *pressed) if one)


def texts(content: Content) -> Iterator[str]:
    """Everything that is read, in the order in which it is read: also what describes a picture, and labels."""
    for part in content.parts:
        yield from _texts_of(part)
    for button in content.buttons:
        yield button.label
    for reply in content.quick_replies:
        yield reply.label
        yield reply.says


def plain(content: Content) -> str:
    """The content as one plain text: what a route that shows text only would carry, without buttons."""
    return "\n\n".join("\n".join(line for line in _texts_of(part) if line) for part in content.parts)


def is_hidden(char: str) -> bool:
    """Whether a character is not seen, or makes others read otherwise than they are stored."""
    if ord(char) in JOINERS:
        return False
    return ord(char) in HIDDEN or (unicodedata.category(char) in ("Cc", "Co", "Cs") and char != "\n")


def _texts_of(part: object) -> Iterator[str]:
    match part:
        case Text(text):
            yield text
        case Picture(says=says):
            yield says
        case Audio(transcript=transcript):
            yield transcript
        case Card(title, text, picture, held):
            yield from (title, text)
            if picture:
                yield picture.says
            yield from (button.label for button in held)
        case ListCard(title, items, held):
            yield title
            for item in items:
                yield from (item.title, item.text)
            yield from (button.label for button in held)
        case CouponCard(title=title, text=text):
            yield from (title, text)


def _check_part(part: object, field: str) -> None:
    match part:
        case Text(text):
            _several(f"{field}.text", text, TEXT_MAX)
        case Picture():
            _check_picture(part, field)
        case Audio(file, seconds, transcript):
            _line(f"{field}.file", file, FILE_MAX)
            _several(f"{field}.transcript", transcript, TRANSCRIPT_MAX)  # who cannot hear reads it
            if not 0 < seconds <= AUDIO_SECONDS_MAX:
                raise BadValue(field=f"{field}.seconds", reason="too_long")
        case Card(title, text, picture, held):
            _line(f"{field}.title", title, TITLE_MAX)
            _several(f"{field}.text", text, CARD_TEXT_MAX, required=False)
            if picture:
                _check_picture(picture, f"{field}.picture")
            _check_buttons(held, f"{field}.buttons", CARD_BUTTONS_MAX)
        case ListCard(title, items, held):
            _check_list(title, items, field)
            _check_buttons(held, f"{field}.buttons", CARD_BUTTONS_MAX)
        case CouponCard(code, title, text, until):
            _line(f"{field}.code", code, FILE_MAX)
            _line(f"{field}.title", title, TITLE_MAX)
            _several(f"{field}.text", text, CARD_TEXT_MAX, required=False)
            _line(f"{field}.until", until, 10, required=False)


def _check_list(title: str, items: tuple[object, ...], field: str) -> None:
    _line(f"{field}.title", title, TITLE_MAX)
    if not items:
        raise BadValue(field=f"{field}.items", reason="missing")
    _count(f"{field}.items", len(items), ITEMS_MAX)
    for place, item in enumerate(items):
        _line(f"{field}.items.{place}.title", getattr(item, "title", ""), TITLE_MAX)
        _line(f"{field}.items.{place}.text", getattr(item, "text", ""), ITEM_TEXT_MAX, required=False)
        target = getattr(item, "target", "")
        if target:
            _check_target(ButtonKind.LINK, target, f"{field}.items.{place}.target")


def _check_picture(picture: Picture, field: str) -> None:
    _line(f"{field}.file", picture.file, FILE_MAX)
    _line(f"{field}.says", picture.says, ALT_MAX)  # who cannot see it hears it


def _check_buttons(held: tuple[Button, ...], field: str, most: int) -> None:
    _count(field, len(held), most)
    for place, button in enumerate(held):
        _line(f"{field}.{place}.label", button.label, LABEL_MAX)
        _check_target(button.kind, button.target, f"{field}.{place}.target")


def _check_target(kind: ButtonKind, target: str, field: str) -> None:
    _line(field, target, LINK_MAX)
    form = _TARGETS.get(kind)
    if form and not form.fullmatch(target):
        raise BadValue(field=field, reason="target")


def _line(field: str, text: str, most: int, *, required: bool = True) -> None:
    if "\n" in text:
        raise BadValue(field=field, reason="one_line")
    _several(field, text, most, required=required)


def _several(field: str, text: str, most: int, *, required: bool = True) -> None:
    if required and not text.strip():
        raise BadValue(field=field, reason="missing")
    _count(field, len(text), most)
    if any(is_hidden(char) for char in text):
        raise BadValue(field=field, reason="characters")


def _count(field: str, length: int, most: int) -> None:
    if length > most:
        raise ContentTooLong(field=field, limit=most, length=length)
