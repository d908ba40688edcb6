"""What became of a broadcast, and how a channel's friends come and go: never about a group of fewer than the floor."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q

from dure.base import clock
from dure.foundations.channels import models
from dure.foundations.channels.rules import channels as permits
from dure.foundations.channels.rules import figures as rules
from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import Broadcast, ConsentAct, ConsentKind, DispatchState, Figures, Purpose
from dure.foundations.people.types import Actor

from .carrying import coupon_use
from .channels import led

__all__ = ["figures", "friends_by_day"]

ARRIVED = (DispatchState.DELIVERED, DispatchState.OPENED)
LEFT = (DispatchState.SENT, *ARRIVED)
LEAVES_COUNTED = timedelta(days=3)  # who leaves so soon after a broadcast, leaves because of it


def figures(by: Actor, broadcast: Broadcast) -> Figures | None:
    """What became of a broadcast; None: it has not been sent. Raises NotAllowed, NotFound."""
    permits.may_work(by, led(broadcast.channel))
    if broadcast.sending is None:
        return None
    rows = models.Dispatch.objects.filter(sending_id=broadcast.sending)
    counts = rows.aggregate(
        queued=Count("id"),
        sent=Count("id", filter=Q(state__in=LEFT)),
        delivered=Count("id", filter=Q(state__in=ARRIVED)),
        opened=Count("id", filter=Q(opened_at__isnull=False)),
        clicked=Count("id", filter=Q(clicked_at__isnull=False)),
    )
    since = models.Sending.objects.values_list("at", flat=True).get(id=broadcast.sending)
    left = models.ConsentLine.objects.filter(
        channel_id=broadcast.channel,
        kind=ConsentKind.MESSAGES,
        act=ConsentAct.WITHDRAWN,
        at__gte=since,
        at__lt=since + LEAVES_COUNTED,
        person_id__in=rows.values("person_id"),
    )
    counts |= {"left": left.values("person_id").distinct().count()}
    use = coupon_use(broadcast.id, broadcast.content)
    if use is not None:
        counts |= {"took": use.took, "used": use.used}
    return rules.figures(counts, is_ad=broadcast.purpose is Purpose.AD, bounds=_bounds(broadcast))


def friends_by_day(by: Actor, channel: UUID, days: int) -> tuple[tuple[date, int], ...]:
    """How many friends a channel had at the end of each of the last `days` days of Seoul. Raises NotAllowed, NotFound."""
    permits.may_work(by, led(channel))
    today = clock.today()
    first = today - timedelta(days=days - 1)
    changes = _changes_by_day(channel)
    total = sum(change for day, change in changes.items() if day < first)
    found = []
    for ahead in range(days):
        day = first + timedelta(days=ahead)
        total += changes.get(day, 0)
        found.append((day, total))
    return tuple(found)


def _bounds(broadcast: Broadcast) -> tuple[int, int] | None:
    """For a condition about openings or places, whom it fitted surely and perhaps when it was sent: tags of today say less."""
    if not segments.is_private(segments.parse(broadcast.segment)):
        return None
    kept = models.Broadcast.objects.values_list("fits_surely", "fits_perhaps").get(id=broadcast.id)
    return kept[0] or 0, kept[1] or 0


def _changes_by_day(channel: UUID) -> Mapping[date, int]:
    lines = models.ConsentLine.objects.filter(channel_id=channel, kind=ConsentKind.MESSAGES)
    changes: dict[date, int] = {}
    for act, at in lines.values_list("act", "at").iterator():
        day = clock.local(at).date()
        changes[day] = changes.get(day, 0) + (1 if act == ConsentAct.GIVEN else -1)
    return changes
