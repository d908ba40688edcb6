"""Which sound an announcement gets, when a failed try is repeated, and what of the words a listener heard in it. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from dure.base.refusals import BadValue
from dure.services.broadcast.types import Form, Kind, Part, Timing, VoiceFault

from .hearing import PARTS_MAX, SLACK
from .studio import DRILL_FIRST, DRILL_LAST

TRIES_MAX: Final = 3
LEASE: Final = timedelta(minutes=15)  # so long one try may take; then whoever made it is taken for dead
WAITS: Final = (timedelta(minutes=1), timedelta(minutes=10))  # after the first failure, after the second
LASTING: Final = frozenset({VoiceFault.UNREADABLE, VoiceFault.UNSAID})  # the next try would say the same
CONTENT_TYPES: Final = {Form.OPUS: "audio/ogg; codecs=opus", Form.MP3: "audio/mpeg", Form.WAV: "audio/wav"}
NO_TIMING: Final = Timing(0.0, 0.0, None)


def again_at(fault: VoiceFault, tries: int, now: datetime) -> datetime | None:
    """When a sound that failed is tried once more; None: no more."""
    if fault in LASTING or tries >= TRIES_MAX:
        return None
    return now + WAITS[tries - 1]


def around(kind: Kind, language: str = "ko") -> tuple[str, str]:
    """What is said before and after a recording: a drill says so first and last, whoever speaks in between."""
    return (DRILL_FIRST[language], DRILL_LAST[language]) if kind is Kind.DRILL else ("", "")


def of_words(parts: Iterable[Part], timing: Timing, seconds: float, length: float) -> tuple[Part, ...]:
    """Parts of the sound as parts of the words, which are `length` long in their own unit (letters, or seconds of a recording).
    The chime is none of them; what is said a second time is the same words. Raises BadValue.
    """
    known = tuple(parts)
    if len(known) > PARTS_MAX:
        raise BadValue(field="parts", reason="length")
    found: list[Part] = []
    for part in known:
        if not 0 <= part.begins <= part.ends <= seconds + SLACK:  # also what is no number
            raise BadValue(field="parts", reason="range")
        for start in (timing.begins, timing.again):
            if start is None:
                continue
            begins, ends = max(part.begins, start), min(part.ends, start + timing.once)
            if begins < ends:
                scale = length / timing.once
                found.append(Part((begins - start) * scale, min(length, (ends - start) * scale)))
    return tuple(found[:PARTS_MAX])
