"""The lists of `words.toml`, read once."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


class BadTable(Exception):
    """A list of words that is not as it should be."""


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def listed(section: str, name: str) -> tuple[str, ...]:
    """The words of one list, parted by white space; none twice."""
    found = tuple(_tables()[section][name].split())
    if len(set(found)) < len(found):
        raise BadTable(f"{section}.{name} has {sorted(word for word in set(found) if found.count(word) > 1)} twice")
    return found


def named(section: str) -> dict[str, str]:
    """A table from sign to word."""
    return dict(_tables()[section])
