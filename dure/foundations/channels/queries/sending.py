"""Reads of the outbox: what is due and how it stands, what became of it, and why."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Count, Min, QuerySet

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import sending as rules
from dure.foundations.channels.rules import ways
from dure.foundations.channels.rules.law import SILENT, TERMS
from dure.foundations.channels.types import (
    AttemptState,
    ChannelId,
    ChannelState,
    Content,
    DispatchId,
    DispatchState,
    Explained,
    Lane,
    Purpose,
    Route,
    SendingId,
    SendingState,
    Step,
    Why,
)
from dure.foundations.channels.types.ladders import Bucket, Due, Locked, SentCount, SentLine
from dure.foundations.channels.types.law import Standing
from dure.foundations.people.types import Actor, OrganisationId, PersonId
from dure.kit import sqlfiles

from .ways import owner_hash

__all__ = [
    "backlog",
    "bodies",
    "bucket",
    "due",
    "explained",
    "locked",
    "sending_line",
    "sendings",
    "told_by_purpose",
    "told_by_route",
    "unfinished",
]

HOUSE = "dure.foundations.channels"
PAGE_SIZE_MAX = 50
STOPPED_LOOK = timedelta(days=30)  # a sender that was away for so long still ends what was stopped


def due(ids: Sequence[int], now: datetime) -> tuple[Due, ...]:
    """The dispatches of a batch with everything the law asks about them. One statement."""
    day = clock.local(now).date()
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "due_standings").text, {"ids": list(ids), "day": day})
        return tuple(map(_due, cursor.fetchall()))


def _due(row: Sequence[object]) -> Due:
    values = msgspec.convert(tuple(row), _Row)  # checks every type once, at C speed
    purpose = Purpose(values.purpose)
    standing = Standing(
        expires_at=values.expires_at,
        friend_since=values.friend_since,
        ads_since=values.ads_since,
        night_ads_since=values.night_ads_since,
        reminded_at=values.reminded_at,
        seen_at=values.seen_at,
        account_open=values.account_open,
        blocked=_blocked(PersonId(values.person), purpose, values.barriers),
        muted=values.muted,
        today=0 if values.counted else values.today,
        channel=ChannelState(values.channel_state),
        conversing=values.lane == Lane.REPLY and not values.left,
        stopped=values.stopped,
    )
    filled = _filled_in(values.variables)
    return Due(
        dispatch=DispatchId(values.dispatch),
        sending=SendingId(values.sending),
        person=PersonId(values.person),
        state=DispatchState(values.state),
        rung=values.rung,
        tries=values.tries,
        best=DispatchState(values.best) if values.best else None,
        counted=values.counted,
        opened=values.opened,
        purpose=purpose,
        lane=Lane(values.lane),
        free_only=values.free_only,
        only=frozenset(map(Route, values.only.split())),
        template=values.template,
        body=values.body,
        channel=ChannelId(values.channel),
        channel_name=values.channel_name,
        contact=values.contact,
        handle=values.handle,
        organisation=OrganisationId(values.organisation),
        asked_by=values.asked_by,
        named=values.named,
        variables=filled or (),
        dealer=values.dealer,
        asked_at=values.asked_at,
        paid=values.paid,
        late=values.late,
        keyed=values.keyed,
        standing=standing,
        readable=filled is not None,
    )


def _blocked(person: PersonId, purpose: Purpose, barriers: Sequence[str]) -> frozenset[Route]:
    """The routes that lead to an address whose owner of now said that they want nothing there."""
    said = [(route, bytes.fromhex(digest), bytes.fromhex(whose)) for route, digest, whose in map(_parts, barriers)]
    return frozenset(
        Route(route) for route, digest, whose in said if ways.bars(purpose, whose, owner_hash(person, digest))
    )


def _parts(barrier: str) -> tuple[str, str, str]:
    route, digest, whose = barrier.split(" ")
    return route, digest, whose


def _filled_in(said: str | None) -> tuple[tuple[str, str], ...] | None:
    """What is filled in for a person, by name; None when it cannot be read."""
    try:
        return tuple(sorted(msgspec.json.decode(said or "{}", type=dict[str, str]).items()))
    except msgspec.DecodeError:
        return None


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """A row of due_standings.sql."""

    dispatch: int
    sending: UUID
    person: UUID
    state: str
    rung: int
    tries: int
    best: str
    counted: bool
    variables: str | None  # JSON as it is stored
    opened: bool
    purpose: str
    lane: int
    stopped: bool
    expires_at: datetime
    free_only: bool
    only: str
    template: UUID | None
    body: UUID
    channel: UUID
    channel_name: str
    contact: str
    handle: str
    channel_state: str
    organisation: UUID
    asked_by: UUID | None
    named: bool
    friend_since: datetime | None
    ads_since: datetime | None
    night_ads_since: datetime | None
    reminded_at: datetime | None
    account_open: bool
    seen_at: datetime | None
    muted: bool
    today: int
    barriers: list[str]  # route, hash of the address, hash of who had it then
    dealer: str
    left: bool
    asked_at: datetime | None
    paid: bool
    late: bool
    keyed: bool


def bodies(ids: Sequence[UUID]) -> Mapping[UUID, Content]:
    """Stored contents by id; one that cannot be read is left out."""
    rows = models.Body.objects.filter(id__in=set(ids)).values_list("id", "content")
    found = {}
    for body, content in rows:
        with suppress(msgspec.DecodeError):
            found[body] = msgspec.json.decode(bytes(content), type=Content)
    return found


def locked(keys: Sequence[str]) -> tuple[Locked, ...]:
    """The attempts with these keys and their dispatches, locked until the transaction ends, in the order of dispatches."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "lock_attempts").text, {"keys": list(keys)})
        return tuple(_locked(row) for row in cursor.fetchall())


