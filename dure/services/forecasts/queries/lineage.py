"""What took the place of what, of the alerts of one sender that people are told of."""

from datetime import datetime

from dure.services.forecasts import models
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.rules.cap.lineage import Lineage, Link, lineage
from dure.services.forecasts.types import Identity, MsgType

from .alerts import CHAIN_MAX, references_of

_COLUMNS = ("id", "sender", "identifier", "sent", "msg_type", "references", "begins_at", "ends_at", "ended_at")


def lineage_of(row: models.Alert, now: datetime) -> Lineage:
    """The alerts of the sender of this one that are believed and for people; of one that names none only itself."""
    rows = models.Alert.objects.filter(sender=row.sender, untrusted="", reaches_people=True)
    rows = rows.filter(ends_at__gt=now - keeping.OVER_MAX) if row.references else rows.filter(id=row.id)
    return lineage(_link(one, now) for one in rows.only(*_COLUMNS).order_by("-sent", "-id")[:CHAIN_MAX])


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
