"""Reads about channels: what a visitor sees, which an organisation has, and a channel held for an action."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules.channels import Led
from dure.foundations.channels.types import Channel, ChannelId, ChannelState
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import sqlfiles

__all__ = [
    "channel",
    "channel_by_handle",
    "channels",
    "channels_for",
    "channels_of",
    "find_channels",
    "friend_counts",
    "held",
    "led",
    "paused_why",
]

HOUSE = "dure.foundations.channels"
FOUND_MAX = 20
LISTED_MAX = 100


def channel(channel: UUID) -> Channel:
    """One channel. Raises NotFound."""
    found = channels([channel])
    if channel not in found:
        raise NotFound(what="channel")
    return found[ChannelId(channel)]


def channel_by_handle(handle: str) -> Channel:
    """The channel with this handle, as it stands in a QR code. Raises NotFound."""
    row = models.Channel.objects.filter(handle=handle.strip().lower()).first()
    if row is None:
        raise NotFound(what="channel")
    return _seen([row])[0]


def channels(ids: Iterable[UUID]) -> Mapping[ChannelId, Channel]:
    """Channels by id, in two statements; unknown ids are missing."""
    return {one.id: one for one in _seen(list(models.Channel.objects.filter(id__in=set(ids))))}


def friend_counts(channels: Iterable[UUID]) -> Mapping[UUID, int]:
    """How many friends each of these channels has now. They are counted each time: a page may ask, what sends need not."""
    asked = set(channels)
    here = models.Friend.objects.filter(channel_id__in=asked, left_at__isnull=True)
    counts = dict(here.values_list("channel_id").annotate(count=Count("person_id")))
    return {channel: counts.get(channel, 0) for channel in asked}


def channels_of(organisation: UUID) -> tuple[Channel, ...]:
    """The channels of an organisation, by name; the closed ones too."""
    return _seen(list(models.Channel.objects.filter(organisation=organisation).order_by("name", "id")))


def channels_for(by: Actor) -> tuple[Channel, ...]:
    """The channels of every organisation that somebody works for, by name."""
    organisations = {organisation for organisation, _role in by.memberships}
    if not organisations:
        return ()
    rows = models.Channel.objects.filter(organisation__in=organisations).exclude(state=ChannelState.CLOSED)
    return _seen(list(rows.order_by("name", "id")[:LISTED_MAX]))


def find_channels(text: str) -> tuple[Channel, ...]:
    """Open channels whose name or handle holds `text`, by name; nothing said finds nothing."""
    said = text.strip().lstrip("@")
    if not said:
        return ()
    rows = models.Channel.objects.filter(
        Q(name__icontains=said) | Q(handle__startswith=said.lower()), state=ChannelState.OPEN
    )
    return _seen(list(rows.order_by("name", "id")[:FOUND_MAX]))


def paused_why(channel: UUID) -> str:
    """What the steward wrote who paused it; empty where nobody did."""
    return (
        models.Channel.objects.filter(id=channel, state=ChannelState.PAUSED)
        .values_list("paused_why", flat=True)
        .first()
        or ""
    )


def led(channel: UUID, *, lock: bool = False) -> Led:
    """Of a channel, what decisions need; with `lock` nobody changes it until the transaction ends. Raises NotFound."""
    rows = models.Channel.objects.filter(id=channel)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="channel")
    return Led(ChannelId(row.id), OrganisationId(row.organisation), ChannelState(row.state))


def held(channel: UUID) -> Led:
    """Like `led`, held as it is: many may hold it at once, nobody closes it meanwhile. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "hold_channel").text, {"channel": channel})
        row = cursor.fetchone()
    if row is None:
        raise NotFound(what="channel")
    return Led(ChannelId(row[0]), OrganisationId(row[1]), ChannelState(row[2]))


def _seen(rows: list[models.Channel]) -> tuple[Channel, ...]:
    owners = people.organisations(row.organisation for row in rows)
    return tuple(
        Channel(
            id=ChannelId(row.id),
            organisation=OrganisationId(row.organisation),
            handle=row.handle,
            name=row.name,
            about=row.about,
            contact=row.contact,
            state=ChannelState(row.state),
            verified=row.organisation in owners and owners[OrganisationId(row.organisation)].verified,
            opened_at=row.opened_at,
            discreet=row.discreet,
        )
        for row in rows
    )
