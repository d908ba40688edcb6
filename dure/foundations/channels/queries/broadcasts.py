"""Reads about broadcasts: a channel's list, what waits for a second person, what is due, what one would reach and cost."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import advertising, figures, segments
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.types import (
    Bill,
    Broadcast,
    BroadcastId,
    BroadcastState,
    ChannelId,
    ChannelState,
    Content,
    Estimate,
    NewBroadcast,
    Purpose,
    Route,
    Segment,
    SendingId,
    TemplateId,
    Text,
)
from dure.foundations.people.types import Actor, PersonId

from . import channels
from .channels import led
from .paying import bill, leads_by
from .segments import count, fitting, told_count

__all__ = [
    "audience",
    "billed",
    "broadcast",
    "broadcasts_due",
    "broadcasts_for",
    "broadcasts_sampled",
    "broadcasts_to_approve",
    "estimate",
    "in_form",
    "reach",
    "reads_like_an_offer",
]

LISTED_MAX = 100
SAMPLE_LOOKED_AT_MAX = 1_000


def broadcast(by: Actor, broadcast: UUID) -> Broadcast:
    """One broadcast, for who works there, and for a steward who may have to agree to it. Raises NotFound, NotAllowed."""
    row = models.Broadcast.objects.select_related("body", "channel").filter(id=broadcast).first()
    if row is None:
        raise NotFound(what="broadcast")
    if not by.is_steward:
        permits.may_work(by, led(row.channel_id))
    return broadcast_of(row)


def broadcasts_for(by: Actor, channel: UUID) -> tuple[Broadcast, ...]:
    """The broadcasts of a channel, the newest first. Raises NotAllowed, NotFound."""
    permits.may_work(by, led(channel))
    rows = models.Broadcast.objects.select_related("body").filter(channel_id=channel).order_by("-changed_at", "-id")
    return tuple(broadcast_of(row) for row in rows[:LISTED_MAX])


def broadcasts_to_approve(by: Actor) -> tuple[Broadcast, ...]:
    """What waits for this person's yes: of their organisations, for a steward of all; the longest waiting first."""
    if by.person is None:
        return ()
    rows = (
        models.Broadcast.objects.select_related("body").filter(state=BroadcastState.ASKED).exclude(written_by=by.person)
    )
    if not by.is_steward:
        rows = rows.filter(channel__organisation__in=[organisation for organisation, _role in by.memberships])
    return tuple(broadcast_of(row) for row in rows.order_by("changed_at", "id")[:LISTED_MAX])


def broadcasts_sampled(by: Actor) -> tuple[Broadcast, ...]:
    """Notices that were sent and were picked for a steward to look at: do they offer something? Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor):
        raise NotAllowed(needs="steward")
    sent = Q(state__in=[BroadcastState.SENDING, BroadcastState.DONE])
    rows = (
        models.Broadcast.objects.select_related("body")
        .filter(sent)
        .exclude(purpose=Purpose.AD)
        .order_by("-changed_at", "-pk")
    )
    picked = [row for row in rows[:SAMPLE_LOOKED_AT_MAX] if rules.is_sampled(BroadcastId(row.id), Purpose(row.purpose))]
    return tuple(broadcast_of(row) for row in picked[:LISTED_MAX])


def in_form(channel: ChannelId, purpose: Purpose, content: Content) -> Content:
    """What a house sends in the name of a channel: an ad with its marking, sender, contact and way out; a notice as it is."""
    said = channels.channel(channel)
    return advertising.as_ad(content, said.name, said.contact) if purpose is Purpose.AD else content


def reads_like_an_offer(words: str, sender: str) -> bool:
    """Whether words offer something, so that no notice of this sender may hold them: for a house that puts titles into one."""
    return bool(advertising.offer_in(Content((Text(words),)), sender))


def broadcasts_due(now: datetime) -> tuple[BroadcastId, ...]:
    """Scheduled broadcasts whose time has come, the oldest first; those of a paused channel hold up no other."""
    rows = models.Broadcast.objects.filter(
        Q(at__isnull=True) | Q(at__lte=now), state=BroadcastState.SCHEDULED, channel__state=ChannelState.OPEN
    )
    return tuple(BroadcastId(one) for one in rows.order_by("at", "id").values_list("id", flat=True)[:LISTED_MAX])


def reach(channel: UUID, purpose: Purpose, segment: Segment) -> int:
    """How many friends a broadcast of this purpose is for as consents stand now. For sending; a channel is shown `estimate`."""
    rows = fitting(segment, channel)
    return (rows.filter(ads_since__isnull=False) if purpose is Purpose.AD else rows).count()


def audience(channel: UUID, segment: Segment) -> int:
    """How many friends the segment may fit, as far as the channel can find out by itself: what decides about a second person."""
    return count(segments.perhaps(segment), channel)


def estimate(by: Actor, new: NewBroadcast) -> Estimate:
    """What a broadcast would reach and cost if it were sent at its time, as its channel may know it.

    Raises NotAllowed, NotFound, SegmentUnreadable.
    """
    permits.may_work(by, led(new.channel))
    segment = segments.parse(new.segment)
    rows, nameable = fitting(segment, new.channel), fitting(segments.perhaps(segment), new.channel)
    friends, cost = told_count(segment, new.channel), bill(new, nameable)
    routes = (Route.INBOX, Route.PUSH, *(one.route for one in cost.routes))
    if segments.is_private(segment):
        return Estimate(friends, None, None, tuple((route, None) for route in routes), cost)
    whole = rows.count()
    takers = rows.filter(ads_since__isnull=False) if new.purpose is Purpose.AD else rows
    taking = takers.count()
    reached = figures.told(taking, whole) if new.purpose is Purpose.AD else whole
    asleep: int | None = 0
    if new.purpose is Purpose.AD and rules.is_night(clock.local(new.at or clock.now())):
        asleep = figures.told(takers.filter(night_ads_since__isnull=True).count(), whole)
    by_route = [(Route.INBOX, reached)]
    by_route += [(route, figures.told(takers.filter(leads_by(route)).count(), whole)) for route in routes[1:]]
    return Estimate(friends, reached, asleep, tuple(by_route), cost)


def billed(new: NewBroadcast) -> Bill:
    """What a broadcast costs at most, and what is at hand for it."""
    return bill(new, fitting(segments.perhaps(segments.parse(new.segment)), new.channel))


def broadcast_of(row: models.Broadcast) -> Broadcast:
    """The value of a row."""
    return Broadcast(
        id=BroadcastId(row.id),
        channel=ChannelId(row.channel_id),
        purpose=Purpose(row.purpose),
        title=row.title,
        content=msgspec.json.decode(bytes(row.body.content), type=Content),
        segment=row.segment,
        state=BroadcastState(row.state),
        at=row.at,
        written_by=PersonId(row.written_by),
        approved_by=PersonId(row.approved_by) if row.approved_by else None,
        sending=SendingId(row.sending_id) if row.sending_id else None,
        version=row.body_id,
        why=row.why,
        changed_at=row.changed_at,
        template=TemplateId(row.template_id) if row.template_id else None,
        free_only=row.free_only,
        refused=row.refused,
    )
