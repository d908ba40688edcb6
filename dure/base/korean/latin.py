"""Latin letters as Korean says them: known words, else letter by letter. Addresses of the web label by label."""

import re

from dure.base.korean import tables

_NAMES = tables.named("letters")
_WORDS = tables.named("latin")
_LABELS = tables.listed("words", "labels")
_TOP_LABELS = frozenset(
    ("kr", "com", "net", "org", "info", "io", "me", "app", "dev", "co", "tv", "shop", "site", "edu", "gov")
)
WORD = re.compile(r"[A-Za-z]{1,40}(?:-[A-Za-z]{1,20})?")
_LABEL = r"[A-Za-z0-9-]{1,63}"
WEB = re.compile(
    rf"(?P<scheme>https?://|www\.)?(?P<host>{_LABEL}(?:\.{_LABEL}){{1,6}})(?::\d{{1,5}})?(?P<path>[/?#][!-~]{{0,500}})?",
    re.A,
)
MAIL = re.compile(rf"(?P<local>[A-Za-z0-9._%+-]{{1,64}})@(?P<host>{_LABEL}(?:\.{_LABEL}){{1,6}})", re.A)
_DIGITS = dict(zip("0123456789", "공일이삼사오육칠팔구", strict=True))
_SIGNS = {"-": " 빼기 ", "_": " 밑줄 ", ".": " 점 ", "+": " 더하기 ", "%": " 퍼센트 "}


def word(text: str) -> str:
    """A Latin word as it is said: a known one as a word, else its letters; parts joined by - one after another."""
    if known := _WORDS.get(text.lower()):
        return known
    return " ".join(_WORDS.get(part.lower()) or spelled(part) for part in text.split("-") if part)


def spelled(text: str) -> str:
    """Letters and digits one by one, without spaces: yp21 is 와이피이일; signs are named."""
    return "".join(_NAMES.get(char) or _DIGITS.get(char) or _SIGNS.get(char, "") for char in text.lower())


def sets_apart(text: str, at: int) -> bool:
    """Whether a noun that stands apart follows at `at`: A동 is 에이 동, but KTX를 is 케이티엑스를."""
    return text.startswith(_LABELS, at)


def host(name: str) -> str:
    """The name of a host: yp21.go.kr is 와이피이일 점 지오 점 케이알."""
    labels = [label for label in name.split(".") if label]
    return " 점 ".join(_WORDS.get(label.lower()) or spelled(label) for label in labels)


def is_address(scheme: str | None, name: str) -> bool:
    """Whether something with points is an address of the web: it says so, or it ends as one."""
    return bool(scheme) or name.rpartition(".")[2].lower() in _TOP_LABELS
