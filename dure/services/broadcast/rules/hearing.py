"""Heard is what was played to four fifths, or said by a key. That something was delivered says nothing. Pure."""

from collections.abc import Iterable
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Key, Part

SHARE: Final = 0.8
PARTS_MAX: Final = 1_000
FLOOR: Final = 5  # of fewer listeners no rate is told
SLACK: Final = 0.5  # seconds by which players round


def played(parts: Iterable[Part], seconds: float) -> float:
    """Which share of a recording of `seconds` was played, each second of it once: repeating one part adds nothing, and what was
    skipped was not played. Raises BadValue.
    """
    known = sorted(parts, key=lambda part: part.begins)
    if len(known) > PARTS_MAX:
        raise BadValue(field="parts", reason="length")
    if not seconds > 0:
        raise BadValue(field="seconds", reason="range")
    heard, until = 0.0, 0.0
    for part in known:
        if not 0 <= part.begins <= part.ends <= seconds:  # also what is no number
            raise BadValue(field="parts", reason="range")
        heard += max(0.0, part.ends - max(part.begins, until))
        until = max(until, part.ends)
    return heard / seconds


def is_heard(share: float, keys: Iterable[Key]) -> bool:
    """Whether somebody heard it who played such a share and pressed these keys. To leave is to have heard enough."""
    return share >= SHARE or Key.HEARD in set(keys)


def rate(heard: int, listeners: int) -> int | None:
    """How many of a hundred heard it, for those who may not know who: in whole percent, never rounded up to all, and of few
    people nothing. Raises ValueError.
    """
    if not 0 <= heard <= listeners:
        raise ValueError("more heard it than there are")
    return heard * 100 // listeners if listeners >= FLOOR else None


def joined(parts: Iterable[Part], seconds: float) -> tuple[Part, ...]:
    """The same seconds in as few parts as say them: what touches or overlaps is one. So a listener may play for ever and little
    is kept. Ends that lie a moment behind the end of the recording are its end: players round. Raises BadValue.
    """
    found: list[Part] = []
    known = [
        Part(part.begins, min(part.ends, seconds) if part.ends <= seconds + SLACK else part.ends) for part in parts
    ]
    played(known, seconds)  # refuses what is no part of it
    for part in sorted(known, key=lambda part: part.begins):
        if found and part.begins <= found[-1].ends + SLACK:
            found[-1] = Part(found[-1].begins, max(found[-1].ends, part.ends))
        else:
            found.append(part)
    return tuple(found)
