"""A summer through the tables by a moved clock, laid beside the oracle message by message."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import Lane
from dure.kit import tx
from dure.kit.importing import Bars
from dure.services.forecasts import actions, tasks
from dure.services.forecasts.demo import season as seasons
from dure.services.forecasts.demo.season import Season, Sent
from dure.services.forecasts.types import (
    Answer,
    Change,
    FeedName,
    Hazard,
    NewPlace,
    Notice,
    Reader,
    ReaderId,
    ReportKind,
    SenderRole,
    Subscription,
)
from dure.site import boot

from . import forecast_town
from .forecast_town import BY, Town

FIRST = date(2019, 6, 3)  # the first day of the authority's first heat season with impact forecasts
FEED = FeedName.IMPACT_HEAT
CUT_MAX = 2_000
_NEXT = """
SELECT least((SELECT min(ask_at) FROM forecasts_reader), (SELECT min(next_at) FROM channels_dispatch),
  (SELECT min(expires_at) FROM forecasts_letter WHERE retold_at IS NULL))
"""
_NOTICES = "SELECT reader_id, at, changes FROM forecasts_notice"
_DELIVERED = """
SELECT count(*) FILTER (WHERE a.id IS NOT NULL), count(*) FILTER (WHERE a.id IS NULL)
FROM forecasts_notice n
LEFT JOIN forecasts_letter l ON l.id = n.letter_id
LEFT JOIN channels_dispatch d ON d.sending_id = l.sending AND d.person_id = n.reader_id
LEFT JOIN channels_attempt a ON a.dispatch_id = d.id AND a.route = 'inbox' AND a.state = 'delivered' AND a.at = n.at
"""
_SENT = "SELECT count(*) FROM channels_attempt WHERE route = 'inbox' AND state = 'delivered'"


@dataclass(slots=True)
class Replayed:
    """What was due, what was told, and how fast it went."""

    wishes: int
    answers: int
    silent: int
    played_seconds: float
    seconds: float = 0.0
    due: int = 0
    told: int = 0
    different: int = 0
    delivered: int = 0
    loud: int = 0
    findings: list[str] = field(default_factory=list)


def replay(town: Town, size: tuple[int, int], seed: int, shown: Bars) -> Replayed:
    """So many days with so many readers. The oracle works beside it, in a process of its own."""
    days, readers = size
    shape = seasons.Shape(len(town.zones), readers, days, FIRST, Hazard.HEAT, (0, 1, 2))
    played = _settle(town, seasons.season(seed, shape))
    done = Replayed(
        wishes=len(played.subscriptions),
        answers=len(played.events),
        silent=sum(report.kind is ReportKind.UNKNOWN for _at, report, _role in played.events),
        played_seconds=(played.end - played.events[0][0]).total_seconds(),
    )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=boot.prepare) as other:
        due = other.submit(seasons.oracle, played, is_carried=True)
        shown.begin("answers of a summer", len(played.events))
        began = time.monotonic()
        _play(played, shown)
        done.seconds = time.monotonic() - began
        shown.begin("the oracle", 1)
        _compare(due.result(), done)
        shown.advance()
    return done


def _settle(town: Town, played: Season) -> Season:
    """The season's readers as people of the town who said what they want to hear."""
    with clock.read_from(lambda: forecast_town.BEFORE):
        people = forecast_town.people_of(town, len(played.readers))
        known = {id_: ReaderId(person) for id_, person in zip(played.readers, people, strict=True)}
        for wish in played.subscriptions:
            region = town.regions[town.zones.index(wish.zone)]
            actions.choose_place(_actor(known[wish.reader]), NewPlace(region, wish.field, wish.level), key=_key())
        for id_, reader in played.readers.items():
            actions.set_reader(_actor(known[id_]), reader.hour, reader.time_zone, key=_key())
    readers = {known[id_]: Reader(known[id_], one.time_zone, one.hour) for id_, one in played.readers.items()}
    wishes = tuple(Subscription(known[one.reader], one.zone, one.field, one.level) for one in played.subscriptions)
    return replace(played, readers=readers, subscriptions=wishes)


def _play(played: Season, shown: Bars) -> None:
    """Every answer when it came, and whoever is to be asked about at every time that the tables name."""
    times = [at for at, _report, _role in played.events]
    for (at, report, role), until in zip(played.events, [*times[1:], played.end], strict=True):
        content, content_type = seasons.content_of(report)
        now: datetime | None = at.astimezone(UTC)
        with clock.read_from(partial(_moment, at)):
            hear(content, content_type, role)
        while now is not None and now < until:
            with clock.read_from(partial(_moment, now)):
                tasks.tell_all()
                deliver()
            now = _asked(_NEXT)[0][0]
        shown.advance()


def hear(content: bytes, content_type: str, role: SenderRole) -> None:
    """The authority answers so, now."""
    actions.claim_feed(BY, FEED)
    actions.hear(BY, FEED, Answer(None, 200, content, content_type), seasons.CODES, role)


def deliver() -> None:
    """What senders do without any dealer: everything goes into the inbox."""
    left = 1
    while left:
        with tx.durable():
            left = channels.cut_batch(BY, (), tuple(Lane), CUT_MAX).count + channels.close_sendings(BY)


def _compare(due: Sent, done: Replayed) -> None:
    told = sorted(
        (at.astimezone(UTC), ReaderId(reader), seasons.told(_notice(reader, at, bytes(changes))))
        for reader, at, changes in _asked(_NOTICES)
    )
    done.due, done.told = len(due), len(told)
    done.different = len(set(due) ^ set(told)) + abs(len(told) - len(set(told)))
    done.loud = sum(any(change[-1] for change in changes) for _at, _reader, changes in due)
    (done.delivered, missing), sent = _asked(_DELIVERED)[0], _asked(_SENT)[0][0]
    if done.different:
        done.findings.append(f"{done.different:,} messages differ between what was due and what was told")
    if missing or sent != done.told:
        done.findings.append(
            f"{done.told:,} messages were told, {sent:,} came to inboxes, {missing:,} not at their time"
        )
    if not done.due:
        done.findings.append("nothing was due to anybody: this proves nothing")


def _notice(reader: UUID, at: datetime, changes: bytes) -> Notice:
    return Notice(ReaderId(reader), at, msgspec.json.decode(changes, type=tuple[Change, ...]))


def _actor(reader: ReaderId) -> Actor:
    return Actor(PersonId(reader), verified=True)


def _moment(at: datetime) -> datetime:
    return at


def _key() -> str:
    return ids.new().hex


def _asked(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
