"""Who looks after whom, and agreed to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .levels import ImpactLevel
from .served import NewPlace

__all__ = ["NewWatch", "Seen", "WatchCard", "WatchId", "WatchState"]

WatchId = NewType("WatchId", UUID)


class WatchState(StrEnum):
    ASKED = "asked"  # the parent has not answered
    AGREED = "agreed"
    LAPSED = "lapsed"  # nobody answered in time
    ENDED = "ended"  # by either of the two


@dataclass(frozen=True, slots=True)
class NewWatch:
    """What a child asks a parent for."""

    called: str  # what the child calls the parent
    place: NewPlace  # what the parent is to hear of
    reads_at: int  # the hour at which ordinary forecasts come to the parent
    calls_at: int  # the hour, on the parent's clock, at which the child is asked to call
    phone: str  # to call; empty: the child knows it


@dataclass(frozen=True, slots=True)
class Seen:
    """What a watcher sees: how it stands with the warnings that the parent agreed to, and nothing else."""

    hears_from: ImpactLevel | None  # from which level on the parent hears now; None: no more
    last_at: datetime | None = None  # when the last such warning of a week went out
    read_at: datetime | None = None  # when the parent said that it is read
    holds: bool = False  # whether something that is not read is still true
    call_at: datetime | None = None  # since when the watcher is asked to call; None: not now
    called_at: datetime | None = None  # when the watcher said that they have spoken about what still holds


@dataclass(frozen=True, slots=True)
class WatchCard:
    """A watch, as either of the two sees it."""

    id: WatchId
    watcher: PersonId
    parent: PersonId | None  # None until somebody agreed
    state: WatchState
    called: str
    place: NewPlace
    reads_at: int
    calls_at: int
    phone: str  # empty for the parent
    code: str  # of the link with which the parent agrees
    asked_at: datetime
    seen: Seen | None  # what the watcher sees of it; None for the parent, and before the yes
