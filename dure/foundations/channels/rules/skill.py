"""An answer in the shapes of the Kakao chatbot skill protocol v2.0. Pure.

Whatever content a house gives: what comes out keeps every limit (rules.skill_limits), with all of its words. What is longer
than its place goes on in the next output; what cannot go on (a label, a fourth button) is refused by name.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched
from urllib.parse import urlsplit

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
    QuickReply,
    Text,
)

from .showing import check_address, check_buttons, is_blank, length, within
from .skill_limits import (
    ALT_LENGTH_MAX,
    BASIC_TEXT_LENGTH_MAX,
    BUTTONS_MAX,
    CAROUSEL_ITEMS_MAX,
    CAROUSEL_TEXT_CARD_LENGTH_MAX,
    LABEL_LENGTH_MAX,
    LIST_BUTTONS_MAX,
    LIST_ITEMS_MAX,
    OUTPUTS_MAX,
    QUICK_REPLIES_MAX,
    TEXT_CARD_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    VERSION,
)

ITEM_TEXT_LENGTH_MAX = 100  # the guide names no limit; more is not seen
type Shape = dict[str, object]
CALLBACK_URL_LENGTH_MAX = 1_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ENDS = ("\n\n", "\n", ". ", "? ", "! ", " ")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a face adds: where files and pages are for the world outside, and the few words of our own."""

    file: Callable[[str], str]
    page: Callable[[str], str]  # an address of the web stays, one of ours gets its host
    until: Callable[[str], str]  # an ISO day in words: "12월 31일까지"
    listen: str  # the label of a button that plays a sound


def answer_of(content: Content, wording: Wording) -> Shape:
    """The whole answer. Raises ContentTooLong, ContentEmpty, BadValue, each with the field that cannot be sent."""
    outputs: list[Shape] = []
    for part in content.parts:
        outputs += _outputs(part, wording)
    if content.buttons:
        _put_below(outputs, _buttons(content.buttons, wording, BUTTONS_MAX))
    outputs = _carousels(_joined(outputs))
    if not outputs:
        raise ContentEmpty(field="parts")
    within("outputs", len(outputs), OUTPUTS_MAX)
    template: Shape = {"outputs": outputs}
    if content.quick_replies:
        template["quickReplies"] = _quick_replies(content.quick_replies)
    return {"version": VERSION, "template": template}


def plain(text: str) -> Shape:
    """An answer that is one text, cut to what fits: for words of our own."""
    return {"version": VERSION, "template": {"outputs": [_text(piece) for piece in pieces(text)[:OUTPUTS_MAX]]}}


def later(text: str) -> Shape:
    """The answer that promises another one by the callback, and says so."""
    return {"version": VERSION, "useCallback": True, "data": {"text": pieces(text)[0]}}


