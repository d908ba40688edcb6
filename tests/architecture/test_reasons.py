"""Where a check is told to look away, the line says why."""

import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.architecture import town
from tests.architecture.town import Finding

LOOKS_AWAY = re.compile(
    r"#\s*(?:type:\s*ignore|noqa|pragma:|fmt:|mypy:)(?:\[[\w, -]+\]|:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*)?"
)
NAMED = re.compile(r"#\s*(?:type:\s*ignore\[|noqa:\s*[A-Z])")
WORDS = re.compile(r"[A-Za-z]{2,}")
WORDS_MIN = 2


def unexplained(text: str) -> Iterator[tuple[int, str]]:
    """(line, what is missing) of each comment that makes a check look away: which check, or why."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT or not LOOKS_AWAY.match(token.string):
            continue
        if not NAMED.match(token.string):
            yield token.start[0], f"{token.string}: which check?"
        elif len(WORDS.findall(LOOKS_AWAY.sub("", token.string))) < WORDS_MIN:
            yield token.start[0], f"{token.string}: say why"


def test_whoever_makes_a_check_look_away_says_why() -> None:
    def findings() -> Iterator[Finding]:
        for source in town.sources():
            yield from (Finding(f"{source.name}:{line}", what) for line, what in unexplained(source.text))

    town.settle("reason", findings())


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("x = 1  # type: " + "ignore", True),
        ("x = 1  # type: " + "ignore[misc]", True),
        ("x = 1  # type: " + "ignore[misc]  # the library ships no types", False),
        ("x = 1  # no" + "qa", True),
        ("x = 1  # no" + "qa: S311, S101", True),
        ("x = 1  # no" + "qa: S311 - chance, not secrecy", False),
        ("x = 1  # type: " + "ignore[misc]  # no" + "qa: S311", True),
        ("x = 1  # plain words", False),
    ],
)
def test_a_bare_one_is_found(line: str, is_wrong: bool) -> None:
    assert bool(list(unexplained(line + "\n"))) == is_wrong
