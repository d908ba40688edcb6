"""What a voice is, and how an installation names the one it has: a dotted path, so that another engine can be put in."""

import importlib
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dure.base.refusals import Refusal

if TYPE_CHECKING:  # who only names a voice needs no numpy
    from dure.kit.speech.sound import Sound

USUAL = "dure.kit.speech.espeak:Espeak"
RATE_LEAST, RATE_MOST = 0.5, 2.0
SPOKEN_LETTERS_MAX = 2_000  # some seven minutes
SECONDS_MAX = 900.0


class VoiceMissing(Refusal):
    """There is no such voice here; `voice` is the path, `why` what is missing."""

    voice: str
    why: str


class VoiceFailed(Refusal):
    """The voice did not speak: it took too long, broke off, or answered nothing that can be heard."""

    voice: str
    why: str


class NothingToSay(VoiceFailed):
    """Nothing in the text can be said in Korean."""


class RecordingUnread(VoiceFailed):
    """A recording that cannot be read here, or is too long, or silent."""


class TooMuchToSay(Refusal):
    """The text is longer than one announcement."""

    letters: int
    letters_max: int


@runtime_checkable
class Voice(Protocol):
    """An engine that speaks. Without state between two calls; one call may take a while."""

    def synthesise(self, pronounced: str, rate: float) -> "Sound":
        """What `dure.base.korean.pronounce` answers, spoken; `rate` 1.0 is slow and clear. Raises VoiceMissing, VoiceFailed."""
        ...


def load(path: str = USUAL) -> Voice:
    """The voice at `path` ("package.module:Name"), made without arguments. Raises VoiceMissing."""
    module, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, ValueError, TypeError) as why:
        raise VoiceMissing(voice=path, why=f"{type(why).__name__}: {why}") from why
    if not isinstance(found, Voice):
        raise VoiceMissing(voice=path, why="it has no synthesise(pronounced, rate)")
    return found
