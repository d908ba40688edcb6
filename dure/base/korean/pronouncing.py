"""Hangul as it is written to Hangul as it is spoken, by the Standard Pronunciation (표준 발음법)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dure.base.korean import joins, lexicon
from dure.base.korean.articles import END, ORDER, Join, Meeting, vowel
from dure.base.korean.letters import Syllable, final_of, split
from dure.base.korean.limits import WORDS_LETTERS_MAX, refuse_long

PAUSES = ",.?"
_PARTS = re.compile(r"[가-힣]+|[,.?]")


@dataclass(frozen=True, slots=True)
class Change:
    """One article at one place: `at` counts the syllables of the text from 0, the change lies before syllable `at` + 1."""

    article: str
    at: int
    written: str
    spoken: str


@dataclass(slots=True)
class _Spoken:
    """One syllable on its way: as written, its letters, and what stood before it."""

    written: str
    letters: Syllable
    spaced: bool


def pronounce(text: str) -> str:
    """`text` as it is pronounced: syllables, single spaces where words part, and the pauses , . ? of `normalise`.

    Whatever else is in it counts as a space; numbers and letters are for `normalise`. Longer than the limit: TextTooLong.
    """
    return "".join(_written(part) for part in _breaths(text)).strip()


def explain(text: str) -> tuple[Change, ...]:
    """Which article changed what in `text`, in the order of the text."""
    changes: list[Change] = []
    start = 0
    for part in _breaths(text):
        if isinstance(part, str):
            continue
        changes += (Change(c.article, c.at + start, c.written, c.spoken) for c in part.changes)
        start += len(part.syllables)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Breath:
    syllables: tuple[_Spoken, ...]
    changes: tuple[Change, ...]


def _breaths(text: str) -> Iterator[_Breath | str]:
    """Stretches between pauses, spoken; the pauses themselves between them."""
    refuse_long(text, WORDS_LETTERS_MAX)
    words: list[str] = []
    for found in _PARTS.finditer(text):
        part = found[0]
        if part not in PAUSES:
            words.append(part)
            continue
        if words:
            yield _speak(words)
        yield part
        words = []
    if words:
        yield _speak(words)


def _written(part: _Breath | str) -> str:
    if isinstance(part, str):
        return part + " "
    return "".join(" " * one.spaced + str(one.letters) for one in part.syllables)


def _speak(words: list[str]) -> _Breath:
    """One breath: every meeting of two syllables, then every vowel."""
    spoken: list[_Spoken] = []
    meetings: list[Meeting] = []
    for index, word in enumerate(words):
        if index:
            counted = index > 1 and joins.is_number(words[index - 2])
            then = words[index + 1] if index + 1 < len(words) else ""
            meetings.append(_between((words[index - 1], word, then), counter=counted))
        meetings += _within(word, after_number=bool(index) and joins.is_number(words[index - 1]))
        spoken += (_Spoken(char, split(char), bool(index) and place == 0) for place, char in enumerate(word))
    meetings.append(Meeting(spoken[-1].letters.final, END, END, before=words[-1]))
    changes: list[Change] = []
    for place, meeting in enumerate(meetings):
        for article in ORDER:
            article(meeting)
        spoken[place].letters.final = meeting.final
        if place + 1 < len(spoken):
            spoken[place + 1].letters.head = meeting.head
        pair = "".join(one.written for one in spoken[place : place + 2])
        heard = "".join(str(one.letters) for one in spoken[place : place + 2])
        changes += (Change(article, place, pair, heard) for article in meeting.fired)
    changes += _vowels(spoken)
    return _Breath(tuple(spoken), tuple(sorted(changes, key=lambda change: change.at)))


def _vowels(spoken: list[_Spoken]) -> Iterator[Change]:
    for place, one in enumerate(spoken):
        sound = vowel(one.letters.head, split(one.written).head, one.letters.vowel)
        if sound != one.letters.vowel:
            one.letters.vowel = sound
            yield Change("5", place, one.written, str(one.letters))


def _between(words: tuple[str, str, str], *, counter: bool) -> Meeting:
    before, after, then = words
    met, first = joins.meet(before, after, then, counter=counter), split(after[0])
    return Meeting(
        final_of(before[-1]), first.head, first.vowel, met.join, met.mark, met.article, before[-3:], after[:3]
    )


def _within(word: str, *, after_number: bool) -> Iterator[Meeting]:
    """The meetings inside a word, with what lexicon, numbers and endings say of them."""
    seams = lexicon.seams(word) if not (after_number and len(word) <= _COUNTER_LETTERS) else {}
    digits = joins.digits_said(word)
    for place in range(1, len(word)):
        letters = split(word[place])
        seam = seams.get(place)
        mark, article = (seam.mark, seam.article) if seam else ("", "")
        head = letters.head
        if digits and word[place] == "육":
            mark, article, head = ("+", "29", head) if final_of(word[place - 1]) else ("", "", "ㄹ")
        elif not mark and joins.tensed_ending(word, place):
            mark, article = "*", "27"
        join = Join.CONTENT if mark == "|" else Join.INSIDE
        yield Meeting(
            final_of(word[place - 1]),
            head,
            letters.vowel,
            join,
            mark,
            article,
            word[max(0, place - 3) : place],
            word[place : place + 3],
        )


_COUNTER_LETTERS = 2  # 대가 behind a number is the counter 대 with its particle, and not 대가
