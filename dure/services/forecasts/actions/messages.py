"""Disaster messages are kept as they came, to be shown. They are not told again: the state rang every telephone there."""

from collections.abc import Sequence
from datetime import datetime

from dure.kit import tx
from dure.services.forecasts import models
from dure.services.forecasts.rules import fetching as rules
from dure.services.forecasts.rules.messages import plain_name
from dure.services.forecasts.types import Answer, DisasterMessage, Heard, SenderRole


def take_messages(answer: Answer, role: SenderRole, now: datetime) -> tuple[Heard, int]:
    """Keep what is new, and the newest words of what is known. Answers what the answer was worth, and how many were new."""
    tx.demand()
    if answer.is_same and answer.fault is None:
        return Heard(0, None), 0
    report, why = rules.read_messages(answer, now)
    told = {one.number: one for one in report.rows}  # of two with one number the later one
    known = {row.number: row for row in models.Message.objects.filter(number__in=told)}
    fresh = [one for one in told.values() if one.number not in known]
    models.Message.objects.bulk_create(_row(one, role, now) for one in fresh)
    _put_regions(fresh)
    changed = [one for one in told.values() if one.number in known and _differs(known[one.number], one)]
    for one in changed:
        row = _row(one, role, known[one.number].arrived_at)
        row.save(update_fields=["created", "text", "grade", "kind", "regions", "role"])
        models.MessageRegion.objects.filter(message_id=one.number).delete()
    _put_regions(changed)
    return Heard(len(report.rows), why, unclear=report.unclear, is_final=not answer.further), len(fresh)


def _row(one: DisasterMessage, role: SenderRole, arrived: datetime) -> models.Message:
    return models.Message(
        number=one.number,
        created=one.created,
        text=one.text,
        grade=one.grade or "",
        kind=one.kind,
        regions="\n".join(one.regions),
        role=role,
        arrived_at=arrived,
    )


def _differs(row: models.Message, one: DisasterMessage) -> bool:
    said = one.created, one.text, one.grade or "", one.kind, "\n".join(one.regions)
    return said != (row.created, row.text, row.grade, row.kind, row.regions)


def _put_regions(some: Sequence[DisasterMessage]) -> None:
    models.MessageRegion.objects.bulk_create(
        models.MessageRegion(message_id=one.number, name=name)
        for one in some
        for name in dict.fromkeys(plain_name(region) for region in one.regions)
    )
