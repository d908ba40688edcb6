"""What a message says: parts that every route can show or fall back from. Stored as JSON, sent to browsers as it is.

Sizes are those of the strictest route that shows the part (facts: messaging 1.3); `rules.content` checks them.
"""

from enum import StrEnum

import msgspec


class ButtonKind(StrEnum):
    """What a button does."""

    LINK = "link"  # opens `target`, an address
    MESSAGE = "message"  # says `target` in the conversation
    CALL = "call"  # dials `target`
    ACTION = "action"  # asks a house: `target` is "house.verb:argument"


class Button(msgspec.Struct, frozen=True):
    """`label` has at most 14 characters, as AlimTalk has it."""

    label: str
    kind: ButtonKind
    target: str


class QuickReply(msgspec.Struct, frozen=True):
    """A suggested answer under the last message."""

    label: str
    says: str


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Plain text; line ends count, addresses become links."""

    text: str


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """`file` is the id of a stored file; `says` describes it to who cannot see it."""

    file: str
    says: str
    width: int = 0
    height: int = 0


class Audio(msgspec.Struct, frozen=True, tag="audio"):
    """`transcript` says the same in words."""

    file: str
    seconds: int
    transcript: str = ""


class Card(msgspec.Struct, frozen=True, tag="card"):
    """A title, a text, perhaps a picture, up to three buttons."""

    title: str
    text: str = ""
    picture: Picture | None = None
    buttons: tuple[Button, ...] = ()


class ListItem(msgspec.Struct, frozen=True):
    """A line of a list."""

    title: str
    text: str = ""
    target: str = ""


class ListCard(msgspec.Struct, frozen=True, tag="list"):
    """A heading and up to five lines."""

    title: str
    items: tuple[ListItem, ...]
    buttons: tuple[Button, ...] = ()


class CouponCard(msgspec.Struct, frozen=True, tag="coupon"):
    """A coupon that a service gave; `code` is its id there, `until` an ISO day. `take`: it is still to be taken, by one tap."""

    code: str
    title: str
    text: str = ""
    until: str = ""
    take: bool = False


type Part = Text | Picture | Audio | Card | ListCard | CouponCard


class Content(msgspec.Struct, frozen=True):
    """One message: up to PARTS_MAX parts, shown in order, and buttons and quick replies below the last."""

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()


PARTS_MAX = 3


def text(said: str, *buttons: Button) -> Content:
    """Content that is one text."""
    return Content((Text(said),), buttons)
