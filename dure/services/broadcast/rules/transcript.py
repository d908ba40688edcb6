"""What is said, in writing beside the sound: pieces of the words, and when each is heard. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from dure.services.broadcast.types import Cue, Timing

SENTENCE_ENDS: Final = ".!?。！？।။។\n"
HOUR, MINUTE, MILLISECONDS = 3_600, 60, 1_000
ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def pieces(words: str) -> tuple[tuple[int, int], ...]:
    """The words in sentences, each as where it begins and ends in letters. A point between two digits ends none."""
    ends = [at + 1 for at, sign in enumerate(words) if sign in SENTENCE_ENDS]
    cuts = [0, *(end for end in ends if end < len(words)), len(words)]
    return tuple((begin, end) for begin, end in pairwise(cuts) if words[begin:end].strip())


def cues(words: str, timing: Timing, seconds: float, around: tuple[str, str] = ("", "")) -> tuple[Cue, ...]:
    """When each sentence is heard, as often as it is: by its share of the letters, for nobody measures where a voice is.
    `around`: what is said before and after a recording.
    """
    first, last = around
    found = [Cue(0.0, timing.begins, first)] if first else []
    for start in (timing.begins, timing.again):
        if start is not None:
            found += _said(words, start, timing.once)
    if last:
        found.append(Cue(timing.begins + timing.once, seconds, last))
    return tuple(found)


def _said(words: str, start: float, once: float) -> Iterable[Cue]:
    each = once / len(words)
    return [Cue(start + a * each, start + b * each, " ".join(words[a:b].split())) for a, b in pieces(words)]


def vtt(spoken: Sequence[Cue]) -> str:
    """The transcript as WebVTT."""
    blocks = [f"{_time(one.begins)} --> {_time(one.ends)}\n{_escaped(one.text)}" for one in spoken]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _time(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * MILLISECONDS), MILLISECONDS)
    return f"{whole // HOUR:02}:{whole % HOUR // MINUTE:02}:{whole % MINUTE:02}.{thousandths:03}"


def _escaped(text: str) -> str:
    return "".join(ESCAPED.get(sign, sign) for sign in text)
