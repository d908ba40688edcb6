"""Reading settings from the environment: one frozen value, unknown DURE_* variables refused."""

from collections.abc import Mapping

PREFIX = "DURE_"


class BadSetting(ValueError):
    """A setting is unknown, missing or does not fit; the message says which and what to do."""


class Reader:
    """Takes settings out of an environment and refuses what nobody asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: set[str] = set()

    def text(self, name: str, default: str) -> str:
        self._known.add(name)
        return self._environment.get(name, default).strip()

    def number(self, name: str, default: int, least: int, most: int) -> int:
        said = self.text(name, str(default))
        if not said.lstrip("-").isdigit() or not least <= int(said) <= most:
            raise BadSetting(f"{name}={said!r}: give a whole number from {least} to {most}")
        return int(said)

    def yes(self, name: str, default: bool) -> bool:
        said = self.text(name, "1" if default else "0").lower()
        if said not in ("1", "0", "true", "false", "yes", "no"):
            raise BadSetting(f"{name}={said!r}: give 1 or 0")
        return said in ("1", "true", "yes")

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in self.text(name, "").split(",") if word.strip())

    def refuse_unknown(self) -> None:
        unknown = sorted(name for name in self._environment if name.startswith(PREFIX) and name not in self._known)
        if unknown:
            raise BadSetting(f"unknown settings: {', '.join(unknown)}; .env.example lists the known ones")
