"""What took the place of what, of the alerts of one sender that people are told of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from dure.base import clock
from dure.services.forecasts import models
from dure.services.forecasts.rules import alerting
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.rules.cap.lineage import Lineage, Link, lineage
from dure.services.forecasts.types import DeskKind, Identity, KeptAlert, MsgType, NewIssue

from .alerts import CHAIN_MAX, kept, references_of

ENDED: Final = tuple(one.value for one in alerting.ENDS)
_COLUMNS = ("id", "sender", "identifier", "sent", "msg_type", "references", "begins_at", "ends_at", "ended_at")


def lineage_of(row: models.Alert, now: datetime, *, whole: bool = False) -> Lineage:
    """The alerts of the sender of this one that are believed and for people; of one that names none only itself, unless the
    `whole` is wanted.
    """
    rows = models.Alert.objects.filter(sender=row.sender, untrusted="", reaches_people=True)
    rows = rows.filter(ends_at__gt=now - keeping.OVER_MAX) if row.references or whole else rows.filter(id=row.id)
    return lineage(_link(one, now) for one in rows.only(*_COLUMNS).order_by("-sent", "-id")[:CHAIN_MAX])


def newer_alert(alert: KeptAlert) -> KeptAlert | None:
    """What came after an alert that was ended, the newest of it; None: nothing that people are told of."""
    now = clock.now()
    row = models.Alert.objects.filter(id=alert.id).first() if alert.ended_at is not None else None
    if row is None:
        return None
    chain = lineage_of(row, now, whole=True)
    after = [one for one in chain.alerts.values() if row.id in chain.before(one.id)]
    newest = max(after, key=lambda one: (one.identity.sent, one.id), default=None)
    return kept(models.Alert.objects.get(id=newest.id), now) if newest else None


def concerned(new: NewIssue) -> int:
    """How many people chose a place in the regions of an issue, or were told of what it is about."""
    starts = [keeping.beginning(code) for code in new.regions]
    here = models.Place.objects.filter(placed_in(starts)).values("reader")
    told = models.Notice.objects.filter(alert=new.replaces).exclude(telling__in=ENDED).values("reader")
    is_end = new.kind in (DeskKind.CANCEL, DeskKind.ALL_CLEAR)
    wanted = Q(pk__in=told) if is_end else Q(pk__in=here) | Q(pk__in=told)
    return models.Reader.objects.filter(wanted).count()


def placed_in(starts: Sequence[str]) -> Q:
    """Places in these regions, and regions around them."""
    wanted = Q(region__in={code for start in starts for code in keeping.around(start)})
    for start in starts:
        wanted |= Q(region__startswith=start)
    return wanted if starts else Q(pk__in=[])


def _link(row: models.Alert, now: datetime) -> Link:
    tells = row.msg_type in (MsgType.ALERT, MsgType.UPDATE)
    is_ended = row.ended_at is not None and row.ended_at <= now
    return Link(
        row.id,
        Identity(row.sender, row.identifier, row.sent),
        MsgType(row.msg_type) if row.msg_type else None,
        references_of(row.references),
        tells and not is_ended and row.begins_at <= now < row.ends_at,
    )
