"""Watches, as the two people of each see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import seals
from dure.services.forecasts import models
from dure.services.forecasts.rules import due, permits
from dure.services.forecasts.types import (
    Field,
    ImpactLevel,
    NewPlace,
    ReaderId,
    Seen,
    Subscription,
    ToldNotice,
    WatchCard,
    WatchId,
)

from . import feeds
from .reading import notice_of

PHONE_SEAL: Final = "forecasts.phone"
DAYS_SEEN: Final = 7  # as many as the reader's own page shows


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
    """What a link asks for, for whoever holds it: nothing of what was read. Raises NotAllowed, NotFound."""
    person = permits.somebody(by)
    row = models.Watch.objects.filter(code=code).first()
    if row is None:
        raise NotFound(what="watch")
    return _card(row, person, None)


def wishes(rows: Iterable[models.Watch]) -> Mapping[UUID, Subscription]:
    """By watch, what was agreed, in the zone of today. A watch whose parent dropped the place is missing."""
    places = _places(rows)
    return {
        row.id: Subscription(ReaderId(place.reader_id), place.zone, Field(row.field), ImpactLevel(row.level))
        for row in rows
        if (place := places.get((row.parent_id, row.region, row.field)))
    }


def places_of(some: Iterable[Subscription | None]) -> frozenset[tuple[str, Field]]:
    """The zones and fields of wishes."""
    return frozenset((one.zone, one.field) for one in some if one is not None)


def _cards(rows: Iterable[models.Watch], person: PersonId) -> tuple[WatchCard, ...]:
    found = list(rows)
    agreed = [row for row in found if row.watcher_id == person and row.agreed_at and not row.ended_at]
    seen = _seen(agreed, clock.now()) if agreed else {}
    return tuple(_card(row, person, seen.get(row.id)) for row in found)


def _seen(rows: Sequence[models.Watch], now: datetime) -> Mapping[UUID, Seen]:
    """What the watcher sees of each."""
    places, wanted = _places(rows), wishes(rows)
    board = feeds.board(now, places_of(wanted.values()))
    calls = _calls(rows)
    since = now - timedelta(days=DAYS_SEEN)
    notices = defaultdict[UUID | None, list[ToldNotice]](list)
    warned = models.Notice.objects.filter(reader_id__in={row.parent_id for row in rows}, is_warning=True, at__gte=since)
    for notice in warned.order_by("at", "id"):
        notices[notice.reader_id].append(notice_of(notice))
    found: dict[UUID, Seen] = {}
    for row in rows:
        wish = wanted.get(row.id)
        place = places.get((row.parent_id, row.region, row.field))
        if wish is None or place is None or row.agreed_at is None:
            found[row.id] = Seen(None)
            continue
        told = [one for one in notices[row.parent_id] if one.at >= row.agreed_at and due.warnings(one.changes, wish)]
        true = [
            one
            for one in told
            if one.read_at is None and any(due.holds(it, board, now) for it in due.warnings(one.changes, wish))
        ]
        found[row.id] = _seen_of(ImpactLevel(place.level), told, true, [calls.get((row.id, one.id)) for one in true])
    return found


def _seen_of(
    level: ImpactLevel, told: Sequence[ToldNotice], true: Sequence[ToldNotice], calls: Sequence[models.Call | None]
) -> Seen:
    """`told`: the warnings that concern the watch, the newest last; `true`: those of them that are not read and hold still."""
    open_ = [one.at for one in calls if one and one.called_at is None]
    spoken = [one.called_at for one in calls if one and one.called_at]
    return Seen(
        hears_from=level,
        last_at=told[-1].at if told else None,
        read_at=told[-1].read_at if told else None,
        holds=bool(true),
        call_at=min(open_, default=None),
        called_at=None if open_ else max(spoken, default=None),
    )


def _places(rows: Iterable[models.Watch]) -> Mapping[tuple[UUID | None, str, str], models.Place]:
    """By parent, region and field."""
    found = models.Place.objects.filter(reader_id__in={row.parent_id for row in rows if row.parent_id})
    return {(one.reader_id, one.region, one.field): one for one in found}


def _calls(rows: Iterable[models.Watch]) -> Mapping[tuple[UUID, UUID], models.Call]:
    """By watch and notice."""
    found = models.Call.objects.filter(watch__in=[row.id for row in rows])
    return {(one.watch_id, one.notice_id): one for one in found}


def _card(row: models.Watch, person: PersonId, seen: Seen | None) -> WatchCard:
    is_own = row.watcher_id == person
    return WatchCard(
        id=WatchId(row.id),
        watcher=PersonId(row.watcher_id),
        parent=PersonId(row.parent_id) if row.parent_id else None,
        state=permits.watch_state(row.asked_at, row.agreed_at, row.ended_at, clock.now()),
        called=row.called,
        place=NewPlace(row.region, Field(row.field), ImpactLevel(row.level)),
        reads_at=row.reads_at,
        calls_at=row.calls_at,
        phone=phone_of(row) if is_own else "",
        code=row.code,
        asked_at=row.asked_at,
        seen=seen,
    )


def phone_of(row: models.Watch) -> str:
    """The number that the watcher typed; empty: none, or it is gone."""
    return seals.unseal(PHONE_SEAL, row.id, bytes(row.phone)).decode() if row.phone else ""
