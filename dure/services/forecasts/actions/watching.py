"""A child asks a parent by a link; the parent agrees; who has not read by the hour is to be called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import Button, ButtonKind, Content, NewSending, Purpose, Text
from dure.kit import limits, seals, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.places import reader_of
from dure.services.forecasts.queries.reading import notice_of
from dure.services.forecasts.queries.watching import PHONE_SEAL
from dure.services.forecasts.rules import due, permits
from dure.services.forecasts.types import (
    Delivered,
    Field,
    ImpactLevel,
    NewPlace,
    NewWatch,
    Notice,
    Reader,
    ReaderId,
    Watch,
    WatchCard,
    WatchClosed,
    WatchesFull,
    WatchId,
    WatchState,
)

from .subscribing import TELLER, lock_reader, put_place, region_code

CODE_LENGTH: Final = 20  # letters of the link: nobody guesses it
ASKED_A_DAY_MAX: Final = 20
DAY_SECONDS: Final = 86_400
CALLS_AT_ONCE: Final = 500
LOOK_BACK: Final = timedelta(days=3)  # no forecast holds longer


def ask_watch(by: Actor, new: NewWatch, *, key: str) -> WatchCard:
    """Make a link with which a parent can agree. Nothing happens before that.

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
        done.keep(watch)
        return queries.watch(by, watch)


def agree_watch(by: Actor, code: str, *, key: str) -> WatchCard:
    """The parent agrees: from now on they hear of the place, and the child sees whether they read it.

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
        place = NewPlace(row.region, Field(row.field), ImpactLevel(row.level))
        zone = queries.zone_of(row.region, clock.today())
        lock_reader(person, {"hour": row.reads_at})
        lasting = models.Watch.objects.filter(watcher=row.watcher_id, parent=person, agreed_at__isnull=False)
        lasting.filter(ended_at__isnull=True).update(ended_at=clock.now())  # the new one takes the place of the old
        if models.Watch.objects.filter(parent=person, ended_at__isnull=True).count() >= permits.WATCHES_MAX:
            raise WatchesFull(limit=permits.WATCHES_MAX)
        row.parent_id, row.agreed_at = person, clock.now()
        row.save(update_fields=["parent", "agreed_at"])
        put_place(person, place, zone.id)
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
        done.keep(True)


def mark_called(by: Actor, watch: WatchId, *, key: str) -> WatchCard:
    """The child says that they have spoken. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.mark_called", key, watch, bool) as done:
        if not done:
            row = models.Watch.objects.filter(id=watch).first()
            if row is None:
                raise NotFound(what="watch")
            permits.may_touch(by, row.watcher_id)
            models.Call.objects.filter(watch=row, called_at__isnull=True).update(called_at=clock.now())
            done.keep(True)
        return queries.watch(by, watch)


@dataclass(frozen=True, slots=True)
class CallWording:
    """What a watcher hears: `text` holds `#{name}`, what the watcher calls the parent; the button, and where it leads."""

    text: str
    label: str
    address: str


def ask_calls(
    by: Actor, wording: CallWording, after: UUID | None = None, most: int = CALLS_AT_ONCE
) -> tuple[int, UUID | None]:
    """Ask watchers to call parents who have not read by the hour, once for each notice: of the next watches after this one.
    Answers how many were asked, and which watch was the last; None: there are no more. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        unread = models.Notice.objects.filter(read_at__isnull=True, is_warning=True, at__gte=now - LOOK_BACK)
        watched = models.Watch.objects.filter(agreed_at__isnull=False, ended_at__isnull=True)
        if after is not None:
            watched = watched.filter(id__gt=after)
        rows = watched.filter(parent__in=unread.values("reader_id")).select_for_update(skip_locked=True)
        watches = {(row.watcher_id, row.parent_id): row for row in rows.order_by("id")[:most]}
        if not watches:
            return 0, None
        notices = {
            (row.reader_id, row.at): row
            for row in unread.filter(reader_id__in={parent for _watcher, parent in watches}).order_by("at", "id")
        }
        delivered = [
            Delivered(Notice(ReaderId(row.reader_id), row.at, notice_of(row).changes), None) for row in notices.values()
        ]
        steps = due.calls(delivered, _watches(watches), now)
        fresh = _fresh([(watches[one.watcher, one.parent], notices[one.parent, one.of]) for one in steps], now)
        models.Call.objects.bulk_create(fresh)
        _tell(fresh, wording)
        return len(fresh), max(row.id for row in watches.values())


def _fresh(pairs: list[tuple[models.Watch, models.Notice]], now: datetime) -> list[models.Call]:
    """The steps that nobody took yet, of notices that went out since the parent agreed."""
    whose = {watch.id for watch, _notice in pairs}
    known = set(models.Call.objects.filter(watch__in=whose).values_list("watch", "notice"))
    return [
        models.Call(watch=watch, notice=notice, at=now)
        for watch, notice in pairs
        if (watch.id, notice.id) not in known and watch.agreed_at is not None and notice.at >= watch.agreed_at
    ]


def _watches(rows: dict[tuple[UUID, UUID | None], models.Watch]) -> list[Watch]:
    people = {one for pair in rows for one in pair if one}
    known = {row.person_id: reader_of(row) for row in models.Reader.objects.filter(person_id__in=people)}
    return [
        Watch(
            watcher=known.get(row.watcher_id) or Reader(ReaderId(row.watcher_id), "Asia/Seoul", 8),
            parent=known[row.parent_id],
            hour=row.calls_at,
            parent_agreed=True,
        )
        for row in rows.values()
        if row.parent_id in known
    ]


def _tell(calls: list[models.Call], wording: CallWording) -> None:
    channel = queries.channel_of_forecasts()
    if channel is None:
        return
    for one in calls:
        channels.queue_sending(
            TELLER,
            NewSending(
                channel=channel.id,
                purpose=Purpose.CARE,
                content=Content((Text(wording.text),), (Button(wording.label, ButtonKind.LINK, wording.address),)),
                key=f"forecasts:call:{one.id.hex}",
                persons=(PersonId(one.watch.watcher_id),),
                variables={PersonId(one.watch.watcher_id): {"name": one.watch.called}},
                about=one.id,
                free_only=True,
            ),
        )


def _demand_room(person: PersonId) -> None:
    lasting = models.Watch.objects.filter(watcher=person, ended_at__isnull=True)
    now = clock.now()
    if sum(1 for row in lasting if _counts(row, now)) >= permits.WATCHES_MAX:
        raise WatchesFull(limit=permits.WATCHES_MAX)


def _counts(row: models.Watch, now: datetime) -> bool:
    state = permits.watch_state(row.asked_at, row.agreed_at, row.ended_at, now)
    return state in (WatchState.ASKED, WatchState.AGREED)
