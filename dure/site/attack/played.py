"""What a seed came to, as a value that goes from a worker to whoever counts."""

from collections import Counter
from dataclasses import dataclass, field

# All that goes wrong in an attack: each is counted, also when it never came.
FAULTS = (
    "line cut before a statement",
    "line cut after a statement",
    "disk full",
    "answer to a commit lost",
    "process dies before a statement",
    "process dies after a commit",
    "another operation in between",
    "bank deaf",
    "bank's answer lost",
    "bank refuses",
    "bank's clock another",
    "clock set back",
    "clock days ahead",
    "webhook twice",
    "webhook out of order",
    "webhook forged",
    "webhook lost",
    "news again",
    "key again",
)
MIXES = ("drive", "desk")


@dataclass(frozen=True, slots=True)
class Length:
    """How long a seed is, and what mostly happens in it."""

    operations: int
    mix: str = "both"
    until_broken: bool = False  # of a campaign: stop at the first break
    enough: int | None = None  # of a campaign: stop after so many operations of whole seeds

    def mix_of(self, seed: int) -> str:
        """What mostly happens in a seed; of `both`, the one and the other by turns."""
        return MIXES[seed % len(MIXES)] if self.mix == "both" else self.mix


@dataclass(slots=True)
class Played:
    """What one seed came to."""

    seed: int
    operations: int = 0
    steps: int = 0
    statements: int = 0
    checks: int = 0
    broken: str = ""  # empty: everything held
    at: str = ""
    digest: str = ""
    seconds: float = 0.0  # of this process's own work
    kinds: Counter[str] = field(default_factory=Counter)
    statements_of: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
