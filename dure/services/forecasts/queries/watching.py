"""Watches, as the two people of each see them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import seals
from dure.services.forecasts import models
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import Field, ImpactLevel, NewPlace, WatchCard, WatchId

PHONE_SEAL = "forecasts.phone"


def watches(by: Actor) -> tuple[WatchCard, ...]:
    """Those I look after and those who look after me, as far as they have not ended. Raises NotAllowed."""
    person = permits.somebody(by)
    rows = models.Watch.objects.filter(Q(watcher_id=person) | Q(parent_id=person), ended_at__isnull=True)
    return _cards(rows.order_by("asked_at", "id"), person)


def watch(by: Actor, watch: UUID) -> WatchCard:
    """One of mine. Raises NotAllowed, NotFound."""
    person = permits.somebody(by)
    rows = models.Watch.objects.filter(Q(watcher_id=person) | Q(parent_id=person), id=watch)
    for card in _cards(rows, person):
        return card
    raise NotFound(what="watch")


def watch_by_code(by: Actor, code: str) -> WatchCard:
    """What a link asks for, for whoever holds it. Raises NotAllowed, NotFound."""
    person = permits.somebody(by)
    for card in _cards(models.Watch.objects.filter(code=code), person):
        return card
    raise NotFound(what="watch")


def _cards(rows: Iterable[models.Watch], person: PersonId) -> tuple[WatchCard, ...]:
    found = list(rows)
    last = _last_notices({row.parent_id for row in found if row.agreed_at and row.parent_id})
    calls = models.Call.objects.filter(
        watch__in=[row.id for row in found], notice__in=[one.id for one in last.values()]
    )
    asked = {one.watch_id: one for one in calls}
    return tuple(_card(row, person, last.get(row.parent_id), asked.get(row.id)) for row in found)


def _last_notices(parents: Iterable[UUID]) -> Mapping[UUID | None, models.Notice]:
    """The newest warning of each: what is over or easing need not be read."""
    rows = models.Notice.objects.filter(reader_id__in=list(parents), is_warning=True)
    return {row.reader_id: row for row in rows.order_by("reader_id", "-at", "-id").distinct("reader_id")}


def _card(row: models.Watch, person: PersonId, last: models.Notice | None, call: models.Call | None) -> WatchCard:
    is_own = row.watcher_id == person
    shown = last if last and row.agreed_at and last.at >= row.agreed_at else None
    return WatchCard(
        id=WatchId(row.id),
        watcher=PersonId(row.watcher_id),
        parent=PersonId(row.parent_id) if row.parent_id else None,
        state=permits.watch_state(row.asked_at, row.agreed_at, row.ended_at, clock.now()),
        called=row.called,
        place=NewPlace(row.region, Field(row.field), ImpactLevel(row.level)),
        reads_at=row.reads_at,
        calls_at=row.calls_at,
        phone=seals.unseal(PHONE_SEAL, row.id, bytes(row.phone)).decode() if is_own and row.phone else "",
        code=row.code,
        asked_at=row.asked_at,
        last_at=shown.at if shown else None,
        read_at=shown.read_at if shown else None,
        call_at=call.at if call and shown else None,
        called_at=call.called_at if call and shown else None,
    )
