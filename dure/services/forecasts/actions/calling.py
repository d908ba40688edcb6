"""Who has not read by the hour is to be called: the child is asked to, once, and no longer than it makes sense.

Whoever asks holds the notice, and so does whoever says that it is read: either nobody is asked, or what is on its way is stopped.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import Button, ButtonKind, Channel, Content, NewSending, Purpose, Text
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.places import reader_of
from dure.services.forecasts.queries.reading import notice_of
from dure.services.forecasts.queries.watching import places_of, wishes
from dure.services.forecasts.rules import due, permits
from dure.services.forecasts.types import (
    CallStep,
    Delivered,
    Notice,
    Reader,
    ReaderId,
    Watch,
    WatchCard,
    WatchId,
)

from .subscribing import HOUR, TELLER, TIME_ZONE

CALLS_AT_ONCE: Final = 500
STOPPED_AT_ONCE: Final = 2_000
LOOK_BACK: Final = timedelta(days=5)  # no forecast holds longer
FIRST: Final = UUID(int=0)  # before every id


@dataclass(frozen=True, slots=True)
class CallWording:
    """What a watcher hears: `text` holds `#{name}`, what the watcher calls the parent; the button, and where it leads."""

    text: str
    label: str
    address: str


@dataclass(frozen=True, slots=True)
class _Due:
    """A step with the rows it comes from."""

    watch: models.Watch
    notice: models.Notice
    step: CallStep


def ask_calls(
    by: Actor, wording: CallWording, after: UUID | None = None, most: int = CALLS_AT_ONCE
) -> tuple[int, UUID | None]:
    """Ask watchers to call parents who have not read by the hour, once for each notice: of the next watches after this one.
    Answers how many were asked, and which watch was the last; None: there are no more. The first time, what is over is stopped
    before. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    now = clock.now()
    if after is None:
        _stop_what_is_over(now)
    with tx.durable():
        rows = _not_asked(now).filter(id__gt=after or FIRST)
        watches = list(rows.select_for_update(skip_locked=True).order_by("id")[:most])
        if not watches:
            return 0, None
        found = _due(watches, now)
        _ask(found, wording, now)
        return len({one.watch.id for one in found}), watches[-1].id


