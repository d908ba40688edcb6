"""Calendars of one's promises: the private address, and what stands at it."""

import hmac
from typing import Final
from uuid import UUID

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import keys
from dure.services.pledges import models
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    CalendarAddress,
    CalendarEntry,
    CalendarMeeting,
    PledgeId,
    PledgeState,
    ProjectState,
    Window,
)

from .meetings import meetings_in_calendar

PURPOSE: Final = "pledges.calendar.v1"
SEAL_LETTERS: Final = 32
ENTRIES_MAX: Final = 50


def calendar_address(by: Actor) -> CalendarAddress:
    """The address of one's own calendar. Raises NotAllowed, NotFound."""
    row = models.CalendarKey.objects.filter(person_id=permits.somebody(by)).first()
    if row is None:
        raise NotFound(what="calendar")
    return CalendarAddress(row.key, _seal(row.key), row.made_at)


def calendar_of(key: UUID, seal: str) -> tuple[CalendarEntry, ...]:
    """What stands at an address: the promises that somebody is in; nothing where it was renewed or ended. Raises NotFound."""
    rows = models.Pledge.objects.filter(
        person_id=_reader(key, seal), state=PledgeState.JOINED, project__state=ProjectState.OPEN
    )
    found = rows.select_related("project__season").order_by("-project__season__starts_on", "id")[:ENTRIES_MAX]
    return tuple(_entry(one) for one in found)


def meetings_of_calendar(key: UUID, seal: str) -> tuple[CalendarMeeting, ...]:
    """Meetings to which whoever has this address means to come. Raises NotFound."""
    return meetings_in_calendar(_reader(key, seal))


def _reader(key: UUID, seal: str) -> PersonId:
    """Whose calendar stands at an address. Raises NotFound."""
    is_ours = hmac.compare_digest(_seal(key).encode(), seal.encode())
    row = models.CalendarKey.objects.filter(key=key).first() if is_ours else None
    if row is None:
        raise NotFound(what="calendar")
    return PersonId(row.person_id)


def _entry(row: models.Pledge) -> CalendarEntry:
    project = row.project
    return CalendarEntry(
        pledge=PledgeId(row.id),
        title=project.title,
        promise=project.promise,
        how=project.how,
        days_a_week=project.days_a_week,
        starts_on=project.season.starts_on,
        window=Window(project.window_start, project.window_until),
        since=row.held_at or row.asked_at,
    )


def _seal(key: UUID) -> str:
    """What only the installation can make of a key: from the table alone nobody has the address."""
    return hmac.digest(keys.derived(PURPOSE), key.bytes, "sha256").hex()[:SEAL_LETTERS]
