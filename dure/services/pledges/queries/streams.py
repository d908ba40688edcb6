"""Proofs that their people opened to everybody, a page at a time."""

from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import days, permits
from dure.services.pledges.types import ComplaintKind, PledgeId, ProofId, Stream, StreamItem

from .pledges import pledge

STREAM_PAGE: Final = 20


def stream_of(by: Actor, pledge_id: PledgeId) -> Stream | None:
    """Whether one's own pledge is open to everybody, and where. Raises NotAllowed."""
    permits.may_touch(by, pledge(pledge_id).person)
    row = models.OpenStream.objects.select_related("pledge__project").filter(pledge_id=pledge_id).first()
    return _stream(row) if row else None


def stream(key: UUID) -> Stream:
    """What stands at an address. Raises NotFound."""
    row = models.OpenStream.objects.select_related("pledge__project").filter(key=key).first()
    if row is None:
        raise NotFound(what="stream")
    return _stream(row)


def stream_count(found: Stream) -> int:
    """How many days there are to read."""
    return _rows(found).count()


def stream_items(found: Stream, before: ProofId | None = None) -> tuple[StreamItem, ...]:
    """Days that count, the newest first, STREAM_PAGE at a time. What was taken back,
    rejected, or taken out of sight by a steward is not among them."""
    rows = _rows(found)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(_item(row) for row in rows.order_by("-id")[:STREAM_PAGE])


def stream_item(found: Stream, proof: ProofId) -> StreamItem:
    """One of them. Raises NotFound."""
    row = _rows(found).filter(id=proof).first()
    if row is None:
        raise NotFound(what="proof")
    return _item(row)


def _rows(found: Stream) -> QuerySet[models.Proof]:
    hushed = models.Hush.objects.filter(kind=ComplaintKind.PROOF, project__pledges=found.pledge)
    rows = models.Proof.objects.filter(pledge_id=found.pledge, state__in=days.COUNTING)
    return rows.exclude(id__in=hushed.values("subject")).select_related("pledge__project")


def _stream(row: models.OpenStream) -> Stream:
    return Stream(row.key, PledgeId(row.pledge_id), row.pledge.project.title, row.since)


def _item(row: models.Proof) -> StreamItem:
    unit = row.pledge.project.unit
    return StreamItem(ProofId(row.id), row.day, row.text, row.number, unit, row.sent_at)
