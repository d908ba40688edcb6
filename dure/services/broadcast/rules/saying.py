"""What steps of a call are made of. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from dure.services.broadcast.types import Call, Line, Move, Named, Phrase, Place, Then, Turn

UNCLEAR_MAX: Final = 3  # so often in a row nothing may be understood
KEY_SECONDS: Final = 8


def say(phrase: Phrase, names: str = "", count: int = 0) -> Line:
    """One thing that is said."""
    return Line(phrase, names, count)


def names_of(villages: Iterable[Named]) -> str:
    """Villages as they are said."""
    return ", ".join(one.name for one in villages)


def ask(call: Call, *lines: Line, seconds: int = KEY_SECONDS) -> Move:
    """Say these, and wait for one key."""
    return Move(call, turn=Turn(lines=lines, then=Then.KEYS, seconds=seconds))


def end(call: Call, *lines: Line) -> Move:
    """Say these, and hang up."""
    return Move(replace(call, place=Place.OVER), turn=Turn(lines=lines))


def hung_up(call: Call) -> Move:
    """Nothing is said any more."""
    return Move(replace(call, place=Place.OVER), turn=Turn(lines=()))
