"""What forecasts adds to a person's data export."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Q

from dure.services.forecasts import models

from .reading import notice_of
from .watching import phone_of

ROWS_AT_ONCE = 500


def export_of(person: UUID) -> Mapping[str, object]:
    """The hour and places a person chose, what they were told, and who looks after whom."""
    return {
        "reader": _reader(person),
        "places": _places(person),
        "notices": _notices(person),
        "watches": _watches(person),
    }


def _reader(person: UUID) -> Iterator[Mapping[str, object]]:
    for row in models.Reader.objects.filter(person_id=person):
        yield {"time_zone": row.time_zone, "hour": row.hour}


def _places(person: UUID) -> Iterator[Mapping[str, object]]:
    for row in models.Place.objects.filter(reader_id=person).order_by("at", "id").iterator(ROWS_AT_ONCE):
        yield {"region": row.region, "zone": row.zone, "field": row.field, "level": row.level, "at": row.at}


def _notices(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Notice.objects.filter(reader_id=person).select_related("alert").order_by("at", "id")
    for row in rows.iterator(ROWS_AT_ONCE):
        told = notice_of(row)
        changes = [
            {"zone": one.subject.zone, "field": one.subject.field, "day": one.subject.day, "level": one.level.value}
            for one in told.changes
        ]
        alert = {"alert": row.alert.identifier, "sender": row.alert.sender} if row.alert else {}
        warnings = [
            {"zone": one.subject.zone, "warning": one.subject.kind, "degree": one.degree} for one in told.warnings
        ]
        yield {"at": row.at, "read_at": row.read_at, "changes": changes, "warnings": warnings, **alert}


def _watches(person: UUID) -> Iterator[Mapping[str, object]]:
    rows = models.Watch.objects.filter(Q(watcher_id=person) | Q(parent_id=person)).order_by("asked_at", "id")
    for row in rows.iterator(ROWS_AT_ONCE):
        yield {
            "as": "watcher" if row.watcher_id == person else "parent",
            "called": row.called if row.watcher_id == person else "",
            "phone": phone_of(row) if row.watcher_id == person else "",
            "region": row.region,
            "field": row.field,
            "level": row.level,
            "reads_at": row.reads_at,
            "calls_at": row.calls_at,
            "asked_at": row.asked_at,
            "agreed_at": row.agreed_at,
            "ended_at": row.ended_at,
        }
