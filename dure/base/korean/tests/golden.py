"""The written examples and the two held-out sets: read, and scored syllable by syllable."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from dure.base import korean

WORDS_LEAST = 0.98
NUMBERS_LEAST = 0.995
SOUNDS_LEAST = 0.98
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    rule: str
    written: str
    spoken: str


@dataclass(frozen=True)
class Score:
    written: str
    want: str
    got: str
    right: int
    asked: int


def syllables(text: str) -> str:
    """Only the syllables: spaces and pauses are not compared."""
    return "".join(char for char in text if "가" <= char <= "힣")


def score(written: str, want: str, got: str) -> Score:
    """Syllables of `got` that stand where `want` has them; of the longer of both, so that too much counts as wrong."""
    wanted, heard = syllables(want), syllables(got)
    right = sum(block.size for block in SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks())
    return Score(written, want, got, right, max(len(wanted), len(heard)))


def share(scores: list[Score]) -> float:
    return sum(one.right for one in scores) / sum(one.asked for one in scores)


def pronounced() -> Iterator[Example]:
    article = ""
    for line in (_FOLDER / "pronounced_examples.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            article = line.strip("[]")
        elif line and not line.startswith("#"):
            for pair in line.split("; "):
                written, spoken = pair.split("=")
                yield Example(article, written.strip(), spoken.strip())


def normalised() -> Iterator[Example]:
    for rule, written, spoken in _lines("normalised_examples.tsv"):
        yield Example(rule, written.replace("\\n", "\n"), spoken)


def held_out_words() -> list[Score]:
    return [score(written, want, korean.pronounce(written)) for written, want in _lines("heldout_words.tsv")]


def held_out_numbers() -> list[Score]:
    return [score(written, want, korean.normalise(written)) for written, want, *_ in _lines("heldout_numbers.tsv")]


def held_out_sentences() -> list[Score]:
    return [
        score(written, want, korean.pronounce(korean.normalise(written)))
        for written, want in _lines("heldout_sentences.tsv")
    ]


def held_out_sounds() -> list[Score]:
    asked = ((written, want[0]) for written, _, *want in _lines("heldout_numbers.tsv") if want)
    return [score(written, want, korean.pronounce(korean.normalise(written))) for written, want in asked]


def _lines(name: str) -> Iterator[list[str]]:
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")
