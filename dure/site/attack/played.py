"""What a seed came to, as a value that goes from a worker to whoever counts."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Length:
    """How long a seed is, and what mostly happens in it."""

    operations: int
    mix: str = "drive"
    until_broken: bool = False  # of a campaign: stop at the first break


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
