"""Weather warnings (특보): what holds in which zone, and what a reader is told of it. A scale beside that of impact levels."""

from dataclasses import dataclass
from datetime import datetime

from .due import ChangeKind, SenderRole
from .feeds import WarningDegree

__all__ = ["WarningChange", "WarningCount", "WarningStanding", "WarningSubject", "WarningsCount"]


@dataclass(frozen=True, slots=True)
class WarningSubject:
    """What a warning is about."""

    zone: str
    kind: str  # a WarningKind, or the authority's own word where we do not know it


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
    words: str = ""  # of an unknown degree: the authority's own
    missed: datetime | None = None  # since when whole lists say otherwise, which is not believed at once
    place: str = ""  # what the authority calls the zone
    returns: int = 0  # how often it came back, as it was issued, after lists had left it out


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
    words: str = ""  # of an unknown degree: the authority's own


@dataclass(frozen=True, slots=True)
class WarningCount:
    """A warning in force as the desk counts it."""

    kind: str
    degree: WarningDegree
    words: str
    zones: int
    told: int  # readers who were told of it, as it is


@dataclass(frozen=True, slots=True)
class WarningsCount:
    """What is in force, and how far telling is."""

    each: tuple[WarningCount, ...]  # the worst first
    told: int  # readers who, as far as they heard, are warned of something
    waiting: int  # readers who are due something: in a moment, or when their night is over
    moved: int  # changes whose readers are still to be asked about

    @property
    def zones(self) -> int:
        """Warnings in force, counted zone by zone."""
        return sum(one.zones for one in self.each)
