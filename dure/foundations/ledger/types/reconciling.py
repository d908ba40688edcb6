"""Our books beside the providers': runs, the differences they found, what became of each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.refusals import Refusal

from .providers import Difference

__all__ = [
    "DifferenceClosed",
    "DifferenceEntry",
    "DifferenceId",
    "DifferencePage",
    "DifferenceState",
    "DifferenceStep",
    "DifferenceWant",
    "Reconciliation",
    "ReconciliationId",
    "ReconciliationOutcome",
]

DifferenceId = NewType("DifferenceId", UUID)
ReconciliationId = NewType("ReconciliationId", UUID)


class ReconciliationOutcome(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "silent"  # the provider could not be asked about all of it; nothing is known


class DifferenceState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"  # the books say the same by now
    EXPLAINED = "explained"  # they differ, and a person wrote down why that is right


class DifferenceWant(StrEnum):
    """What happens to a difference."""

    FIND = "find"  # a run found it
    FIND_AGAIN = "find_again"
    ASK = "ask"  # somebody had the provider asked again; it still differs
    NOTE = "note"
    AGREE = "agree"  # a later look found the books equal
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison of a stretch of time at one provider. `found` counts all of its differences, also those found before."""

    id: ReconciliationId
    provider: str
    since: datetime
    until: datetime
    outcome: ReconciliationOutcome
    ours: int  # payments we count
    theirs: int  # payments the provider listed
    found: int
    at: datetime
    by: UUID | None = None  # None: the platform, every night
    differences: tuple[Difference, ...] = ()  # found by this run; empty when an old run is read


@dataclass(frozen=True, slots=True)
class DifferenceStep:
    want: DifferenceWant
    after: DifferenceState
    at: datetime
    by: UUID | None
    note: str


@dataclass(frozen=True, slots=True)
class DifferenceEntry:
    """A difference as it was found, how it stands, and its steps, the first one first."""

    id: DifferenceId
    provider: str
    difference: Difference
    state: DifferenceState
    found_at: datetime
    steps: tuple[DifferenceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferencePage:
    entries: tuple[DifferenceEntry, ...]
    page: int
    pages: int
    total: int


class DifferenceClosed(Refusal):
    """It was closed before; `state` says how."""

    state: DifferenceState
