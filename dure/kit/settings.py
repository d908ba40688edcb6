"""Reading settings from the environment: one frozen value, unknown DURE_* variables refused."""

import difflib
from collections.abc import Mapping
from pathlib import Path

import dotenv

PREFIX = "DURE_"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


class BadSetting(ValueError):
    """A setting is unknown, missing or does not fit; the message says which and what to do."""


class Reader:
    """Takes settings out of an environment and refuses what nobody asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()

    @property
    def known(self) -> frozenset[str]:
        """The names asked for so far."""
        return frozenset(self._known)

    def text(self, name: str, default: str) -> str:
        """What is said, blanks around it gone."""
        self._known.add(name)
        return self._environment.get(name, default).strip()

    def _or_default(self, name: str, default: str) -> str:
        return self.text(name, default) or default  # set but empty is not set

    def number(self, name: str, default: int, least: int, most: int) -> int:
        said = self._or_default(name, str(default))
        try:
            number = int(said)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise BadSetting(f"{name}={said!r}: give a whole number from {least} to {most}")
        return number

    def yes(self, name: str, default: bool) -> bool:
        said = self._or_default(name, "1" if default else "0").lower()
        if said not in (*YES, *NO):
            raise BadSetting(f"{name}={said!r}: give 1 or 0")
        return said in YES

    def one_of(self, name: str, *choices: str) -> str:
        """One of `choices`; the first is the default."""
        said = self._or_default(name, choices[0])
        if said not in choices:
            raise BadSetting(f"{name}={said!r}: give {' or '.join(choices)}")
        return said

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())

    def refuse_unknown(self) -> None:
        """Raise BadSetting for every name with our prefix that nobody asked for: a typo must not pass for a setting."""
        unknown = sorted(name for name in self._environment if name.startswith(PREFIX) and name not in self._known)
        if unknown:
            said = "; ".join(name + self._meant(name) for name in unknown)
            raise BadSetting(f"unknown settings: {said}. The file .env.example lists the known ones.")

    def _meant(self, name: str) -> str:
        close = difflib.get_close_matches(name, sorted(self._known), n=1, cutoff=0.75)
        return f" (did you mean {close[0]}?)" if close else ""


def read_file(path: Path) -> dict[str, str]:
    """The settings in a .env file; a missing file has none. Raises BadSetting for a line that is no setting."""
    if not path.is_file():
        return {}
    said = dotenv.dotenv_values(path, interpolate=False, encoding="utf-8")  # a $ in a password stays a $
    empty = [name for name, value in said.items() if value is None]
    if empty:
        raise BadSetting(f"{path}: {empty[0]!r} has no value; write NAME=value, or # before a comment")
    return {name: value for name, value in said.items() if value is not None}
