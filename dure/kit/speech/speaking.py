"""An announcement: chime, the text twice with a pause between, at one loudness."""

from dataclasses import dataclass

from dure.base import korean
from dure.kit.speech.chime import chime
from dure.kit.speech.loudness import integrated, normalised, true_peak
from dure.kit.speech.sound import SPOKEN_RATE, Sound, joined, resampled, silence
from dure.kit.speech.voices import SPOKEN_LETTERS_MAX, TooMuchToSay, Voice, VoiceFailed

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


def announce(text: str, voice: Voice, *, rate: float = 1.0, twice: bool = True) -> Announcement:
    """`text` as an announcement. Raises TooMuchToSay, VoiceMissing, VoiceFailed (also where nothing in it can be said)."""
    text = text.strip()
    if len(text) > SPOKEN_LETTERS_MAX:
        raise TooMuchToSay(letters=len(text), letters_max=SPOKEN_LETTERS_MAX)
    reading = korean.read(text)
    pronounced = korean.pronounce(reading.text)
    if not any("가" <= char <= "힣" for char in pronounced):
        raise VoiceFailed(voice=type(voice).__name__, why="there is nothing in it to say")
    once = normalised(resampled(voice.synthesise(pronounced, rate), SPOKEN_RATE))
    if integrated([once.samples], once.rate) == float("-inf"):
        raise VoiceFailed(voice=type(voice).__name__, why="it answered silence")
    again = (silence(_BETWEEN_SECONDS), once) if twice else ()
    sound = normalised(joined(chime(), silence(_AFTER_CHIME_SECONDS), once, *again, silence(_END_SECONDS)))
    lufs = integrated([sound.samples], sound.rate)
    return Announcement(reading.text, pronounced, reading.unsaid, sound, lufs, true_peak(sound))
