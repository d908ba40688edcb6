"""Weather warnings (특보): what holds in which zone, and what a reader is told of it. A scale beside that of impact levels."""

from dataclasses import dataclass
from datetime import datetime

from .due import ChangeKind, SenderRole
from .feeds import WarningDegree, WarningKind

__all__ = ["WarningChange", "WarningStanding", "WarningSubject"]


@dataclass(frozen=True, slots=True)
class WarningSubject:
    """What a warning is about."""

    zone: str
    kind: WarningKind


@dataclass(frozen=True, slots=True)
class WarningStanding:
    """The warning of a subject as it was said last."""

    subject: WarningSubject
    degree: WarningDegree | None  # None: it was lifted
    issued: datetime
    effective: datetime  # from when on it holds; may lie ahead
    ends: str  # as the authority says it, often nothing
    since: datetime  # when we first knew of this degree
    role: SenderRole


@dataclass(frozen=True, slots=True)
class WarningChange:
    """One subject, from what the reader was told of it last to what it is now."""

    subject: WarningSubject
    kind: ChangeKind
    before: WarningDegree | None
    degree: WarningDegree | None
    issued: datetime
    effective: datetime
    role: SenderRole
    breaks_quiet: bool  # it goes out in the reader's quiet hours; whoever sends it logs this change
