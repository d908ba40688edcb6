"""Readers are told of alerts: what everybody was told, their notice and the message are one commit.

Locks: the alert, then its readers in order. So whoever ends an alert waits until a round of messages is written, finds them and
stops them; and nobody is told twice by two workers.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db.models import Exists, OuterRef, Q

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Button, ButtonKind, Channel, Content, Lane, NewSending, Purpose, Text
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.alerts import kept, spoken_of
from dure.services.forecasts.rules import alerting, permits
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import (
    AlertTelling,
    Hearer,
    ImpactLevel,
    KeptAlert,
    ReaderId,
    Spoken,
)

from .subscribing import TELLER

READERS_AT_ONCE: Final = 500
LOOK_AGAIN: Final = timedelta(minutes=10)  # for who chose a place since, and whose night is over
TOLD_FOR: Final = timedelta(days=20)  # shorter than a month, after which what was told is forgotten
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AlertWording:
    """How an alert is put into a message; what to say where that cannot stand in one; the button, and where it leads."""

    words: Callable[[KeptAlert, AlertTelling], str]
    plain: str
    label: str
    address: Callable[[UUID], str]


def tell_alerts(by: Actor, wording: AlertWording, most: int = READERS_AT_ONCE) -> int:
    """Tell the next readers of the alert that has waited longest, at most so many; answers how many were asked about, and at
    least one as long as any alert waits. Raises NotAllowed, Busy.
    """
    permits.may_run(by)
    with tx.durable():
        now = clock.now()
        due = models.Alert.objects.filter(tell_at__lte=now)
        row = due.select_for_update(skip_locked=True).order_by("tell_at", "id").first()
        if row is None:
            return 0
        if not _is_told(row, now):
            models.Alert.objects.filter(id=row.id).update(tell_at=None, tell_after=None)
            return 1
        alert = kept(row, now)
        spoken = spoken_of(alert)
        hearers = _hearers(row, spoken, most)
        due_now = defaultdict[AlertTelling, list[Hearer]](list)
        for one in hearers:
            what = alerting.telling(spoken, one)
            if what is not None and alerting.is_due(spoken, what, one, now):
                due_now[what].append(one)
        for what, some in due_now.items():
            _send(row, alert, spoken, what, some, wording)
        is_through = len(hearers) < most
        row.tell_after = None if is_through else hearers[-1].reader
        row.tell_at = now + LOOK_AGAIN if is_through else now
        row.save(update_fields=["tell_at", "tell_after"])
    return max(1, len(hearers))


def _is_told(row: models.Alert, now: datetime) -> bool:
    """Whether anybody may still be told of it."""
    if row.untrusted or not row.reaches_people or now >= row.ends_at or now >= row.arrived_at + TOLD_FOR:
        return False
    return row.ended_at is None or row.ended_at > now


def _hearers(row: models.Alert, spoken: Spoken, most: int) -> list[Hearer]:
    """The next readers who were not told of this alert, and whom it may concern; locked, in order."""
    replaced = _replaced(row)
    told = models.Notice.objects.filter(alert=row, reader=OuterRef("pk"))
    before = models.Notice.objects.filter(alert__in=list(replaced), reader=OuterRef("pk"))
    concerned = Q(Exists(before)) if replaced else Q(pk__in=[])
    if not (spoken.is_all_clear or spoken.is_cancelled):
        here = models.Place.objects.filter(_inside(row.regions.split()), reader=OuterRef("pk"))
        concerned = concerned | Q(Exists(here))
    rows = models.Reader.objects.filter(concerned).exclude(Exists(told))
    if row.tell_after is not None:
        rows = rows.filter(person_id__gt=row.tell_after)
    readers = list(rows.select_for_update(of=("self",)).order_by("person_id")[:most])
    whose = [one.person_id for one in readers]
    heard, wanted = _heard(whose, replaced), _wanted(whose, row.regions.split())
    return [
        Hearer(ReaderId(one.person_id), one.time_zone, one.hour, heard.get(one.person_id), wanted.get(one.person_id))
        for one in readers
    ]


def _replaced(row: models.Alert) -> Mapping[UUID, ImpactLevel]:
    """The alerts that this one took the place of, and how bad each was."""
    rows = models.Alert.objects.filter(_named(row), sender=row.sender, untrusted="", reaches_people=True)
    now = clock.now()
    return {one.id: spoken_of(kept(one, now)).level for one in rows.order_by("sent")}


def _named(row: models.Alert) -> Q:
    wanted = Q(pk__in=[])
    for one in queries.references_of(row.references):
        wanted |= Q(identifier=one.identifier, sent=one.sent)
    return wanted


def _inside(starts: Sequence[str]) -> Q:
    """Places in these regions, and regions around them."""
    wanted = Q(region__in={code for start in starts for code in keeping.around(start)})
    for start in starts:
        wanted |= Q(region__startswith=start)
    return wanted if starts else Q(pk__in=[])


def _heard(whose: Sequence[UUID], replaced: Mapping[UUID, ImpactLevel]) -> Mapping[UUID, ImpactLevel]:
    """The level of what each of them was told last of what is replaced."""
    rows = models.Notice.objects.filter(reader_id__in=whose, alert__in=list(replaced)).order_by("at", "id")
    return {one.reader_id: replaced[one.alert_id] for one in rows if one.alert_id}


def _wanted(whose: Sequence[UUID], starts: Sequence[str]) -> Mapping[UUID, ImpactLevel]:
    """The lowest level from which each of them wants to hear of a place there."""
    found: dict[UUID, ImpactLevel] = {}
    for reader, level in models.Place.objects.filter(_inside(starts), reader_id__in=whose).values_list(
        "reader", "level"
    ):
        found[reader] = min(found.get(reader, ImpactLevel.DANGER), ImpactLevel(level))
    return found


def _send(
    row: models.Alert,
    alert: KeptAlert,
    spoken: Spoken,
    what: AlertTelling,
    some: Sequence[Hearer],
    wording: AlertWording,
) -> None:
    """Write down who was told, and give the channel one sending for all of them."""
    now, breaks = clock.now(), alerting.breaks_quiet(spoken, what)
    channel = queries.channel_of_forecasts()
    letter = None if channel is None else _queue(channel, alert, what, some, wording, breaks)
    models.Notice.objects.bulk_create(
        models.Notice(
            id=ids.new(),
            reader_id=one.reader,
            letter=letter,
            alert=row,
            at=now,
            changes=b"[]",
            is_warning=what in alerting.WARNS,
            breaks_quiet=breaks,
        )
        for one in some
    )
    nights = sum(1 for one in some if breaks and not alerting.is_waking(one, now))
    if nights:
        log.warning(
            "alert_broke_quiet_hours",
            alert=str(row.id),
            severity=spoken.level.name,
            role=spoken.role,
            told=what,
            readers=nights,
        )


def _queue(
    channel: Channel,
    alert: KeptAlert,
    what: AlertTelling,
    some: Sequence[Hearer],
    wording: AlertWording,
    breaks: bool,
) -> models.Letter:
    now = clock.now()
    is_safety = breaks and queries.may_warn(channel.organisation)
    said = wording.words(alert, what)
    if not is_safety and known_channels.reads_like_an_offer(said, channel.name):
        said = wording.plain
    letter = ids.new()
    sending = channels.queue_sending(
        TELLER,
        NewSending(
            channel=channel.id,
            purpose=Purpose.SAFETY if is_safety else Purpose.INFO,
            content=Content((Text(said),), (Button(wording.label, ButtonKind.LINK, wording.address(alert.id)),)),
            key=f"forecasts:{letter.hex}",
            persons=tuple(PersonId(one.reader) for one in some),
            lane=Lane.URGENT if is_safety else Lane.NORMAL,
            about=letter,
            expires_at=alert.ends,
            free_only=not is_safety,  # nobody has seen what it would cost; a life is worth it
        ),
    )
    made = models.Letter.objects.create(  # of one subject: nothing of it is told anew when it is stopped
        id=letter, sending=sending, at=now, expires_at=alert.ends, retold_at=now
    )
    models.LetterSubject.objects.create(letter=made, subject=queries.alert_key(alert.id))
    return made
