"""Every limit of the Kakao chatbot skill protocol v2.0 that its guide names, checked on our side. Pure.

Source: the guide "응답 타입별 JSON 포맷" and the AI callback guide. It reads what would be sent, and knows nothing of how it
was made.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from .showing import is_blank, length

VERSION = "2.0"
OUTPUTS_MAX = 3
QUICK_REPLIES_MAX = 10
TEXT_LENGTH_MAX = 1_000
ALT_LENGTH_MAX = 50
TITLE_LENGTH_MAX = 50
TEXT_CARD_LENGTH_MAX = 400
CAROUSEL_TEXT_CARD_LENGTH_MAX = 128
BASIC_TEXT_LENGTH_MAX = 230
ITEM_CARD_LENGTH_MAX = 200
CAROUSEL_ITEM_CARD_LENGTH_MAX = 100
ITEM_TITLE_LENGTH_MAX = 6
ITEM_LINES_MAX = 10
CAROUSEL_ITEM_LINES_MAX = 5
LIST_ITEMS_MAX = 5
CAROUSEL_LIST_ITEMS_MAX = 4
LIST_BUTTONS_MAX = 2
BUTTONS_MAX = 3
BUTTONS_IN_A_ROW_MAX = 2
LABEL_LENGTH_MAX = 14
LABEL_IN_A_ROW_LENGTH_MAX = 8
CAROUSEL_ITEMS_MAX = 10
CAROUSEL_LISTS_MAX = 5
CARDS = ("textCard", "basicCard", "listCard", "itemCard", "commerceCard")
_WEB = re.compile(r"https?://[^\s/]+.*")

type Found = Iterator[str]


def violations(answer: object) -> tuple[str, ...]:
    """What the messenger would refuse or cut, each as "path: why"; empty when it takes the answer as it is."""
    return tuple(_answer(answer))


def _answer(answer: object) -> Found:
    if not isinstance(answer, Mapping):
        yield "answer: no object"
        return
    if answer.get("version") != VERSION:
        yield "version: without 2.0 it is read as the old protocol"
    if answer.get("useCallback"):
        text = _map(answer.get("data")).get("text", "")
        yield from _text("data.text", text, TEXT_LENGTH_MAX)
        return
    template = _map(answer.get("template"))
    outputs = _list(template.get("outputs"))
    if not 1 <= len(outputs) <= OUTPUTS_MAX:
        yield f"outputs: {len(outputs)}"
    for place, output in enumerate(outputs):
        yield from _output(f"outputs[{place}]", _map(output))
    replies = _list(template.get("quickReplies"))
    if len(replies) > QUICK_REPLIES_MAX:
        yield f"quickReplies: {len(replies)}"
    for place, reply in enumerate(replies):
        yield from _press(f"quickReplies[{place}]", _map(reply), LABEL_LENGTH_MAX, ("message", "block"))


def _output(path: str, output: Mapping[str, object]) -> Found:
    if len(output) != 1:
        yield f"{path}: one kind, not {len(output)}"
        return
    kind, shape = next(iter(output.items()))
    if kind == "carousel":
        yield from _carousel(f"{path}.carousel", _map(shape))
    else:
        yield from _one(f"{path}.{kind}", kind, _map(shape), in_row=False)


def _one(path: str, kind: str, shape: Mapping[str, object], *, in_row: bool) -> Found:
    match kind:
        case "simpleText":
            yield from _text(f"{path}.text", shape.get("text"), TEXT_LENGTH_MAX)
        case "simpleImage":
            yield from _image(path, shape)
        case "textCard":
            yield from _text_card(path, shape, CAROUSEL_TEXT_CARD_LENGTH_MAX if in_row else TEXT_CARD_LENGTH_MAX)
        case "basicCard":
            yield from _image(f"{path}.thumbnail", _map(shape.get("thumbnail")))
            yield from _maybe(f"{path}.title", shape.get("title"), TITLE_LENGTH_MAX)
            yield from _maybe(f"{path}.description", shape.get("description"), BASIC_TEXT_LENGTH_MAX)
            yield from _buttons(path, shape, BUTTONS_MAX)
        case "listCard":
            yield from _list_card(path, shape, CAROUSEL_LIST_ITEMS_MAX if in_row else LIST_ITEMS_MAX)
        case "itemCard":
            yield from _item_card(path, shape, in_row=in_row)
        case "commerceCard":
            if len(_list(shape.get("thumbnails"))) != 1:
                yield f"{path}.thumbnails: exactly one"
            if not _list(shape.get("buttons")):
                yield f"{path}.buttons: at least one"
            yield from _maybe(f"{path}.description", shape.get("description"), BASIC_TEXT_LENGTH_MAX)
            yield from _buttons(path, shape, BUTTONS_MAX)
        case _:
            yield f"{path}: no such kind"


def _text_card(path: str, shape: Mapping[str, object], most: int) -> Found:
    title, text = str(shape.get("title", "")), str(shape.get("description", ""))
    if is_blank(title) and is_blank(text):
        yield f"{path}: neither title nor description"
    yield from _maybe(f"{path}.title", shape.get("title"), TITLE_LENGTH_MAX)
    if length(title) + length(text) > most:
        yield f"{path}: title and description {length(title) + length(text)} > {most}"
    yield from _buttons(path, shape, BUTTONS_MAX)


def _list_card(path: str, shape: Mapping[str, object], most: int) -> Found:
    yield from _text(f"{path}.header.title", _map(shape.get("header")).get("title"), TITLE_LENGTH_MAX)
    items = _list(shape.get("items"))
    if not 1 <= len(items) <= most:
        yield f"{path}.items: {len(items)}"
    for place, item in enumerate(items):
        yield from _text(f"{path}.items[{place}].title", _map(item).get("title"), TITLE_LENGTH_MAX)
        link = _map(item).get("link")
        if link is not None and not any(_is_web(_map(link).get(name)) for name in ("web", "pc", "mobile")):
            yield f"{path}.items[{place}].link: no address"
    yield from _buttons(path, shape, LIST_BUTTONS_MAX)


def _item_card(path: str, shape: Mapping[str, object], *, in_row: bool) -> Found:
    lines = _list(shape.get("itemList"))
    most = CAROUSEL_ITEM_LINES_MAX if in_row else ITEM_LINES_MAX
    if not 1 <= len(lines) <= most:
        yield f"{path}.itemList: {len(lines)}"
    for place, line in enumerate(lines):
        yield from _text(f"{path}.itemList[{place}].title", _map(line).get("title"), ITEM_TITLE_LENGTH_MAX)
    if shape.get("head") and shape.get("profile"):
        yield f"{path}: head and profile"
    said = length(str(shape.get("title", ""))) + length(str(shape.get("description", "")))
    limit = CAROUSEL_ITEM_CARD_LENGTH_MAX if in_row else ITEM_CARD_LENGTH_MAX
    if said > limit:
        yield f"{path}: title and description {said} > {limit}"
    yield from _buttons(path, shape, BUTTONS_MAX)


def _carousel(path: str, shape: Mapping[str, object]) -> Found:
    kind, items = str(shape.get("type", "")), _list(shape.get("items"))
    if kind not in CARDS:
        yield f"{path}.type: {kind}"
    if not 1 <= len(items) <= (CAROUSEL_LISTS_MAX if kind == "listCard" else CAROUSEL_ITEMS_MAX):
        yield f"{path}.items: {len(items)}"
    if shape.get("header") and kind in ("textCard", "listCard"):
        yield f"{path}.header: not with {kind}"
    for place, item in enumerate(items):
        yield from _one(f"{path}.items[{place}]", kind, _map(item), in_row=True)


def _buttons(path: str, shape: Mapping[str, object], most: int) -> Found:
    buttons = _list(shape.get("buttons"))
    stacked = shape.get("buttonLayout") == "vertical"
    if len(buttons) > (most if stacked else min(most, BUTTONS_IN_A_ROW_MAX)):
        yield f"{path}.buttons: {len(buttons)}"
    label = LABEL_LENGTH_MAX if stacked or len(buttons) < BUTTONS_IN_A_ROW_MAX else LABEL_IN_A_ROW_LENGTH_MAX
    actions = ("webLink", "message", "phone", "block", "share", "operator")
    for place, button in enumerate(buttons):
        yield from _press(f"{path}.buttons[{place}]", _map(button), label, actions)


def _press(path: str, shape: Mapping[str, object], label: int, actions: Sequence[str]) -> Found:
    yield from _text(f"{path}.label", shape.get("label"), label)
    action = shape.get("action")
    if action not in actions:
        yield f"{path}.action: {action}"
    needed = {"webLink": "webLinkUrl", "message": "messageText", "phone": "phoneNumber", "block": "blockId"}
    wanted = needed.get(str(action))
    if wanted and is_blank(str(shape.get(wanted) or "")):
        yield f"{path}.{wanted}: missing"
    if action == "webLink" and not _is_web(shape.get("webLinkUrl")):
        yield f"{path}.webLinkUrl: no address"
    if "extra" in shape and not isinstance(shape["extra"], Mapping):
        yield f"{path}.extra: no object"


def _image(path: str, shape: Mapping[str, object]) -> Found:
    if not _is_web(shape.get("imageUrl")):
        yield f"{path}.imageUrl: no address"
    yield from _maybe(f"{path}.altText", shape.get("altText"), ALT_LENGTH_MAX)


def _text(path: str, said: object, most: int) -> Found:
    if not isinstance(said, str) or is_blank(said):
        yield f"{path}: empty"
    elif length(said) > most:
        yield f"{path}: {length(said)} > {most}"


def _maybe(path: str, said: object, most: int) -> Found:
    if said is not None and length(str(said)) > most:
        yield f"{path}: {length(str(said))} > {most}"


def _is_web(address: object) -> bool:
    return isinstance(address, str) and _WEB.fullmatch(address) is not None


def _map(shape: object) -> Mapping[str, object]:
    return shape if isinstance(shape, Mapping) else {}


def _list(shape: object) -> Sequence[object]:
    return shape if isinstance(shape, list | tuple) else ()
