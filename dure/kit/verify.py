"""What `dure verify` runs: every house may promise something about its records and offer a check that walks them.

A house with such promises has a room `commands.py` with `verify_checks() -> tuple[Check, ...]`.
"""

from collections.abc import Callable
from dataclasses import dataclass

FINDINGS_MAX = 100  # a check stops listing after so many; one is enough to fail


type Progress = Callable[[int, int], None]
"""Told how far a check is: so many done, of so many records (0: not known)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise: what is wrong, in one sentence for an operator, and which record it is about."""

    check: str
    what: str
    subject: str = ""  # an id or a position, so that the record can be found


@dataclass(frozen=True, slots=True)
class Check:
    """`name` is "house.subject", `promise` what holds when `run` finds nothing."""

    name: str
    promise: str
    run: Callable[[Progress], list[Finding]]


def silent(done: int, total: int) -> None:
    """A Progress nobody looks at."""
