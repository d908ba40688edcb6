"""Disaster messages of the places that somebody chose."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from dure.base import clock
from dure.services.forecasts import models
from dure.services.forecasts.rules.messages import around
from dure.services.forecasts.types import DisasterMessage, Grade, KeptMessage, SenderRole

SHOWN_DAYS = 3
SHOWN_MAX = 10


def messages_at(paths: Iterable[str], most: int = SHOWN_MAX) -> tuple[KeptMessage, ...]:
    """The messages of the last days to these regions (by full name), to those around or in them; the newest first."""
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(name__in=around(path)) | Q(name__startswith=f"{path} ")
    numbers = models.MessageRegion.objects.filter(wanted).values("message")
    since = clock.now() - timedelta(days=SHOWN_DAYS)
    rows = models.Message.objects.filter(number__in=numbers, created__gte=since).order_by("-created", "-number")
    return tuple(_message_of(row) for row in rows[:most])


def _message_of(row: models.Message) -> KeptMessage:
    said = DisasterMessage(
        number=row.number,
        created=row.created,
        text=row.text,
        regions=tuple(row.regions.split("\n")),
        grade=Grade(row.grade) if row.grade else None,
        kind=row.kind,
    )
    return KeptMessage(said, SenderRole(row.role))
