"""An announcement: chime, the text twice with a pause between, at one loudness."""

from dataclasses import dataclass

from dure.base import korean
from dure.kit.speech.chime import chime
from dure.kit.speech.loudness import integrated, normalised, true_peak
from dure.kit.speech.sound import SPOKEN_RATE, Sound, joined, resampled, silence
from dure.kit.speech.voices import (
    SPOKEN_LETTERS_MAX,
    NothingToSay,
    RecordingUnread,
    TooMuchToSay,
    Voice,
    VoiceFailed,
)

_AFTER_CHIME_SECONDS, _BETWEEN_SECONDS, _END_SECONDS = 0.7, 1.6, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Announcement:
    """What is heard, and the words it was made of."""

    normalised: str
    pronounced: str
    unsaid: tuple[str, ...]
    sound: Sound
    lufs: float
    peak_dbtp: float
    begins: float  # seconds until the text begins
    once: float  # how long it lasts
    again: float | None  # where it begins a second time; None: it does not


def announce(text: str, voice: Voice, *, rate: float = 1.0, twice: bool = True) -> Announcement:
    """`text` as an announcement. Raises TooMuchToSay, VoiceMissing, VoiceFailed (also where nothing in it can be said)."""
    once, reading, pronounced = _spoken(text, voice, rate)
    again = (silence(_BETWEEN_SECONDS), once) if twice else ()
    before = (chime(), silence(_AFTER_CHIME_SECONDS))
    sound = normalised(joined(*before, once, *again, silence(_END_SECONDS)))
    begins = sum(part.seconds for part in before)
    return Announcement(
        reading.text,
        pronounced,
        reading.unsaid,
        sound,
        integrated([sound.samples], sound.rate),
        true_peak(sound),
        begins,
        once.seconds,
        begins + once.seconds + _BETWEEN_SECONDS if twice else None,
    )


def announce_recorded(recording: Sound, voice: Voice | None, first: str = "", last: str = "") -> Announcement:
    """A person's own voice as an announcement, once; `first` and `last` are said around it by `voice`.

    Raises RecordingUnread where there is only silence, and what `announce` does for the words around it.
    """
    own = normalised(resampled(recording, SPOKEN_RATE))
    if integrated([own.samples], own.rate) == float("-inf"):
        raise RecordingUnread(voice="recording", why="there is only silence in it")
    before = [chime(), silence(_AFTER_CHIME_SECONDS)]
    after = [silence(_END_SECONDS)]
    if first and voice is not None:
        before += [_spoken(first, voice, 1.0)[0], silence(_AFTER_CHIME_SECONDS)]
    if last and voice is not None:
        after = [silence(_AFTER_CHIME_SECONDS), _spoken(last, voice, 1.0)[0], *after]
    sound = normalised(joined(*before, own, *after))
    begins = sum(part.seconds for part in before)
    lufs = integrated([sound.samples], sound.rate)
    return Announcement("", "", (), sound, lufs, true_peak(sound), begins, own.seconds, None)


def _spoken(text: str, voice: Voice, rate: float) -> tuple[Sound, korean.Reading, str]:
    """The text said once, how it reads, how it sounds."""
    text = text.strip()
    if len(text) > SPOKEN_LETTERS_MAX:
        raise TooMuchToSay(letters=len(text), letters_max=SPOKEN_LETTERS_MAX)
    reading = korean.read(text)
    pronounced = korean.pronounce(reading.text)
    if not any("가" <= char <= "힣" for char in pronounced):
        raise NothingToSay(voice=type(voice).__name__, why="there is nothing in it to say")
    once = normalised(resampled(voice.synthesise(pronounced, rate), SPOKEN_RATE))
    if integrated([once.samples], once.rate) == float("-inf"):
        raise VoiceFailed(voice=type(voice).__name__, why="it answered silence")
    return once, reading, pronounced
