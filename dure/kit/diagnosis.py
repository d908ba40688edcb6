"""What `dure doctor` finds: is this installation fit to serve, and what to do where it is not.

A house that knows of trouble has `diagnoses() -> tuple[Diagnosis, ...]` in its room `commands.py`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much it matters."""

    OK = "ok"
    WARNING = "warning"  # serves, but somebody should know
    WRONG = "wrong"  # do not let people in before this is put right


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at: what was found, in a sentence for an operator, and what to do about it."""

    subject: str
    level: Level
    found: str
    todo: str = ""

    def __post_init__(self) -> None:
        if self.level is not Level.OK and not self.todo:
            raise ValueError(f"{self.subject}: say what to do")


def ok(subject: str, found: str) -> Diagnosis:
    return Diagnosis(subject, Level.OK, found)


def warning(subject: str, found: str, todo: str) -> Diagnosis:
    return Diagnosis(subject, Level.WARNING, found, todo)


def wrong(subject: str, found: str, todo: str) -> Diagnosis:
    return Diagnosis(subject, Level.WRONG, found, todo)