def may_call_back(address: str, hosts: frozenset[str]) -> str:
    """The address to which a slow answer may be sent. Raises BadValue.

    A request names it, so it might name a machine inside our network: only HTTPS, only hosts that the installation lists,
    only their own port, no name or password in it.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadValue(field="callbackUrl", reason="malformed") from None
    fits = (
        len(address) <= CALLBACK_URL_LENGTH_MAX
        and parts.scheme == "https"
        and parts.hostname in hosts
        and port in (None, 443)
        and parts.username is None
        and not re.search(r"[\s\\\x00-\x20]", address)
    )
    if not fits:
        raise BadValue(field="callbackUrl", reason="unknown")
    return address


def pieces(text: str, most: int = TEXT_LENGTH_MAX) -> list[str]:
    """The text in pieces of at most `most` signs, cut after a paragraph, a line, a sentence, a word: the first that fits."""
    rest, found = _CONTROL.sub("", text).strip(), []
    while length(rest) > most:
        cut = _cut(rest, most)
        found.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in [*found, rest] if not is_blank(piece)]


def _cut(text: str, most: int) -> int:
    """Where to cut a text that is too long: never within its first half, unless there is no better place at all."""
    end = min(len(text), most)
    while length(text[:end]) > most:
        end -= 1
    for mark in _ENDS:
        place = text.rfind(mark, end // 2, end)
        if place > 0 and not is_blank(text[:place]):
            return place + len(mark)
    return end


def _outputs(part: Part, wording: Wording) -> Iterator[Shape]:
    """One part as outputs, in order."""
    match part:
        case Text(text=text):
            yield from map(_text, pieces(text))
        case Picture():
            yield {"simpleImage": {"imageUrl": _web(wording.file(part.file)), "altText": _alt(part.says)}}
        case Audio():
            yield from map(_text, pieces(part.transcript))
            play = Button(wording.listen, ButtonKind.LINK, wording.file(part.file))
            yield {"textCard": {"title": wording.listen, **_buttons((play,), wording, BUTTONS_MAX)}}
        case Card():
            yield from _card(part, wording)
        case ListCard():
            yield from _lists(part, wording)
        case CouponCard():
            until = wording.until(part.until) if part.until else ""
            words = "\n".join(said for said in (part.text, until) if not is_blank(said))
            yield from _card(Card(part.title, words), wording)


def _text(piece: str) -> Shape:
    return {"simpleText": {"text": piece}}


def _card(part: Card, wording: Wording) -> Iterator[Shape]:
    """A card; what its text has more than fits follows below."""
    title, buttons = _title("card.title", part.title), _buttons(part.buttons, wording, BUTTONS_MAX)
    if part.picture is not None:
        first, rest = _first(part.text, BASIC_TEXT_LENGTH_MAX)
        thumbnail = {"imageUrl": _web(wording.file(part.picture.file)), "altText": _alt(part.picture.says)}
        yield {"basicCard": {"thumbnail": thumbnail, **_named(title, first), **buttons}}
    else:
        first, rest = _first(part.text, TEXT_CARD_LENGTH_MAX - length(title))
        if not title and not first:
            raise ContentEmpty(field="card")
        yield {"textCard": {**_named(title, first), **buttons}}
    yield from map(_text, pieces(rest))


def _first(text: str, most: int) -> tuple[str, str]:
    """(what fits, the rest)."""
    found = pieces(text, most)
    if not found:
        return "", ""
    return found[0], "\n".join(found[1:])


def _named(title: str, text: str) -> Shape:
    return {name: said for name, said in (("title", title), ("description", text)) if said}


def _lists(part: ListCard, wording: Wording) -> Iterator[Shape]:
    """A list; of more items than fit, one list below the other."""
    title = _title("list.title", part.title)
    if not title or not part.items:
        raise ContentEmpty(field="list.title" if not title else "list.items")
    groups = [list(group) for group in batched(part.items, LIST_ITEMS_MAX)]
    for place, group in enumerate(groups, 1):
        shape: Shape = {"header": {"title": title}, "items": [_item(item, wording) for item in group]}
        if place == len(groups):
            shape |= _buttons(part.buttons, wording, LIST_BUTTONS_MAX)
        yield {"listCard": shape}


def _item(item: ListItem, wording: Wording) -> Shape:
    title = _title("item.title", item.title)
    if not title:
        raise ContentEmpty(field="item.title")
    shape: Shape = {"title": title}
    text = _CONTROL.sub("", item.text).strip()
    within("item.text", length(text), ITEM_TEXT_LENGTH_MAX)
    if not is_blank(text):
        shape["description"] = text
    if item.target:
        check_address(item.target)
        shape["link"] = {"web": _web(wording.page(item.target))}
    return shape


def _buttons(buttons: tuple[Button, ...], wording: Wording, most: int) -> Shape:
    """The member `buttons` of a shape, one below the other so that labels have their whole length; nothing without any."""
    check_buttons(buttons, most)
    if not buttons:
        return {}
    return {"buttons": [_button(button, wording) for button in buttons], "buttonLayout": "vertical"}


def _button(button: Button, wording: Wording) -> Shape:
    shape: Shape = {"label": _CONTROL.sub("", button.label).strip()}
    match button.kind:
        case ButtonKind.LINK:
            shape |= {"action": "webLink", "webLinkUrl": _web(wording.page(button.target))}
        case ButtonKind.MESSAGE:
            shape |= {"action": "message", "messageText": button.target}
        case ButtonKind.CALL:
            shape |= {"action": "phone", "phoneNumber": button.target}
        case ButtonKind.ACTION:  # comes back as clientExtra, beside the words
            shape |= {"action": "message", "messageText": shape["label"], "extra": {"action": button.target}}
    return shape


def _quick_replies(replies: tuple[QuickReply, ...]) -> list[Shape]:
    within("quick_replies", len(replies), QUICK_REPLIES_MAX)
    shapes: list[Shape] = []
    for reply in replies:
        label, says = _CONTROL.sub("", reply.label).strip(), _CONTROL.sub("", reply.says).strip()
        if is_blank(label) or is_blank(says):
            raise ContentEmpty(field="quick_reply.label" if is_blank(label) else "quick_reply.says")
        within("quick_reply.label", length(label), LABEL_LENGTH_MAX)
        shapes.append({"label": label, "action": "message", "messageText": says})
    return shapes


def _put_below(outputs: list[Shape], buttons: Shape) -> None:
    """Put the answer's own buttons below its last output: onto it where it can carry them."""
    given = buttons["buttons"]
    assert isinstance(given, list)  # noqa: S101 - narrows the type; `_buttons` made it
    kind, shape = next(iter(outputs.pop().items())) if outputs else ("", {})
    assert isinstance(shape, dict)  # noqa: S101 - as above
    room = {"textCard": BUTTONS_MAX, "basicCard": BUTTONS_MAX, "listCard": LIST_BUTTONS_MAX}.get(kind, 0)
    own = shape.get("buttons", [])
    if room and len(own) + len(given) <= room:
        outputs.append({kind: {**shape, "buttons": [*own, *given], "buttonLayout": "vertical"}})
    elif kind == "simpleText":
        *before, last = _tail(str(shape["text"]))
        outputs += [*map(_text, before), {"textCard": {"description": last, **buttons}}]
    elif kind == "simpleImage":
        outputs.append({"basicCard": {"thumbnail": shape, **buttons}})
    elif kind:
        raise ContentTooLong(field="buttons", limit=room, length=len(own) + len(given))


