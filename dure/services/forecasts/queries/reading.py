"""What readers were told, and whether they read it."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotFound
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import Channel, ChannelState
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgKind
from dure.kit import sqlfiles
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.due import Told
from dure.services.forecasts.types import (
    AlertTelling,
    Change,
    Field,
    Hazard,
    ImpactLevel,
    NoticeId,
    ReaderId,
    SenderRole,
    Standing,
    Subject,
    ToldNotice,
    WarningChange,
)

HOUSE = "dure.services.forecasts"
NOTICES_SHOWN = 20
NOTHING = b"[]"  # of changes, in a notice that is about something else
PUBLIC_KINDS = frozenset({OrgKind.AGENCY, OrgKind.VILLAGE})


def channel_of_forecasts() -> Channel | None:
    """The channel from which people hear, if it is there and speaks."""
    try:
        found = channels.channel_by_handle(permits.HANDLE)
    except NotFound:
        return None
    return found if found.state is ChannelState.OPEN else None


def may_warn(organisation: OrganisationId) -> bool:
    """Whether what this organisation's channel sends may be a warning of danger, at night as well: only a public body's."""
    body = people.organisation(organisation)
    return body.verified and body.kind in PUBLIC_KINDS


def reaches(by: Actor) -> bool:
    """Whether messages reach the actor. Raises NotAllowed."""
    channel = channel_of_forecasts()
    friend = channels.friend(channel.id, permits.somebody(by)) if channel else None
    return friend is not None and friend.is_here


def told(readers: Collection[ReaderId], since: datetime) -> Told:
    """What these readers heard last of every day from `since` on."""
    rows = models.Told.objects.filter(reader_id__any=readers, day__gte=clock.local(since).date())
    return {
        (ReaderId(row.reader_id), Subject(row.zone, Hazard(row.hazard), Field(row.field), row.day)): ImpactLevel(
            row.level
        )
        for row in rows
    }


def due_board(readers: Collection[ReaderId], now: datetime) -> tuple[Standing, ...]:
    """What stands where these readers have places, as far as anything may follow for one of them: it is not what they were told,
    and they were told something or want to hear of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "due_standings").text, {"readers": list(readers), "now": now})
        return tuple(
            Standing(
                Subject(zone, Hazard(hazard), Field(field), day),
                ImpactLevel(level),
                issued,
                number,
                since,
                expires,
                SenderRole(role),
            )
            for zone, hazard, field, day, level, issued, number, since, expires, role in cursor.fetchall()
        )


def notices(by: Actor, days: int = 7) -> tuple[ToldNotice, ...]:
    """What the actor was told lately, the newest first. Raises NotAllowed."""
    since = clock.now() - timedelta(days=days)
    rows = models.Notice.objects.filter(reader_id=permits.somebody(by), at__gte=since).order_by("-at", "-id")
    return tuple(notice_of(row) for row in rows[:NOTICES_SHOWN])


def alerts_unread(by: Actor, most: int = 3) -> tuple[ToldNotice, ...]:
    """What the actor was told of alerts that hold, or of their end in the last day, and has not read. Raises NotAllowed."""
    now = clock.now()
    rows = models.Notice.objects.filter(
        reader_id=permits.somebody(by), read_at__isnull=True, alert__isnull=False, alert__ends_at__gt=now
    )
    fresh = rows.filter(Q(alert__ended_at__isnull=True) | Q(alert__ended_at__gt=now))
    return tuple(notice_of(row) for row in fresh.order_by("-at", "-id")[:most])


def notice_of(row: models.Notice) -> ToldNotice:
    """A row as a value."""
    return ToldNotice(
        id=NoticeId(row.id),
        reader=ReaderId(row.reader_id),
        at=row.at,
        changes=msgspec.json.decode(bytes(row.changes), type=tuple[Change, ...]),
        read_at=row.read_at,
        alert=row.alert_id,
        warnings=msgspec.json.decode(bytes(row.warned), type=tuple[WarningChange, ...]),
        telling=AlertTelling(row.telling) if row.telling else None,
        level=None if row.level is None else ImpactLevel(row.level),
    )
