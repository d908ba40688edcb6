"""A Hangul syllable is three letters: head, vowel, final. Unicode lays them out by arithmetic."""

from dataclasses import dataclass

HEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
NO_HEAD = "ㅇ"  # written where a syllable begins with its vowel
_FIRST, _LAST = "가", "힣"
_HEAD_OF = {letter: index for index, letter in enumerate(HEADS)}
_VOWEL_OF = {letter: index for index, letter in enumerate(VOWELS)}
_FINAL_OF = {letter: index for index, letter in enumerate(FINALS)}


@dataclass(slots=True)
class Syllable:
    """The letters of one syllable; `final` is empty where it ends with its vowel."""

    head: str
    vowel: str
    final: str

    def __str__(self) -> str:
        code = (_HEAD_OF[self.head] * len(VOWELS) + _VOWEL_OF[self.vowel]) * len(FINALS) + _FINAL_OF[self.final]
        return chr(ord(_FIRST) + code)


def is_syllable(char: str) -> bool:
    """Whether it is one whole Hangul syllable (가 to 힣)."""
    return _FIRST <= char <= _LAST


def split(char: str) -> Syllable:
    """The letters of a Hangul syllable; what is none is a bug of the caller."""
    code = ord(char) - ord(_FIRST)
    head, rest = divmod(code, len(VOWELS) * len(FINALS))
    vowel, final = divmod(rest, len(FINALS))
    return Syllable(HEADS[head], VOWELS[vowel], FINALS[final])


def final_of(char: str) -> str:
    """The closing consonant of a syllable, empty where there is none or where `char` is no syllable."""
    return FINALS[(ord(char) - ord(_FIRST)) % len(FINALS)] if is_syllable(char) else ""
