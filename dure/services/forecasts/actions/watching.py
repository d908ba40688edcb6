"""A child asks a parent by a link; the parent agrees; either of the two ends it."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import limits, seals, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.watching import PHONE_SEAL
from dure.services.forecasts.rules import fetching, permits
from dure.services.forecasts.types import (
    Field,
    ImpactLevel,
    NewPlace,
    NewWatch,
    WatchCard,
    WatchClosed,
    WatchesFull,
    WatchId,
    WatchState,
)

from .calling import stop_calls
from .subscribing import bring_along, lock_reader, put_place, region_code

CODE_LENGTH: Final = 20  # letters of the link: nobody guesses it
ASKED_A_DAY_MAX: Final = 20
DAY_SECONDS: Final = 86_400
SWEPT_AT_ONCE: Final = 5_000


def ask_watch(by: Actor, new: NewWatch, *, key: str) -> WatchCard:
    """Make a link with which a parent can agree. Nothing happens before that, but that the child becomes a friend of the channel:
    only so they hear that they are to call.

    Raises NotAllowed, BadValue, NoZones, NoZoneHere, WatchesFull, TooOften.
    """
    with tx.action(by, "forecasts.ask_watch", key, new, UUID) as done:
        if done:
            return queries.watch(by, done.answer())
        person = permits.somebody(by)
        asked = permits.check_watch(new)
        region = region_code(asked.place.region)
        queries.zone_of(region, clock.today())
        limits.count(f"forecasts.ask_watch:{person}", ASKED_A_DAY_MAX, DAY_SECONDS)
        _demand_room(PersonId(person))
        watch = ids.new()
        models.Watch.objects.create(
            id=watch,
            watcher_id=person,
            code=ids.speakable(CODE_LENGTH),
            called=asked.called,
            phone=seals.seal(PHONE_SEAL, watch, asked.phone.encode()) if asked.phone else b"",
            region=region,
            field=asked.place.field,
            level=asked.place.level.value,
            reads_at=asked.reads_at,
            calls_at=asked.calls_at,
            asked_at=clock.now(),
        )
        bring_along(PersonId(person))
        done.keep(watch)
        return queries.watch(by, watch)


def agree_watch(by: Actor, code: str, *, key: str) -> WatchCard:
    """The parent agrees: from now on they hear of the place, and the child sees whether they read it. Who hears of it already
    keeps their hour, and of the two levels the lower one.

    Raises NotAllowed, NotFound, OwnWatch, WatchClosed, NoZones, NoZoneHere, PlacesFull.
    """
    with tx.action(by, "forecasts.agree_watch", key, code, UUID) as done:
        if done:
            return queries.watch(by, done.answer())
        row = models.Watch.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise NotFound(what="watch")
        person = permits.may_agree(by, row.watcher_id)
        state = permits.watch_state(row.asked_at, row.agreed_at, row.ended_at, clock.now())
        if state is not WatchState.ASKED:
            raise WatchClosed(state=state)
        zone = queries.zone_of(row.region, clock.today())
        lock_reader(person, {"hour": row.reads_at})
        _end_old(row.watcher_id, person)
        if models.Watch.objects.filter(parent=person, ended_at__isnull=True).count() >= permits.WATCHES_MAX:
            raise WatchesFull(limit=permits.WATCHES_MAX)
        row.parent_id, row.agreed_at = person, clock.now()
        row.save(update_fields=["parent", "agreed_at"])
        put_place(person, _as_agreed(row, person), zone.id)
        done.keep(row.id)
        return queries.watch(by, row.id)


def end_watch(by: Actor, watch: WatchId, *, key: str) -> None:
    """Either of the two ends it; the parent goes on hearing. Twice is once. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.end_watch", key, watch, bool) as done:
        if done:
            return
        row = models.Watch.objects.select_for_update().filter(id=watch).first()
        if row is None:
            raise NotFound(what="watch")
        permits.may_end(by, row.watcher_id, row.parent_id)
        if row.ended_at is None:
            row.ended_at, row.phone = clock.now(), b""
            row.save(update_fields=["ended_at", "phone"])
            stop_calls(models.Call.objects.filter(watch=row))
        done.keep(True)


def sweep_watches(by: Actor, most: int = SWEPT_AT_ONCE) -> int:
    """Forget the numbers in links that nobody answered in time, and the links after a month; answers how many.

    Raises NotAllowed.
    """
    permits.may_run(by)
    now = clock.now()
    unanswered = models.Watch.objects.filter(agreed_at__isnull=True, ended_at__isnull=True)
    lapsed = unanswered.filter(asked_at__lte=now - permits.ASKED_LASTS).exclude(phone=b"")
    old = unanswered.filter(asked_at__lt=now - timedelta(days=fetching.KEPT_DAYS))
    with tx.durable():
        gone = models.Watch.objects.filter(id__in=old.order_by("id")[:most].values("id")).delete()[0]
        some = lapsed.order_by("id")[:most].values("id")
        return gone + models.Watch.objects.filter(id__in=some).update(phone=b"")


def _end_old(watcher: UUID, parent: PersonId) -> None:
    """A new watch of the same two takes the place of the old one, whose number goes."""
    old = models.Watch.objects.filter(watcher=watcher, parent=parent, agreed_at__isnull=False, ended_at__isnull=True)
    ended = list(old.select_for_update().values_list("id", flat=True))
    models.Watch.objects.filter(id__in=ended).update(ended_at=clock.now(), phone=b"")
    stop_calls(models.Call.objects.filter(watch__in=ended))


def _as_agreed(row: models.Watch, parent: PersonId) -> NewPlace:
    """What the parent hears of: nobody hears less by agreeing."""
    own = models.Place.objects.filter(reader_id=parent, region=row.region, field=row.field).first()
    level = row.level if own is None else min(own.level, row.level)
    return NewPlace(row.region, Field(row.field), ImpactLevel(level))


def _demand_room(person: PersonId) -> None:
    lasting = models.Watch.objects.filter(watcher=person, ended_at__isnull=True)
    now = clock.now()
    if sum(1 for row in lasting if _counts(row, now)) >= permits.WATCHES_MAX:
        raise WatchesFull(limit=permits.WATCHES_MAX)


def _counts(row: models.Watch, now: datetime) -> bool:
    state = permits.watch_state(row.asked_at, row.agreed_at, row.ended_at, now)
    return state in (WatchState.ASKED, WatchState.AGREED)
