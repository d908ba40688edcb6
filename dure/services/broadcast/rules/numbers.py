"""The number of a village, which stands in for a second person where nobody can be reached. Pure."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import NumberLocked

DIGITS: Final = 6
WRONG_MAX: Final = 5  # then nobody may try for a while
LOCKED: Final = timedelta(hours=1)


def check_number(number: str) -> str:
    """Six digits that nobody guesses first. Raises BadValue."""
    said = "".join(number.split())
    if len(said) != DIGITS or not (said.isascii() and said.isdigit()):
        raise BadValue(field="number", reason="six_digits")
    steps = {int(b) - int(a) for a, b in pairwise(said)}
    if len(steps) == 1 or said[: DIGITS // 2] == said[DIGITS // 2 :]:  # 111111, 123456, 987654; 123123
        raise BadValue(field="number", reason="too_plain")
    return said


def demand_open(locked_until: datetime | None, now: datetime) -> None:
    """That it may be tried now. Raises NumberLocked."""
    if locked_until is not None and now < locked_until:
        raise NumberLocked(until=locked_until)


def after_wrong(wrong: int, now: datetime) -> tuple[int, datetime | None]:
    """How many were wrong now, and until when nobody may try; after that one counts anew."""
    return (0, now + LOCKED) if wrong + 1 >= WRONG_MAX else (wrong + 1, None)
