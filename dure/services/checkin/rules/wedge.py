"""What a scanner that types like a keyboard leaves in a field, put back into what it typed.

A Korean machine whose keyboard is switched to Hangul turns every Latin letter into a jamo and joins jamo to syllables. Each
syllable comes from one row of keys only, so nothing is lost; small letters, caps lock and the line end of the scanner do no
harm either.
"""

import re
import unicodedata
from typing import Final

from dure.services.checkin.types import Code, NotACode

from . import passes
from .passes import READ_LENGTH_MAX

# Keys in the order in which Unicode counts the parts of a syllable.
_LEADS: Final = ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"]
_VOWELS: Final = [
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
]
_TAILS: Final = [
    "",
    *[
        "r",
        "R",
        "rt",
        "s",
        "sw",
        "sg",
        "e",
        "f",
        "fr",
        "fa",
        "fq",
        "ft",
        "fx",
        "fv",
        "fg",
        "a",
        "q",
        "qt",
        "t",
        "T",
        "d",
        "w",
        "c",
        "z",
        "x",
        "v",
        "g",
    ],
]
_SYLLABLES: Final = range(0xAC00, 0xD7A4)
_JAMO: Final = dict(zip("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", _LEADS, strict=True))
_JAMO.update(zip("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", _VOWELS, strict=True))
_JAMO.update(zip("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ", _TAILS[1:], strict=True))
_NOISE: Final = re.compile(r"[\s\x00-\x1f\x7f\ufeff\u200b-\u200f]+")


def typed_keys(read: str) -> str:
    """The keys behind what stands in the field, as capitals, without blanks and control characters."""
    composed = unicodedata.normalize("NFC", read[:READ_LENGTH_MAX])
    return _NOISE.sub("", "".join(_keys_of(letter) for letter in composed)).upper()


def read_code(read: str) -> Code:
    """The code that was read, as it is or as a Korean keyboard typed it. Raises what `passes.decode` raises."""
    try:
        return passes.decode(read)
    except NotACode:
        return passes.decode(typed_keys(read))


def _keys_of(letter: str) -> str:
    if ord(letter) in _SYLLABLES:
        lead, rest = divmod(ord(letter) - _SYLLABLES.start, len(_VOWELS) * len(_TAILS))
        vowel, tail = divmod(rest, len(_TAILS))
        return _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]
    return _JAMO.get(letter, letter)
