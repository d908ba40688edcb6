"""The words of `lexicon.txt`: where a word has a seam that its spelling does not show, and what happens there."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MARKS = "|+*_~"
_FILE = Path(__file__).with_name("lexicon.txt")
_BEFORE_SUFFIX_MIN = 2  # 사용 is no compound of 용, 농업용 is one
_FOLLOWS = frozenset(
    "이가은는을를에의와과도로만부까처보께서라입인임였예야나든조마"
)  # first syllables of particles and of 이다
_ARTICLE_OF = {"|": "15", "+": "29", "_": "30", "~": "20", "*": "28"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A word without its marks; `seams` says what happens before which of its syllables."""

    surface: str
    seams: tuple[tuple[int, str, str], ...]  # (syllable, mark, article)
    anywhere: bool
    last: bool
    suffix: bool


class BadLexicon(Exception):
    """A line of the lexicon that cannot be meant so."""


def parse(text: str) -> Iterator[Entry]:
    """Every word of a lexicon file in its order; repeated ones as well."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line.strip() and not line.startswith("#"):
            if not section:
                raise BadLexicon(f"line {number}: words before the first section")
            yield from (_entry(word, section) for word in line.split())


def _entry(word: str, section: str) -> Entry:
    anywhere = word.startswith("-") or (section == "26" and not word.startswith("^"))
    body = word.lstrip("-^").removesuffix("$")
    seams: list[tuple[int, str, str]] = []
    surface = ""
    for char in body:
        if char in MARKS:
            seams.append((len(surface), char, section if char == "*" and section in SECTIONS else _ARTICLE_OF[char]))
        elif "가" <= char <= "힣":
            surface += char
        else:
            raise BadLexicon(f"{word!r}: {char!r} is neither a syllable nor a mark")
    if not surface or len({place for place, _, _ in seams}) < len(seams):
        raise BadLexicon(f"{word!r}: no syllables, or two marks in one place")
    return Entry(surface, tuple(seams), anywhere, word.endswith("$"), bool(seams) and seams[0][0] == 0)


SECTIONS = ("24", "26", "27", "28")  # of these a * is: the others' * is that of compounds


@dataclass(frozen=True, slots=True)
class Seam:
    """What the lexicon says of the place before a syllable of a written word."""

    mark: str
    article: str


@cache
def entries() -> dict[str, tuple[Entry, ...]]:
    """The lexicon by written form: at most one word and one suffix of the same form."""
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in parse(_FILE.read_text(encoding="utf-8")):
        same = found.get(entry.surface, ())
        if any(other.suffix == entry.suffix for other in same):
            raise BadLexicon(f"{entry.surface!r} stands twice")
        found[entry.surface] = (*same, entry)
    return found


@cache
def _letters_max() -> int:
    return max(map(len, entries()))


def seams(word: str) -> dict[int, Seam]:
    """Where in a written word (Hangul only) something happens, by the syllable that it happens before.

    The longest word counts, from left to right; nothing is looked at twice, so the work grows with the length alone.
    """
    found: dict[int, Seam] = {}
    at, free = 0, True  # free: a word of the list may begin here
    while at < len(word):
        entry = _longest(word, at, free=free)
        if entry is None:
            at, free = at + 1, False
            continue
        for place, mark, article in entry.seams:
            found[at + place] = Seam(mark, article)
        at, free = at + len(entry.surface), True
    return found


def _longest(word: str, at: int, *, free: bool) -> Entry | None:
    known = entries()
    for length in range(min(_letters_max(), len(word) - at), 0, -1):
        for entry in known.get(word[at : at + length], ()):
            if _fits(entry, word, at, free=free):
                return entry
    return None


def _fits(entry: Entry, word: str, at: int, *, free: bool) -> bool:
    end = at + len(entry.surface)
    if entry.last and end < len(word) and word[end] not in _FOLLOWS:
        return False
    if entry.suffix:
        return at >= _BEFORE_SUFFIX_MIN
    return entry.anywhere or free