def _locked(row: Sequence[object]) -> Locked:
    values = msgspec.convert(tuple(row), _LockedRow)
    return Locked(
        key=values.key,
        attempt=values.attempt,
        attempt_state=AttemptState(values.attempt_state),
        attempt_rung=values.attempt_rung,
        route=Route(values.route),
        dispatch=DispatchId(values.dispatch),
        person=PersonId(values.person),
        state=DispatchState(values.state),
        rung=values.rung,
        tries=values.tries,
        next_at=values.next_at,
        why=values.why,
        opened=values.opened,
        purpose=Purpose(values.purpose),
        others=tuple(AttemptState(state) for state in values.others),
    )


class _LockedRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of lock_attempts.sql."""

    key: str
    attempt: int
    attempt_state: str
    attempt_rung: int
    route: str
    dispatch: int
    person: UUID
    state: str
    rung: int
    tries: int
    best: str
    next_at: datetime | None
    why: str
    opened: bool
    purpose: str
    others: list[str]


def bucket(dealer: str, size: float) -> Bucket:
    """What a dealer may still be asked, its row locked; a dealer nobody asked yet has a full bucket."""
    now = clock.now()
    models.DealerLoad.objects.get_or_create(dealer=dealer, defaults={"tokens": size, "filled_at": now})
    row = models.DealerLoad.objects.select_for_update().get(dealer=dealer)
    return Bucket(row.tokens, row.filled_at, row.failures, row.open_until, row.booked_until)


def unfinished(state: SendingState) -> tuple[SendingId, ...]:
    """Sendings in this state in which something may be left to do."""
    rows = models.Sending.objects.filter(state=state)
    if state is SendingState.STOPPED:
        rows = rows.filter(expires_at__gt=clock.now() - STOPPED_LOOK)
    return tuple(SendingId(sending) for sending in rows.order_by("at", "id").values_list("id", flat=True))


def backlog(lane: Lane) -> tuple[int, datetime | None]:
    """How many dispatches of a lane are due now, and since when the oldest."""
    now = clock.now()
    found = models.Dispatch.objects.filter(lane=lane, next_at__lte=now, sending__state__in=_OPEN)
    said = found.aggregate(count=Count("id"), oldest=Min("next_at"))
    return said["count"], said["oldest"]


_OPEN = (SendingState.QUEUEING, SendingState.OPEN)


def sendings(by: Actor, *, page: int = 1) -> tuple[SentLine, ...]:
    """What was sent, the newest first, without counts by state. Raises NotAllowed."""
    rules.may_look(by)
    first = (max(1, page) - 1) * PAGE_SIZE_MAX
    rows = models.Sending.objects.select_related("channel", "body").order_by("-at", "-id")
    return tuple(_line(row, ()) for row in rows[first : first + PAGE_SIZE_MAX])


def sending_line(by: Actor, sending: UUID) -> SentLine:
    """One sending with its counts. Raises NotAllowed, NotFound."""
    rules.may_look(by)
    row = models.Sending.objects.filter(id=sending).select_related("channel", "body").first()
    if row is None:
        raise NotFound(what="sending")
    counted = models.Dispatch.objects.filter(sending=row.id).values("state", "why").annotate(count=Count("id"))
    counts = tuple(
        SentCount(DispatchState(one["state"]), Why(one["why"]) if one["why"] else None, one["count"])
        for one in counted.order_by("-count", "state", "why")
    )
    return _line(row, counts)


def told_by_purpose(
    by: Actor, since: datetime, lane: Lane | None = None
) -> Mapping[tuple[Purpose, DispatchState, Why | None], int]:
    """How many messages of each purpose stand how, and why, of sendings queued since then; of one lane or of all.

    Raises NotAllowed.
    """
    rules.may_look(by)
    rows = _queued(since, lane).values_list("sending__purpose", "state", "why")
    return {
        (Purpose(purpose), DispatchState(state), Why(why) if why else None): count
        for purpose, state, why, count in rows.annotate(Count("id"))
    }


def told_by_route(by: Actor, since: datetime, lane: Lane | None = None) -> Mapping[tuple[Route, AttemptState], int]:
    """How many attempts of these messages there were on each route, and how they stand. Raises NotAllowed."""
    rules.may_look(by)
    rows = models.Attempt.objects.filter(dispatch__in=_queued(since, lane)).values_list("route", "state")
    return {(Route(route), AttemptState(state)): count for route, state, count in rows.annotate(Count("id"))}


def _queued(since: datetime, lane: Lane | None) -> QuerySet[models.Dispatch]:
    rows = models.Dispatch.objects.filter(sending__at__gte=since)
    return rows if lane is None else rows.filter(lane=lane)


def _line(row: models.Sending, counts: tuple[SentCount, ...]) -> SentLine:
    return SentLine(
        sending=SendingId(row.id),
        channel=ChannelId(row.channel_id),
        channel_name=row.channel.name,
        purpose=Purpose(row.purpose),
        state=SendingState(row.state),
        at=row.at,
        not_before=row.not_before,
        expires_at=row.expires_at,
        count=row.count,
        counts=counts,
        content=msgspec.json.decode(bytes(row.body.content), type=Content),
    )


def explained(by: Actor, sending: UUID, person: UUID) -> Explained:
    """What became of a sending for one person, step by step. Raises NotAllowed, NotFound."""
    rules.may_look(by, person)
    row = models.Dispatch.objects.filter(sending=sending, person=person).select_related("sending").first()
    if row is None:
        raise NotFound(what="dispatch")
    attempts = list(models.Attempt.objects.filter(dispatch=row.id).order_by("id"))
    steps = [*_tried(attempts), *_held(row.id), *_passed_over(row, attempts)]
    return Explained(
        sending=SendingId(sending),
        person=PersonId(person),
        state=DispatchState(row.state),
        why=Why(row.why) if row.why else None,
        steps=tuple(sorted(steps, key=lambda step: step.at)),
    )


def _tried(attempts: Sequence[models.Attempt]) -> list[Step]:
    """Each attempt when it was begun, and its end when one was told."""
    steps = []
    for one in attempts:
        begun = one.told_at is None or one.told_at > one.at
        if begun:
            state = AttemptState.BEGUN if one.told_at else AttemptState(one.state)
            steps.append(Step(one.at, Route(one.route), state, None, "" if one.told_at else one.code, one.dealer))
        if one.told_at is not None:
            steps.append(Step(one.told_at, Route(one.route), AttemptState(one.state), None, one.code, one.dealer))
    return steps


def _held(dispatch: int) -> list[Step]:
    rows = models.Held.objects.filter(dispatch=dispatch).order_by("id")
    return [Step(one.at, Route(one.route), None, Why(one.why)) for one in rows]


def _passed_over(row: models.Dispatch, attempts: Sequence[models.Attempt]) -> list[Step]:
    """Steps of the ladder that lie behind it and were not tried: no way leads there, or the law says never."""
    tried, ladder = {one.rung for one in attempts}, TERMS[Purpose(row.sending.purpose)].ladder
    begun = max((one.at for one in attempts), default=row.sending.not_before)
    ended = row.next_at is None and row.state not in (
        DispatchState.BARRED,
        DispatchState.EXPIRED,
        DispatchState.STOPPED,
    )
    behind = len(ladder) if ended and row.best in ("", "delivered") and row.rung == len(ladder) - 1 else row.rung
    return [
        Step(begun, rung.route, None, Why.NO_WAY)
        for number, rung in enumerate(ladder[:behind])
        if number not in tried and rung.route not in SILENT  # an answer stands in the inbox before it is sent
    ]
