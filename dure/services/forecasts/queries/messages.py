"""Disaster messages of the places that somebody chose."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Q

from dure.base import clock
from dure.services.forecasts import models
from dure.services.forecasts.rules.fetching import MESSAGES_DAYS
from dure.services.forecasts.rules.messages import EVERYWHERE, around
from dure.services.forecasts.types import DisasterMessage, Grade, KeptMessage, SenderRole

SHOWN_MAX = 10
LOUD_SHOWN_MAX = 20  # of those that are more than advice, or may be: no advice takes their place
LOOKED_AT_MAX = 500
LOUD = (Grade.CRITICAL, Grade.URGENT, None)


def messages_at(paths: Iterable[str]) -> tuple[tuple[KeptMessage, ...], int]:
    """The messages of the last days to these regions (by full name), to those around or in them, the newest first: the newest,
    and those that are more than advice however many came after them. And how many more there are.
    """
    names = tuple(paths)
    wanted = Q(pk__in=[])
    for path in names:
        wanted |= Q(name__in=around(path)) | Q(name__startswith=f"{path} ")
    if names:
        wanted |= Q(name=EVERYWHERE)
    numbers = models.MessageRegion.objects.filter(wanted).values("message")
    since = clock.now() - timedelta(days=MESSAGES_DAYS)
    rows = models.Message.objects.filter(number__in=numbers, created__gte=since).order_by("-created", "-number")
    found = [_message_of(row) for row in rows[:LOOKED_AT_MAX]]
    loud = [one for one in found if one.message.grade in LOUD][:LOUD_SHOWN_MAX]
    shown = tuple(one for number, one in enumerate(found) if number < SHOWN_MAX or one in loud)
    return shown, len(found) - len(shown)


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
