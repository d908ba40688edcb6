"""Queue a sending, match its audience, stop it, close it when everybody has an end."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import IntegrityError, connection, transaction

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import BadValue, KeyReused, NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.rules import law
from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.types import (
    ChannelId,
    NewSending,
    Segment,
    SendingDone,
    SendingId,
    SendingState,
)
from dure.foundations.people import queries as people
from dure.kit import outbox, sqlfiles, tx

__all__ = [
    "WAKE",
    "close_sendings",
    "forget_sendings",
    "match_more",
    "queue_sending",
    "queue_sendings",
    "recall",
    "stop_sending",
    "stop_sendings",
]

HOUSE = "dure.foundations.channels"
WAKE = "dure_sending"  # senders listen to it
MATCH_MAX = 20_000  # friends a transaction
STOP_MAX = 5_000
FORGET_MAX = 5_000
NOBODY = UUID(int=0)
log = structlog.get_logger(__name__)


def queue_sending(by: Actor, new: NewSending) -> SendingId:
    """Put content on its way to its audience. The same key and content again: the same sending, once.

    Raises NotAllowed, NotFound, KeyReused, ChannelClosed, ChannelPaused, AdFormWrong, AdLooksLikeInfo, ContentTooLong, BadValue.
    """
    tx.demand()
    now = clock.now()
    channel = queries.channel(new.channel)
    body = people.organisation(channel.organisation)
    rules.may_queue(by, channel.organisation, new, rules.is_public_body(body.kind, body.verified))
    ends = rules.check_new(new, channel, now, by.person)
    content = msgspec.json.encode(new.content)
    segment = None if new.segment is None else msgspec.json.encode(new.segment)
    found = models.Sending.objects.filter(key=new.key).select_related("body").first()
    if found is None:
        found = _made(by, new, (content, segment), (now, ends))
    if (bytes(found.body.content), _bytes(found.segment)) != (content, segment) or (
        (found.channel_id, found.purpose) != (new.channel, new.purpose)
    ):
        raise KeyReused(key=new.key)
    _wake()
    return SendingId(found.id)


def _made(
    by: Actor, new: NewSending, said: tuple[bytes, bytes | None], span: tuple[datetime, datetime]
) -> models.Sending:
    """The new sending; or the one that somebody else made under this key in the meantime."""
    sending = _row(by, new, said[1], span)
    content, segment = said
    try:
        with transaction.atomic():
            sending.body = models.Body.objects.create(content=content)
            sending.save(force_insert=True)
    except IntegrityError:
        return models.Sending.objects.select_related("body").get(key=new.key)
    if segment is None:
        _name_persons(new, sending)
    return sending


def _row(by: Actor, new: NewSending, segment: bytes | None, span: tuple[datetime, datetime]) -> models.Sending:
    now, ends = span
    begins = max(new.not_before or now, now)
    return models.Sending(
        id=ids.new(),
        channel_id=new.channel,
        purpose=new.purpose,
        lane=new.lane,
        template=new.template,
        segment=segment,
        key=new.key,
        about=new.about,
        free_only=new.free_only,
        only=" ".join(sorted(new.only)),
        confidential=new.confidential,
        keyed=new.keyed,
        state=SendingState.OPEN if segment is None else SendingState.QUEUEING,
        asked_by=by.person,
        at=now,
        not_before=begins,
        expires_at=ends,
    )


def queue_sendings(by: Actor, news: Sequence[NewSending]) -> tuple[SendingId, ...]:
    """Put many sendings of one channel on their way in a few statements, each to the persons that it names, under keys that
    nobody has used.

    Raises what `queue_sending` does; KeyReused for every key that was used before.
    """
    tx.demand()
    if not news:
        return ()
    now, channel = clock.now(), queries.channel(news[0].channel)
    body = people.organisation(channel.organisation)
    is_public, rows = rules.is_public_body(body.kind, body.verified), []
    for new in news:
        if new.channel != channel.id or new.segment is not None:
            raise BadValue(field="persons", reason="one_channel")
        rules.may_queue(by, channel.organisation, new, is_public)
        row = _row(by, new, None, (now, rules.check_new(new, channel, now, by.person)))
        row.body = models.Body(content=msgspec.json.encode(new.content))
        rows.append(row)
    used = models.Sending.objects.filter(key__in=[new.key for new in news]).first()
    if used is not None:
        raise KeyReused(key=used.key)
    models.Body.objects.bulk_create([row.body for row in rows])
    models.Sending.objects.bulk_create(rows)
    _name_all(news, rows)
    _wake()
    return tuple(SendingId(row.id) for row in rows)


def _name_all(news: Sequence[NewSending], rows: Sequence[models.Sending]) -> None:
    named = [(row, new, one) for row, new in zip(rows, news, strict=True) for one in dict.fromkeys(new.persons)]
    asked: dict[str, Any] = {
        "sendings": [row.id for row, _new, _one in named],
        "persons": [one for _row, _new, one in named],
        "lanes": [row.lane for row, _new, _one in named],
        "rungs": [_first_rung(new) for _row, new, _one in named],
        "times": [row.not_before for row, _new, _one in named],
        "variables": [
            msgspec.json.encode(new.variables[one]).decode() if new.variables.get(one) else None
            for _row, new, one in named
        ],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "queue_many").text, asked)


def _name_persons(new: NewSending, sending: models.Sending) -> None:
    persons = list(dict.fromkeys(new.persons))
    filled = new.variables
    said = [msgspec.json.encode(filled[one]).decode() if filled.get(one) else None for one in persons]
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "queue_persons").text,
            {
                "sending": sending.id,
                "lane": sending.lane,
                "next_at": sending.not_before,
                "rung": _first_rung(new),
                "persons": persons,
                "variables": said,
            },
        )
        models.Sending.objects.filter(id=sending.id).update(count=cursor.rowcount)


def _first_rung(new: NewSending) -> int:
    """Where the climb begins: above the inbox, for what stands there already."""
    ladder = law.TERMS[new.purpose].ladder
    return next(number for number, rung in enumerate(ladder) if rung.route not in law.SILENT) if new.in_inbox else 0


def match_more(by: Actor, most: int = MATCH_MAX) -> int:
    """Queue the next `most` friends of the sending that has waited longest; answers how many were looked at.

    What is matched and how far are one commit: a crash loses neither a person nor the place. Workers share the sendings.
    """
    tx.demand()
    row = (
        models.Sending.objects.select_for_update(skip_locked=True)
        .filter(state=SendingState.QUEUEING)
        .order_by("lane", "at", "id")
        .first()
    )
    if row is None:
        return 0
    try:
        segment = msgspec.json.decode(bytes(row.segment or b""), type=Segment)
    except msgspec.DecodeError:  # nobody can tell whom it was for: it must not hold up the others
        log.error("sending_unreadable", sending=str(row.id))
        models.Sending.objects.filter(id=row.id).update(state=SendingState.STOPPED)
        return 1
    condition, values = queries.compiled(segment, row.at)
    statement = sqlfiles.load(HOUSE, "match_friends").text.replace("(true)", f"({condition})")
    after = row.queued_to or NOBODY
    with connection.cursor() as cursor:
        asked: list[Any] = [row.channel_id, after, *values, most, row.id, row.lane, row.not_before]
        cursor.execute(statement, asked)
        looked, put, last = cursor.fetchone()
    row.count += put
    row.queued_to = last or row.queued_to
    if looked < most:
        row.state = SendingState.OPEN
    row.save(update_fields=["count", "queued_to", "state"])
    _wake()
    return int(looked)


def stop_sending(by: Actor, sending: UUID) -> None:
    """Let nobody get it any more; what has left cannot be called back. Twice is once. Raises NotAllowed, NotFound."""
    if not models.Sending.objects.filter(id=sending).exists():
        raise NotFound(what="sending")
    stop_sendings(by, [sending])


def stop_sendings(by: Actor, sendings: Collection[UUID]) -> None:
    """Let nobody get these any more, however many they are; what is unknown is none of them. Raises NotAllowed."""
    tx.demand()
    rows = models.Sending.objects.filter(id__in=list(sendings))
    for organisation in rows.values_list("channel__organisation", flat=True).distinct():
        rules.may_stop(by, OrganisationId(organisation))
    live = [state for state, following in rules.STATES.items() if SendingState.STOPPED in following]
    rows.filter(state__in=live).update(state=SendingState.STOPPED)


def recall(by: Actor, whom: Sequence[tuple[UUID, UUID]]) -> int:
    """Call sendings back from persons, for the house that asked for them: who was not asked for yet is not, and no try follows
    one that is on its way. It waits for a sender that is just cutting these, so that nothing slips by. Answers how many of
    them had not been called back. One statement. Raises NotAllowed.
    """
    tx.demand()
    rules.may_recall(by)
    if not whom:
        return 0
    asked: dict[str, Any] = {
        "sendings": [one for one, _ in whom],
        "persons": [one for _, one in whom],
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "recall").text, asked)
        return int(cursor.rowcount)


def close_sendings(by: Actor) -> int:
    """Give dispatches of stopped sendings their end, and close sendings in which nothing waits; answers how many changed."""
    tx.demand()
    changed = 0
    with connection.cursor() as cursor:
        if stopped := queries.unfinished(SendingState.STOPPED):
            asked: dict[str, Any] = {"sendings": list(stopped), "now": clock.now(), "most": STOP_MAX}
            cursor.execute(sqlfiles.load(HOUSE, "stop_waiting").text, asked)
            changed += cursor.rowcount
        if finished := _lock_finished():
            cursor.execute(sqlfiles.load(HOUSE, "finish_sendings").text, {"sendings": finished})
            done = cursor.fetchall()
            changed += len(done)
            for sending, channel, about in done:
                outbox.emit(SendingDone(SendingId(sending), ChannelId(channel), about, clock.now()))
    return changed


def _lock_finished() -> list[UUID]:
    """The open sendings in which nothing waits, locked; looked at once more under the lock, for a report may just be setting
    somebody on the next step.
    """
    still_open = queries.unfinished(SendingState.OPEN)
    if not still_open:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "lock_finished").text, {"sendings": list(still_open)})
        return [row[0] for row in cursor.fetchall()]


def forget_sendings(by: Actor, before: datetime) -> int:
    """Delete what became of sendings that ended before `before`, some at a time; answers how many dispatches."""
    tx.demand()
    models.DayCount.objects.filter(day__lt=clock.local(before).date()).delete()
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "forget_dispatches").text, {"before": before, "most": FORGET_MAX})
        return int(cursor.rowcount)


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "wake_senders").text)


def _bytes(stored: object) -> bytes | None:
    return None if stored is None else bytes(stored)  # type: ignore[call-overload]  # what the driver gives for bytea
