"""Who is due what is asked anew, and told once: what everybody heard last, their notice and the message are one commit.

A crash undoes all of it and it is done again; a second process finds the readers locked, or told. Nothing is kept for later.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog
from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Button, ButtonKind, Channel, Content, Lane, NewSending, Purpose, Text
from dure.kit import sqlfiles, tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.places import reader_of
from dure.services.forecasts.rules import due, permits
from dure.services.forecasts.types import (
    Change,
    ChangeKind,
    Field,
    Notice,
    NoticeId,
    ReaderId,
    Standing,
    Subject,
    Subscription,
)

from .calling import stop_calls
from .fetching import HOUSE, subject_key
from .subscribing import TELLER
from .warned import tell_warned
from .wording import Wording

READERS_AT_ONCE: Final = 500
WARNS: Final = (ChangeKind.FIRST, ChangeKind.UPGRADE)
log = structlog.get_logger(__name__)


def tell_next(by: Actor, wording: Wording, most: int = READERS_AT_ONCE) -> int:
    """Tell the next readers, at most so many, what is due to them now; answers how many were asked about.

    Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        readers = _next_readers(now, most)
        if not readers:
            return 0
        notices = _plan(readers, now)
        tell_warned(readers, wording, now)
        _put_ask_at(readers.values())
        if notices:
            _write_told(notices)
            _send(notices, wording, now)
    _log(notices)
    return len(readers)


def _next_readers(now: datetime, most: int) -> dict[ReaderId, models.Reader]:
    """The reader who has waited longest, and others whose time has come who want to hear of the same: they share their messages.
    Locked; past those who are locked already.
    """
    due = models.Reader.objects.select_for_update(skip_locked=True).filter(ask_at__lte=now)
    first = due.order_by("ask_at", "person_id").first()
    if first is None:
        return {}
    readers = {ReaderId(first.person_id): first}
    place = models.Place.objects.filter(reader=first).order_by("id").first()
    if place is not None:
        same = models.Place.objects.filter(zone=place.zone, field=place.field).values("reader_id")
        readers |= {ReaderId(row.person_id): row for row in due.filter(person_id__in=same)[: most - 1]}
    return readers


def mark_read(by: Actor, notice: NoticeId, *, key: str) -> None:
    """The reader says that it is read; whoever looks after them sees it. Twice is once. Raises NotAllowed, NotFound."""
    with tx.action(by, "forecasts.mark_read", key, notice, bool) as done:
        if done:
            return
        row = models.Notice.objects.filter(id=notice).first()
        if row is None or row.reader_id != permits.somebody(by):
            raise NotFound(what="notice")
        unread = models.Notice.objects.filter(reader_id=row.reader_id, at__lte=row.at, read_at__isnull=True)
        read = list(unread.select_for_update().order_by("id").values_list("id", flat=True))
        models.Notice.objects.filter(id__in=read).update(read_at=clock.now())
        stop_calls(models.Call.objects.filter(notice__in=read))
        done.keep(True)


def _plan(readers: Mapping[ReaderId, models.Reader], now: datetime) -> list[Notice]:
    """What each of them is due; and when to ask about each again."""
    wishes = defaultdict[ReaderId, list[Subscription]](list)
    for wish in queries.subscriptions(readers):
        wishes[wish.reader].append(wish)
    stands = defaultdict[tuple[str, Field], list[Standing]](list)
    for standing in queries.due_board(readers.keys(), now):
        stands[standing.subject.zone, standing.subject.field].append(standing)
    told = queries.told(readers.keys(), now)
    notices: list[Notice] = []
    for reader, row in readers.items():
        own = _own_board(wishes[reader], stands)
        answer = due.plan(own, {reader: reader_of(row)}, wishes[reader], told, now)
        notices += answer.notices
        row.ask_at = answer.ask_again
    return notices


def _put_ask_at(rows: Collection[models.Reader]) -> None:
    asked: dict[str, Any] = {"readers": [row.person_id for row in rows], "times": [row.ask_at for row in rows]}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "put_ask_at").text, asked)


def _own_board(
    wishes: Iterable[Subscription], stands: Mapping[tuple[str, Field], Sequence[Standing]]
) -> Mapping[Subject, Standing]:
    return {one.subject: one for place in {(wish.zone, wish.field) for wish in wishes} for one in stands.get(place, ())}


