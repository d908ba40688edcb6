"""Where the reading of a text stands: what was said, what is still open, and what was found on the way."""

from dataclasses import dataclass, field
from enum import Enum, auto

from dure.base.korean.counters import Hours
from dure.base.korean.letters import is_syllable
from dure.base.korean.plain import ATTACH

_BEFORE_LETTERS = 16  # how far back a number looks for what it may be
_AFTER_LETTERS = 16
_UNTIL_SAID = ("까지", "에", "중", "내")
_UNTIL_SAID_APART = ("까지", "사이", "동안", "중에")


class Kind(Enum):
    """What was read last."""

    NONE = auto()
    NUMBER = auto()
    TIME = auto()  # a date or a time of day
    PHONE = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was not plain Hangul: the rule that read it, as written and as said."""

    rule: str
    written: str
    said: str


@dataclass(slots=True)
class Scan:
    """A text, and how far it has been read."""

    text: str
    hours: Hours
    at: int = 0
    said: list[str] = field(default_factory=list)
    kind: Kind = Kind.NONE
    ended: int = 0  # where the last thing that was no plain Hangul ended
    until: bool = False  # a span of days or hours has begun and is not yet closed
    below: bool = False  # a span began below nought
    steps: int = 0
    found: list[Found] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)

    @property
    def before(self) -> str:
        """A little of the text before."""
        return self.text[max(0, self.at - _BEFORE_LETTERS) : self.at]

    def after(self, end: int) -> str:
        """A little of the text from `end` on."""
        return self.text[end : end + _AFTER_LETTERS]

    def say(self, rule: str, words: str, end: int, kind: Kind = Kind.NUMBER) -> bool:
        """Take the text up to `end` as read by `rule`; what was said of it is `words`. Always true: something was read."""
        ordinal = self.before.endswith("제") and not is_syllable(self.before[-2:-1] or " ")
        self.said.append(words if ordinal else " " + words)
        self.found.append(Found(rule, self.text[self.at : end], words))
        self.at = self.ended = end
        self.kind = kind
        if self.until and kind is Kind.TIME:
            self._close()
        return True

    def _close(self) -> None:
        rest = self.after(self.at)
        follows = rest.lstrip()[:1]
        if follows.isdigit() or follows == "(":
            return  # a day after its month, minutes after the hour, the day of the week
        self.until = False
        if not (rest.startswith(_UNTIL_SAID) or rest.lstrip().startswith(_UNTIL_SAID_APART)):
            self.said.append(ATTACH + "까지")

    def pause(self, mark: str) -> None:
        """A pause, which also ends whatever was open."""
        self.said.append(mark)
        self.until = self.below = False
        self.kind = Kind.NONE
