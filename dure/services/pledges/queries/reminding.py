"""When people are reminded, and of what."""

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import Channel, ChannelState
from dure.services.pledges import models
from dure.services.pledges.rules import noticing, permits
from dure.services.pledges.rules import reminding as rules
from dure.services.pledges.types import (
    PledgeId,
    PledgeState,
    ProjectReminder,
    ProjectState,
    Reminders,
    SeasonState,
    Window,
)

SHOWN_MAX = 50


def channel_of_pledges() -> Channel | None:
    """The channel from which people are told, if it is there and speaks."""
    try:
        found = channels.channel_by_handle(noticing.HANDLE)
    except NotFound:
        return None
    return found if found.state is ChannelState.OPEN else None


def reminders(by: Actor) -> Reminders:
    """When somebody is reminded of which of their projects that go on. Raises NotAllowed."""
    person = permits.somebody(by)
    chosen = {row.pledge_id: row for row in models.ReminderHour.objects.filter(person_id=person)}
    everywhere = chosen[None].hour if None in chosen else None
    rows = models.Pledge.objects.filter(
        person_id=person,
        state=PledgeState.JOINED,
        project__state=ProjectState.OPEN,
        project__season__state=SeasonState.OPEN,
    ).select_related("project")
    projects = [
        _of(row, chosen.get(row.id), everywhere)
        for row in rows.order_by("-project__season__starts_on", "id")[:SHOWN_MAX]
    ]
    return Reminders(hour=everywhere, reach=_reaches(person), projects=tuple(projects))


def _of(row: models.Pledge, own: models.ReminderHour | None, everywhere: int | None) -> ProjectReminder:
    window = Window(row.project.window_start, row.project.window_until)
    return ProjectReminder(
        pledge=PledgeId(row.id),
        project=row.project.title,
        hour=rules.hour_of(own.hour if own else None, own is not None, everywhere, window),
        own=own is not None,
        hours=rules.hours_of(window),
    )


def _reaches(person: PersonId) -> bool:
    channel = channel_of_pledges()
    friend = channels.friend(channel.id, person) if channel else None
    return friend is not None and friend.is_here
