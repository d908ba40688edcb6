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
from django.db import transaction

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Button, ButtonKind, Channel, Content, Lane, NewSending, Purpose, Text
from dure.kit import tx
from dure.services.forecasts import models, queries
from dure.services.forecasts.queries.alerts import kept, parts_of, spoken_of
from dure.services.forecasts.rules import alerting, permits
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import (
    AlertTelling,
    Hearer,
    ImpactLevel,
    KeptAlert,
    Spoken,
)

from .hearers import Asked, Said, last_until, next_hearers, said_of
from .subscribing import TELLER

READERS_AT_ONCE: Final = 500
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
        alert = kept(row, now)
        said = said_of(row, spoken_of(alert), parts_of(row, alert), now)
        if not _is_told(said, now):
            models.Alert.objects.filter(id=row.id).update(tell_at=None, tell_after=None)
            return 1
        asked = next_hearers(said, most)
        for what, some in _due(asked, now).items():
            _send(alert, what, some, wording)
        is_through = len(asked) < most
        row.tell_after = None if is_through else asked[-1].hearer.reader
        row.tell_at = alerting.look_again(now) if is_through else now
        row.save(update_fields=["tell_at", "tell_after"])
    return max(1, len(asked))


@dataclass(frozen=True, slots=True)
class _Same:
    """What is one message: what the alert is to these readers, which of its segments they get, how bad, until when."""

    telling: AlertTelling
    segments: tuple[int, ...]
    spoken: Spoken
    lasts: datetime


def _due(asked: Sequence[Asked], now: datetime) -> Mapping[_Same, list[Hearer]]:
    """Who is told now, by what they get."""
    found = defaultdict[_Same, list[Hearer]](list)
    for one in asked:
        what = alerting.telling_now(one.spoken, one.hearer, now)
        if what is None:
            continue
        segments = tuple(part.segment for part in one.here if what not in alerting.ENDS or part.is_over)
        found[_Same(what, segments, one.spoken, alerting.lasts(one.spoken, what, one.hearer))].append(one.hearer)
    return found


def _is_told(said: Said, now: datetime) -> bool:
    """Whether anybody may still be told of it: of an end as long as what it ended was to hold."""
    row = said.row
    if row.untrusted or not row.reaches_people or now >= row.arrived_at + TOLD_FOR:
        return False
    if row.ended_at is not None and row.ended_at <= now:
        return False
    return now < row.ends_at or now < last_until(said)


def _send(alert: KeptAlert, same: _Same, some: Sequence[Hearer], wording: AlertWording) -> None:
    """Write down who was told, and give the channel one sending for all of them."""
    now, what, spoken = clock.now(), same.telling, same.spoken
    breaks = alerting.breaks_quiet(spoken, what)
    channel = queries.channel_of_forecasts()
    letter = None if channel is None else _queue(channel, alert, same, some, wording)
    level = ImpactLevel.NONE if what in alerting.ENDS else spoken.level
    models.Notice.objects.bulk_create(
        models.Notice(
            id=ids.new(),
            reader_id=one.reader,
            letter=letter,
            alert_id=alert.id,
            telling=what,
            level=level.value,
            until=same.lasts,
            at=now,
            changes=b"[]",
            is_warning=what in alerting.WARNS,
            breaks_quiet=breaks,
        )
        for one in some
    )
    if nights := sum(1 for one in some if breaks and not alerting.is_waking(one, now)):
        _note_night(alert, same, nights, now)


def _note_night(alert: KeptAlert, same: _Same, readers: int, now: datetime) -> None:
    """Write down that a night was broken, for how many and why; the log says it once that is true."""
    level, role = same.spoken.level, same.spoken.role
    models.BrokenNight.objects.create(
        id=ids.new(), alert_id=alert.id, at=now, telling=same.telling, level=level.value, role=role, readers=readers
    )
    said = {"alert": str(alert.id), "severity": level.name, "role": role, "told": same.telling, "readers": readers}
    transaction.on_commit(lambda: log.warning("alert_broke_quiet_hours", **said))


def _queue(
    channel: Channel, alert: KeptAlert, same: _Same, some: Sequence[Hearer], wording: AlertWording
) -> models.Letter:
    now = clock.now()
    is_safety = alerting.breaks_quiet(same.spoken, same.telling) and queries.may_warn(channel.organisation)
    said = wording.words(keeping.narrowed(alert, same.segments, same.lasts), same.telling)
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
            expires_at=same.lasts,
            free_only=not is_safety,  # nobody has seen what it would cost; a life is worth it
        ),
    )
    made = models.Letter.objects.create(  # of one subject: nothing of it is told anew when it is stopped
        id=letter, sending=sending, at=now, expires_at=same.lasts, retold_at=now
    )
    models.LetterSubject.objects.create(letter=made, subject=queries.alert_key(alert.id))
    return made
