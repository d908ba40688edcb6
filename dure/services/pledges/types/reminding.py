"""When somebody wants to be reminded of a day that they have not proved yet."""

from dataclasses import dataclass
from datetime import datetime

from dure.base.actors import PersonId

from .values import PledgeId

__all__ = ["DueReminder", "ProjectReminder", "Reminders"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectReminder:
    """When somebody is reminded of one project."""

    pledge: PledgeId
    project: str
    hour: int | None  # on the clock in Seoul; None: never
    own: bool  # chosen for this project; else as for all
    hours: tuple[int, ...]  # among which one chooses


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """When somebody is reminded: of all their projects, and of each of them."""

    hour: int | None
    reach: bool  # they are a friend of the channel by which reminders come
    projects: tuple[ProjectReminder, ...]


@dataclass(frozen=True, slots=True)
class DueReminder:
    """Somebody is to be reminded now, of these projects; after `until` it would be too late."""

    person: PersonId
    projects: tuple[str, ...]
    until: datetime
