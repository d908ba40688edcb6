"""What a scanner and the visit party say to each other, and what each refuses."""

from typing import Annotated

import msgspec

from dure.base.refusals import Refusal

from .visits import Colour, Verdict

READ_LENGTH_MAX = 980  # of what a scanner read or typed (`rules.passes.READ_LENGTH_MAX`)
LETTERS_MAX = 8
NOTES_MAX = 100  # in one message; a scanner without a line brings more in several
SECONDS_MAX = 2**34  # since 1970: in the year 2514, of which every calendar knows
COUNT_MAX = 100_000  # through one scanner a day
Read = msgspec.Meta(max_length=READ_LENGTH_MAX)
Letters = msgspec.Meta(max_length=LETTERS_MAX)


class ScanAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A code that was read just now."""

    code: Annotated[str, Read]
    challenge: Annotated[str, Letters] = ""


class ScanAnswer(msgspec.Struct, frozen=True, gc=False):
    """All that a venue learns: one of four words and its colour."""

    verdict: Verdict
    colour: Colour


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A code that was read without a line. It is sealed as it is."""

    code: Annotated[str, Read]
    scanned_at: Annotated[
        int, msgspec.Meta(ge=0, le=SECONDS_MAX, description="seconds since 1970, by the scanner's clock")
    ]
    challenge: Annotated[str, Letters] = ""


class SettleAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scanner took while it had no line."""

    notes: Annotated[list[Note], msgspec.Meta(min_length=1, max_length=NOTES_MAX)]


class Settled(msgspec.Struct, frozen=True):
    """So many were judged, and none has to be brought again. Which of them counted, nobody is told."""

    judged: int


class Heard(msgspec.Struct, frozen=True):
    """The heart-beat was taken; the next one is due in so many seconds. And what a scanner shows of itself: its place, whether
    that asks guests for letters, the last day on which its key holds, and whether the place counts who is inside.
    """

    next_seconds: int
    name: str
    challenge: bool
    last: str
    counts: bool = False


class CountAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """How many more came than left through this scanner, on a day; null where it does not know what it said before."""

    day: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    number: Annotated[int, msgspec.Meta(ge=-COUNT_MAX, le=COUNT_MAX)] | None = None


class Counted(msgspec.Struct, frozen=True, gc=False):
    """The day it is, this scanner's number from now on, and how many are inside by all scanners of the place."""

    day: int
    number: int
    inside: int


class TokenUnfit(Refusal):
    """The scanner's token is none, is over, or is not signed by a scanner of the register."""


class NotReady(Refusal):
    """The keys or tables of the day are not here yet. Nothing was spent; the same code may be sent again."""

    retry_seconds: int
