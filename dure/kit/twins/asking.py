"""What the command line asks of a twin."""

from dataclasses import dataclass
from pathlib import Path

from .faults import FaultRule


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinAsked:
    secret: str
    pace: float = 1.0  # how many times as fast as the clock of this machine
    faults: tuple[FaultRule, ...] = ()
    file: Path | None = None  # where its books are kept
    hooks: str = ""  # the address its webhooks are posted to; empty: nobody is told