def _write_told(notices: Iterable[Notice]) -> None:
    rows = [
        models.Told(
            reader_id=notice.reader,
            zone=change.subject.zone,
            hazard=change.subject.hazard,
            field=change.subject.field,
            day=change.subject.day,
            level=change.level.value,
        )
        for notice in notices
        for change in notice.changes
    ]
    models.Told.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["reader", "day", "zone", "field", "hazard"],
        update_fields=["level"],
    )


def _send(notices: Sequence[Notice], wording: Wording, now: datetime) -> None:
    """Write every notice down; who is due the same changes gets them in one sending."""
    channel = queries.channel_of_forecasts()
    same = defaultdict[tuple[Change, ...], list[Notice]](list)
    for notice in notices:
        same[notice.changes].append(notice)
    letters = [] if channel is None else _queue(channel, list(same.values()), wording, now)
    rows: list[models.Notice] = []
    for number, (changes, some) in enumerate(same.items()):
        content = msgspec.json.encode(changes)
        rows += [
            models.Notice(
                id=ids.new(),
                reader_id=one.reader,
                letter=letters[number] if letters else None,
                at=now,
                changes=content,
                is_warning=any(change.kind in WARNS for change in changes),
                breaks_quiet=any(change.breaks_quiet for change in changes),
            )
            for one in some
        ]
    models.Notice.objects.bulk_create(rows)


def _queue(
    channel: Channel, all_of: Sequence[Sequence[Notice]], wording: Wording, now: datetime
) -> list[models.Letter]:
    """One sending and one letter for each group of readers who are due the same."""
    zones, may_warn = queries.zone_names(), queries.may_warn(channel.organisation)
    letters = [
        models.Letter(
            id=ids.new(),
            at=now,
            expires_at=min(change.expires for change in some[0].changes),
            retold_at=now if len(some[0].changes) == 1 else None,
        )
        for some in all_of
    ]
    news = [
        _sending(channel, letter, some, (wording, zones), may_warn=may_warn)
        for letter, some in zip(letters, all_of, strict=True)
    ]
    for letter, sending in zip(letters, channels.queue_sendings(TELLER, news), strict=True):
        letter.sending = sending
    models.Letter.objects.bulk_create(letters)
    models.LetterSubject.objects.bulk_create(
        [
            models.LetterSubject(letter=letter, subject=subject_key(change.subject), level=change.level.value)
            for letter, some in zip(letters, all_of, strict=True)
            for change in some[0].changes
        ]
    )
    return letters


def _sending(
    channel: Channel,
    letter: models.Letter,
    some: Sequence[Notice],
    worded: tuple[Wording, Mapping[str, str]],
    *,
    may_warn: bool,
) -> NewSending:
    wording, zones = worded
    changes = some[0].changes
    is_safety = may_warn and any(due.breaks_quiet(change.kind, change.level, change.role) for change in changes)
    said = wording.words(some[0], zones)
    if not is_safety and known_channels.reads_like_an_offer(said, channel.name):
        said = wording.plain  # a zone may be called anything; the page says it
    return NewSending(
        channel=channel.id,
        purpose=Purpose.SAFETY if is_safety else Purpose.INFO,
        content=Content((Text(said),), (Button(wording.label, ButtonKind.LINK, wording.address),)),
        key=f"forecasts:{letter.id.hex}",
        persons=tuple(PersonId(one.reader) for one in some),
        lane=Lane.URGENT if is_safety else Lane.NORMAL,
        about=letter.id,
        expires_at=letter.expires_at,
        free_only=not is_safety,  # nobody has seen what it would cost; a life is worth it
    )


def _log(notices: Iterable[Notice]) -> None:
    """Which changes broke the night, and for how many; not whose."""
    counts = defaultdict[Change, int](int)
    for notice in notices:
        for change in notice.changes:
            counts[change] += change.breaks_quiet
    for change, count in counts.items():
        if count:
            log.warning(
                "forecast_broke_quiet_hours",
                zone=_legible(change.subject.zone),
                hazard=change.subject.hazard,
                field=change.subject.field,
                day=int(f"{change.subject.day:%Y%m%d}"),  # a number: the log takes a date for a telephone
                impact=change.level.name,  # not "level", which is the line's own
                role=change.role,
                readers=count,
            )


def _legible(zone: str) -> str:
    """The number of a zone in groups of three digits: seven in a row are hidden in the log, as if they were somebody's."""
    return re.sub(r"(?<=\d)(?=(\d{3})+(\D|$))", ".", zone)
