"""What dealers take: limits of the documents (facts: messaging 1.3), content as plain text, addresses. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

from dure.foundations.channels.types import (
    Audio,
    Button,
    ButtonKind,
    Card,
    Content,
    CouponCard,
    ListCard,
    Part,
    Picture,
    Purpose,
    Route,
    Text,
)

KEY_LENGTH_MAX = 100  # of an attempt: SOLAPI's custom fields and NHN's grouping keys have no more
SMS_BYTES_MAX = 90
LMS_BYTES_MAX = 2_000
SUBJECT_BYTES_MAX = 40
ALIMTALK_LENGTH_MAX = 1_000  # of what is sent
TEMPLATE_LENGTH_MAX = 1_300  # of what is registered
TEMPLATE_NAME_LENGTH_MAX = 150
TEMPLATE_CODE_LENGTH_MAX = 20
VARIABLES_MAX = 40
BUTTONS_MAX = 5
BUTTON_NAME_LENGTH_MAX = 14
VOICE_LENGTH_MAX = 1_900
PUSH_BYTES_MAX = 3_000  # sealed it has to stay below the 4,096 that services take
PUSH_TEXT_LENGTH_MAX = 280  # what browsers show of a notice; ours cut at 300, where an emoji counts two
PUSH_SECONDS_MAX = 28 * 24 * 3600
NUMBER = re.compile(r"0[0-9]{7,11}")
WEB_ADDRESS = re.compile(r"https?://\S+")
NARROW = str.maketrans("–—‐“”‘’•\u00a0\u3164", "---\"\"''-  ", "") | {ord("…"): "...", ord("₩"): "원"}
DECORATION = ("So", "Sk", "Cf", "Mn", "Me", "Cs", "Co", "Cn")  # signs that nobody misses
ROUTES_OF_TEXT = frozenset({Route.ALIMTALK, Route.SMS, Route.VOICE})
WORTH_TWICE = frozenset({Purpose.SAFETY, Purpose.CARE})


def may_come_twice(purpose: Purpose) -> bool:
    """Whether a message whose fate nobody can learn is sent again: a warning rather twice than never, an ad never twice."""
    return purpose in WORTH_TWICE


def number(said: str) -> str | None:
    """A Korean telephone number in digits; None when it is none."""
    digits = re.sub(r"[ .()-]", "", said)
    digits = f"0{digits[3:]}" if digits.startswith("+82") else digits
    return digits if NUMBER.fullmatch(digits) else None


def plain(content: Content) -> str:
    """The whole message as text, links written out, for routes that know nothing else."""
    blocks = [said for part in content.parts if (said := _part(part))]
    return "\n\n".join([*blocks, *(["\n".join(links)] if (links := list(_links(content.buttons))) else [])])


def brief(text: str, most: int, *, keeps_end: bool) -> str:
    """The beginning of a text, at most `most` signs; with its last line, where that must be read (the way out of an ad)."""
    if len(text) <= most:
        return text
    end = f"\n{text.rpartition('\n')[2]}" if keeps_end else ""
    return f"{text[: most - len(end) - 1]}…{end}" if len(end) < most else text[:most]


def spoken(content: Content) -> str:
    """The message for the ear: without links and buttons."""
    bare = (
        msgspec.structs.replace(part, buttons=()) if isinstance(part, Card | ListCard) else part
        for part in content.parts
    )
    return "\n\n".join(said for part in bare if (said := _part(part)))


def for_the_ear(content: Content) -> str:
    """The message as a call reads it: an address on the web is no word, and a line that only leads to one is left out. Where
    nothing else is said, it stays.
    """
    said = spoken(content)
    lines = ((line, WEB_ADDRESS.sub("", line).rstrip()) for line in said.split("\n"))
    heard = "\n".join(bare for line, bare in lines if line.rstrip() == bare or (bare and not bare.endswith(":")))
    return heard.strip() or said


def heading(content: Content) -> str:
    """One line that says what it is about."""
    for part in content.parts:
        if isinstance(part, Card | ListCard | CouponCard) and part.title:
            return " ".join(part.title.split())
    lines = plain(content).strip().splitlines()
    return " ".join(lines[0].split()) if lines else ""


def _part(part: Part) -> str:
    match part:
        case Text(text=text):
            return text
        case Picture(says=says):
            return says
        case Audio(transcript=transcript):
            return transcript
        case Card(title=title, text=text, picture=picture, buttons=buttons):
            return _lines(title, picture.says if picture else "", text, *_links(buttons))
        case ListCard(title=title, items=items, buttons=buttons):
            said = (" ".join(filter(None, (f"- {one.title}", one.text, one.target))) for one in items)
            return _lines(title, *said, *_links(buttons))
        case CouponCard(title=title, text=text, until=until):
            return _lines(title, text, f"~ {until}" if until else "")


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _links(buttons: Iterable[Button]) -> Iterable[str]:
    for button in buttons:
        if button.kind in (ButtonKind.LINK, ButtonKind.CALL):
            yield f"{button.label}: {button.target}"


def korean_only(text: str) -> str | None:
    """The text in letters that a text message can carry (EUC-KR): typographic signs made plain, emoji left out.

    None when a letter that matters cannot be carried (another script): leaving it out could change a name.
    """
    kept = []
    for sign in unicodedata.normalize("NFC", text).translate(NARROW):
        if _width(sign):
            kept.append(sign)
        elif unicodedata.category(sign) not in DECORATION:
            return None
    return "".join(kept)


def sms_bytes(text: str) -> int:
    """The length as a text message counts it; the text must be `korean_only`."""
    return sum(map(_width, text))


@lru_cache(maxsize=8_192)
def _width(sign: str) -> int:
    """1 or 2 bytes; 0: no letter of EUC-KR's own, also where Python would spell one out in eight bytes."""
    try:
        carried = sign.encode("euc_kr")
        return len(carried) if len(carried) <= 2 and carried.decode("euc_kr") == sign else 0
    except UnicodeError:
        return 0


def cut(text: str, bytes_max: int) -> str:
    """The beginning of a text, in at most so many bytes of a text message."""
    taken = 0
    for place, sign in enumerate(text):
        taken += _width(sign)
        if taken > bytes_max:
            return text[:place]
    return text


def may_push_to(endpoint: str, hosts: Iterable[str]) -> bool:
    """Whether an endpoint that a browser gave lies at a push service that is known here: anything else could be made to
    knock at machines of ours. `hosts`: names, "*.name" for all below a name, or whole origins of this machine for trials.
    """
    try:
        where = urlsplit(endpoint)
        origin, name = f"{where.scheme}://{where.netloc}", where.hostname or ""
        where.port  # noqa: B018 - read to have a bad one refused here
    except ValueError:
        return False
    if where.username or where.password:
        return False
    for host in hosts:
        if "://" in host:
            if origin == host:
                return True
        elif where.scheme == "https" and where.port in (None, 443) and _is_at(name, host):
            return True
    return False


def _is_at(name: str, host: str) -> bool:
    return name.endswith(host[1:]) if host.startswith("*.") else name == host
