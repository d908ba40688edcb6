"""What `dure verify` runs: every house may promise something about its records and offer a check that walks them.

A house with such promises has a room `commands.py` with `verify_checks() -> tuple[Check, ...]`.
"""

from collections.abc import Callable, Iterable
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


def of_statements(
    promises: Iterable[tuple[str, str, str]], findings: Callable[[str, str], Iterable[Finding]]
) -> tuple[Check, ...]:
    """Promises (name, promise, statement) that one statement each proves, over all records, whatever their number."""

    def check(name: str, promise: str, statement: str) -> Check:
        def run(progress: Progress) -> list[Finding]:
            found = list(findings(name, statement))
            progress(1, 1)
            return found

        return Check(name, promise, run)

    return tuple(check(*each) for each in promises)