def _tail(text: str) -> list[str]:
    """The text in pieces of which the last fits a card."""
    if length(text) <= TEXT_CARD_LENGTH_MAX:
        return [text]
    found = pieces(text, TEXT_CARD_LENGTH_MAX)
    return ["\n".join(found[:-1]), found[-1]]


def _joined(outputs: list[Shape]) -> list[Shape]:
    """Texts that follow each other as one, where more outputs stand there than may, as long as one holds them."""
    found: list[Shape] = []
    for output in outputs:
        if len(outputs) > OUTPUTS_MAX and found and "simpleText" in found[-1] and "simpleText" in output:
            both = "\n\n".join((_said(found[-1]), _said(output)))
            if length(both) <= TEXT_LENGTH_MAX:
                found[-1] = _text(both)
                continue
        found.append(output)
    return found


def _said(output: Shape) -> str:
    shape = output["simpleText"]
    return str(shape["text"]) if isinstance(shape, dict) else ""


def _carousels(outputs: list[Shape]) -> list[Shape]:
    """Cards of one kind that follow each other as a carousel, where more outputs stand there than may."""
    found: list[Shape] = []
    for output in outputs:
        kind, shape = next(iter(output.items()))
        row = _row_of(found[-1]) if found else None
        if len(outputs) > OUTPUTS_MAX and row is not None and _fits_in_row(kind, shape, row):
            found[-1] = {"carousel": {"type": kind, "items": [*row[1], shape]}}
        else:
            found.append(output)
    return found


def _row_of(output: Shape) -> tuple[str, list[object]] | None:
    kind, shape = next(iter(output.items()))
    if kind == "carousel" and isinstance(shape, dict):
        return str(shape["type"]), list(shape["items"])
    return kind, [shape]


def _fits_in_row(kind: str, shape: object, row: tuple[str, list[object]]) -> bool:
    """In a carousel cards are of one kind, and shorter."""
    if kind != row[0] or kind not in ("textCard", "basicCard") or len(row[1]) >= CAROUSEL_ITEMS_MAX:
        return False
    return kind == "basicCard" or all(_card_length(one) <= CAROUSEL_TEXT_CARD_LENGTH_MAX for one in (*row[1], shape))


def _card_length(shape: object) -> int:
    assert isinstance(shape, dict)  # noqa: S101 - narrows the type; `_card` made it
    return sum(length(str(shape.get(name, ""))) for name in ("title", "description"))


def _title(field: str, title: str) -> str:
    clean = _CONTROL.sub("", title).strip()
    within(field, length(clean), TITLE_LENGTH_MAX)
    return "" if is_blank(clean) else clean


def _alt(says: str) -> str:
    """What a picture shows, as much as fits; an ellipsis says that it goes on."""
    found = pieces(says, ALT_LENGTH_MAX)
    if len(found) <= 1:
        return found[0] if found else ""
    return pieces(says, ALT_LENGTH_MAX - 1)[0] + "…"


def _web(address: str) -> str:
    """An address that the messenger can reach. Raises BadValue, ContentTooLong."""
    check_address(address)
    if not address.startswith(("http://", "https://")):
        raise BadValue(field="target", reason="malformed")
    return address