def mark_called(by: Actor, watch: WatchId, *, key: str) -> WatchCard:
    """The child says that they have spoken. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.mark_called", key, watch, bool) as done:
        if not done:
            row = models.Watch.objects.filter(id=watch).first()
            if row is None:
                raise NotFound(what="watch")
            permits.may_touch(by, row.watcher_id)
            calls = models.Call.objects.filter(watch=row)
            stop_calls(calls)
            calls.filter(called_at__isnull=True).update(called_at=clock.now())
            done.keep(True)
        return queries.watch(by, watch)


def stop_calls(calls: QuerySet[models.Call]) -> int:
    """Ask nobody any more because of these; what has left cannot be called back. Answers how many. Twice is once."""
    tx.demand()
    ringing = list(calls.filter(sending__isnull=False).select_for_update(of=("self",)).order_by("id"))
    channels.stop_sendings(TELLER, [one.sending for one in ringing if one.sending is not None])
    return models.Call.objects.filter(id__in=[one.id for one in ringing]).update(sending=None)


def _not_asked(now: datetime) -> QuerySet[models.Watch]:
    """Watches whose parent has not read something since the yes because of which the child was not asked yet."""
    asked = models.Call.objects.filter(watch=OuterRef(OuterRef("pk")), notice=OuterRef("pk"))
    unread = _unread(now).filter(~Exists(asked), reader_id=OuterRef("parent_id"), at__gte=OuterRef("agreed_at"))
    return models.Watch.objects.filter(Exists(unread), agreed_at__isnull=False, ended_at__isnull=True)


def _unread(now: datetime) -> QuerySet[models.Notice]:
    """What the board said and nobody read. Because of an alert or a weather warning nobody is asked to call."""
    rows = models.Notice.objects.filter(read_at__isnull=True, is_warning=True, at__gte=now - LOOK_BACK)
    return rows.exclude(changes=queries.NOTHING)


def _due(watches: Sequence[models.Watch], now: datetime) -> list[_Due]:
    """The steps that are due and that nobody took yet. Only notices whose hour has come are looked into, and they are held."""
    values = _values(watches)
    rows = {(row.watcher_id, row.parent_id): row for row in watches if row.id in values}
    wanted = _hour_has_come(list(rows.values()), values, now)
    held = _unread(now).filter(id__in={notice for _watch, notice in wanted}).select_for_update(skip_locked=True)
    notices = {(row.reader_id, row.at): row for row in held.order_by("id")}
    delivered = [
        Delivered(Notice(ReaderId(row.reader_id), row.at, notice_of(row).changes), None) for row in notices.values()
    ]
    board = queries.board(now, places_of(one.wish for one in values.values()))
    steps = due.calls(delivered, values.values(), board, now)
    found = (_Due(rows[one.watcher, one.parent], notices[one.parent, one.of], one) for one in steps)
    return [one for one in found if (one.watch.id, one.notice.id) in wanted]


def _hour_has_come(
    rows: Sequence[models.Watch], values: dict[UUID, Watch], now: datetime
) -> frozenset[tuple[UUID, UUID]]:
    """Watch and notice: went out since the yes, not read by the hour, and the child was not asked."""
    asked = frozenset(models.Call.objects.filter(watch__in=rows).values_list("watch", "notice"))
    of_parent = defaultdict[UUID | None, list[models.Watch]](list)
    for row in rows:
        of_parent[row.parent_id].append(row)
    unread = _unread(now).filter(reader_id__in=list(of_parent)).values_list("id", "reader_id", "at")
    pairs = frozenset(
        (row.id, notice)
        for notice, reader, at in unread
        for row in of_parent[reader]
        if row.agreed_at is not None
        and row.agreed_at <= at
        and due.call_by(at, values[row.id].parent, row.calls_at) <= now
    )
    return pairs - asked


def _values(rows: Iterable[models.Watch]) -> dict[UUID, Watch]:
    """Watches as the rules take them. One whose parent is no reader is none of them."""
    watches = list(rows)
    people = {one for row in watches for one in (row.watcher_id, row.parent_id) if one}
    known = {row.person_id: reader_of(row) for row in models.Reader.objects.filter(person_id__in=people)}
    wanted = wishes(watches)
    return {
        row.id: Watch(
            watcher=known.get(row.watcher_id) or Reader(ReaderId(row.watcher_id), TIME_ZONE, HOUR),
            parent=known[row.parent_id],
            wish=wanted.get(row.id),
            hour=row.calls_at,
            parent_agreed=True,
        )
        for row in watches
        if row.parent_id in known
    }


def _ask(found: Sequence[_Due], wording: CallWording, now: datetime) -> None:
    """Write every step down. Who is asked because of several notices is sent one message, which hangs on the newest."""
    channel = queries.channel_of_forecasts()
    of_watch = defaultdict[UUID, list[models.Call]](list)
    until: dict[UUID, datetime] = {}
    for one in sorted(found, key=lambda one: one.notice.at):
        of_watch[one.watch.id].append(models.Call(id=ids.new(), watch=one.watch, notice=one.notice, at=now))
        until[one.watch.id] = max(until.get(one.watch.id, now), one.step.until)
    for watch, calls in of_watch.items():
        if channel is not None:
            calls[-1].sending = _send(calls[-1], channel, wording, until[watch])
    models.Call.objects.bulk_create([call for calls in of_watch.values() for call in calls])


def _send(call: models.Call, channel: Channel, wording: CallWording, until: datetime) -> UUID:
    watcher = PersonId(call.watch.watcher_id)
    return channels.queue_sending(
        TELLER,
        NewSending(
            channel=channel.id,
            purpose=Purpose.CARE,
            content=Content((Text(wording.text),), (Button(wording.label, ButtonKind.LINK, wording.address),)),
            key=f"forecasts:call:{call.id.hex}",
            persons=(watcher,),
            variables={watcher: {"name": call.watch.called}},
            about=call.id,
            expires_at=until,
            free_only=True,
        ),
    )


def _stop_what_is_over(now: datetime) -> None:
    """Ask nobody any more because of what was taken back, or of a place that the parent dropped. What expires ends by itself."""
    after = FIRST
    while True:
        with tx.durable():
            rows = list(_may_be_over(now).filter(id__gt=after).order_by("id")[:STOPPED_AT_ONCE])
            wanted = wishes([row.watch for row in rows])
            board = queries.board(now, places_of(wanted.values()))
            over = []
            for row in rows:
                wish = wanted.get(row.watch_id)
                said = due.warnings(notice_of(row.notice).changes, wish) if wish else ()
                if not any(due.holds(change, board, now) for change in said):
                    over.append(row.id)
            stop_calls(models.Call.objects.filter(id__in=over))
        if len(rows) < STOPPED_AT_ONCE:
            return
        after = rows[-1].id


def _may_be_over(now: datetime) -> QuerySet[models.Call]:
    """Calls on their way, since which something moved at the place, or whose parent hears of it no more."""
    moved = models.Standing.objects.filter(
        zone=OuterRef("zone"), field=OuterRef("field"), since__gt=OuterRef(OuterRef("at"))
    )
    place = models.Place.objects.filter(
        reader=OuterRef("watch__parent"), region=OuterRef("watch__region"), field=OuterRef("watch__field")
    )
    ringing = models.Call.objects.filter(sending__isnull=False, at__gte=now - LOOK_BACK)
    some = ringing.filter(Exists(place.filter(Exists(moved))) | ~Exists(place)).select_related("watch", "notice")
    return some.select_for_update(of=("self",), skip_locked=True)
