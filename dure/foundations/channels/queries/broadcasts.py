"""Reads about broadcasts: a channel's list, what waits for a second person, what is due, what one would reach and cost."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Exists, OuterRef, Q

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import broadcasts as rules
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules.figures import FLOOR
from dure.foundations.channels.rules.law import TERMS
from dure.foundations.channels.rules.segments import is_private
from dure.foundations.channels.types import (
    Broadcast,
    BroadcastId,
    BroadcastState,
    ChannelId,
    Content,
    Estimate,
    Purpose,
    Route,
    Segment,
    SendingId,
    TemplateId,
    TooFewToTell,
)
from dure.foundations.people.types import Actor, PersonId

from .channels import led
from .dealing import prices
from .segments import fitting

__all__ = [
    "broadcast",
    "broadcasts_due",
    "broadcasts_for",
    "broadcasts_sampled",
    "broadcasts_to_approve",
    "estimate",
    "reach",
    "told_estimate",
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
    return _broadcast(row)


def broadcasts_for(by: Actor, channel: UUID) -> tuple[Broadcast, ...]:
    """The broadcasts of a channel, the newest first. Raises NotAllowed, NotFound."""
    permits.may_work(by, led(channel))
    rows = models.Broadcast.objects.select_related("body").filter(channel_id=channel).order_by("-changed_at", "-id")
    return tuple(_broadcast(row) for row in rows[:LISTED_MAX])


def broadcasts_to_approve(by: Actor) -> tuple[Broadcast, ...]:
    """What waits for this person's yes: of their organisations, for a steward of all; the longest waiting first."""
    if by.person is None:
        return ()
    rows = (
        models.Broadcast.objects.select_related("body").filter(state=BroadcastState.ASKED).exclude(written_by=by.person)
    )
    if not by.is_steward:
        rows = rows.filter(channel__organisation__in=[organisation for organisation, _role in by.memberships])
    return tuple(_broadcast(row) for row in rows.order_by("changed_at", "id")[:LISTED_MAX])


def broadcasts_sampled(by: Actor) -> tuple[Broadcast, ...]:
    """Notices that were sent and were picked for a steward to look at: do they offer something? Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor):
        raise NotAllowed(needs="steward")
    sent = Q(state__in=[BroadcastState.SENDING, BroadcastState.DONE])
    rows = (
        models.Broadcast.objects.select_related("body").filter(sent).exclude(purpose=Purpose.AD).order_by("-changed_at")
    )
    picked = [row for row in rows[:SAMPLE_LOOKED_AT_MAX] if rules.is_sampled(BroadcastId(row.id), Purpose(row.purpose))]
    return tuple(_broadcast(row) for row in picked[:LISTED_MAX])


def broadcasts_due(now: datetime) -> tuple[BroadcastId, ...]:
    """Scheduled broadcasts whose time has come, the oldest first."""
    rows = models.Broadcast.objects.filter(Q(at__isnull=True) | Q(at__lte=now), state=BroadcastState.SCHEDULED)
    return tuple(BroadcastId(one) for one in rows.order_by("at", "id").values_list("id", flat=True)[:LISTED_MAX])


def reach(channel: UUID, purpose: Purpose, segment: Segment) -> int:
    """How many friends a broadcast of this purpose is for as consents stand now."""
    rows = fitting(segment, channel)
    return (rows.filter(ads_since__isnull=False) if purpose is Purpose.AD else rows).count()


def estimate(by: Actor, channel: UUID, purpose: Purpose, segment: Segment, at: datetime | None = None) -> Estimate:
    """What a broadcast would reach and cost if it were sent at `at` (None: now). Raises NotAllowed, NotFound."""
    permits.may_work(by, led(channel))
    rows = fitting(segment, channel)
    friends = rows.count()
    reached = rows.filter(ads_since__isnull=False) if purpose is Purpose.AD else rows
    count = reached.count()
    waiting = 0
    if purpose is Purpose.AD and rules.is_night(clock.local(at or clock.now())):
        waiting = reached.filter(night_ads_since__isnull=True).count()
    rung = reached.filter(_has_browser())
    phoned = reached.exclude(_has_browser()).filter(_has_telephone())
    browsers, phones = rung.count(), phoned.count()
    dearest = max((price for route, price in prices().items() if route in _paid(purpose)), default=0)
    by_route = ((Route.INBOX, count), (Route.PUSH, browsers), (Route.SMS, phones))
    return Estimate(friends, count, by_route, phones * dearest, waiting)


def told_estimate(by: Actor, channel: UUID, purpose: Purpose, segment: Segment, at: datetime | None = None) -> Estimate:
    """The same, as a channel may know it: not for what asks for openings or places. Raises also TooFewToTell."""
    permits.may_work(by, led(channel))
    if is_private(segment):
        raise TooFewToTell(floor=FLOOR)
    return estimate(by, channel, purpose, segment, at)


def _paid(purpose: Purpose) -> frozenset[Route]:
    """The routes of this purpose's ladder that a dealer takes money for."""
    return frozenset(rung.route for rung in TERMS[purpose].ladder) - {Route.INBOX, Route.PUSH, Route.MAIL}


def _has_browser() -> Exists:
    return Exists(models.PushSubscription.objects.filter(person_id=OuterRef("person_id")))


def _has_telephone() -> Exists:
    here = models.Reach.objects.filter(person_id=OuterRef("person_id"), gone_at__isnull=True)
    return Exists(here.filter(route__in=[Route.SMS, Route.ALIMTALK, Route.VOICE]))


def _broadcast(row: models.Broadcast) -> Broadcast:
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
    )
