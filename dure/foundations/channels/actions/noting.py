"""Write down what was decided, what dealers answered, and what they told later."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Subquery

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.channels import models, queries
from dure.foundations.channels.rules import ladders
from dure.foundations.channels.types import (
    AttemptState,
    DispatchState,
    Gone,
    KeyPressed,
    Route,
    SendingId,
    SendingState,
    Why,
)
from dure.foundations.channels.types.dealing import Outcome, Reason, Told
from dure.foundations.channels.types.ladders import Bucket, Carried, Climb, DealerCard, Locked
from dure.kit import outbox, sqlfiles, tx

__all__ = ["note_carried", "note_opened", "take_report", "take_reports"]

HOUSE = "dure.foundations.channels"
REPORTS_MAX = 1_000
CODE_LENGTH_MAX = 20
EVENT_LENGTH_MAX = 80
_OPEN_ATTEMPTS = frozenset({AttemptState.BEGUN, AttemptState.UNSURE})
_WELL = frozenset({AttemptState.ACCEPTED, AttemptState.DELIVERED})
_chance = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Written:
    """How far a dispatch has climbed, to be written."""

    dispatch: int
    climb: Climb
    why: Why | None
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Attempted:
    """An attempt to be written."""

    dispatch: int
    route: Route
    rung: int
    dealer: str
    key: str
    state: AttemptState
    won: int = 0  # what the dealer takes for it when it arrives
    code: str = ""  # why it was not even tried


def note_carried(by: Actor, card: DealerCard, carried: Carried) -> None:
    """Note what a dealer answered: attempts, the way on, and how the dealer itself does. A report that was faster stands."""
    tx.by_key()
    now = clock.now()
    said = {outcome.key: outcome for outcome in carried.outcomes}
    rows = [row for row in queries.locked(list(said)) if row.attempt_state in _OPEN_ATTEMPTS]
    written = []
    for row in rows:
        outcome = said[row.key]
        climb = _climb_of(row, outcome.state)
        if row.rung == row.attempt_rung and row.state in ladders.FLYING:
            climb = ladders.after(climb, outcome, now, _chance.random())
        written.append(_written(row, climb))
    _set_attempts([(row, said[row.key].state, said[row.key].code) for row in rows], now)
    write_climbs(written)
    _learn(carried.outcomes, rows)
    _examine(card, carried.outcomes, now)


def take_report(by: Actor, dealer: str, told: Told) -> int:
    """Take one report of a dealer; answers 1 when it was new."""
    return take_reports(by, dealer, (told,))


def take_reports(by: Actor, dealer: str, told: Sequence[Told]) -> int:
    """Take reports in the order in which they came, each event once; answers how many were new.

    A success that comes after a fallback has left is noted and sends nothing; a failure sends the next step off, also of a
    sending that was done: it is open again.
    """
    tx.by_key()
    new = 0
    for first in range(0, len(told), REPORTS_MAX):
        some = {one.event[:EVENT_LENGTH_MAX]: one for one in reversed(told[first : first + REPORTS_MAX])}
        fresh = _keep_reports(dealer, dict(reversed(some.items())))
        new += len(fresh)
        _tell_keys([one for one in fresh if one.pressed])
        while fresh:  # an attempt may be told of twice in one call: one after the other
            by_key = {one.key: one for one in reversed(fresh)}
            _take(by_key)
            fresh = [one for one in fresh if by_key[one.key] is not one]
    _open_again([one.key for one in told if one.state is AttemptState.FAILED])
    return new


def note_opened(by: Actor, dispatches: Sequence[int]) -> None:
    """The person has seen these messages. Nothing more is sent for them."""
    tx.demand()
    now = clock.now()
    rows = models.Dispatch.objects.select_for_update().filter(id__in=list(dispatches), opened_at__isnull=True)
    for row in rows.order_by("id"):
        flying = row.state in ladders.FLYING
        row.opened_at, row.best = now, DispatchState.OPENED
        row.state = row.state if flying else DispatchState.OPENED
        row.next_at = row.next_at if flying else None
        row.save(update_fields=["opened_at", "best", "state", "next_at"])


def _keep_reports(dealer: str, told: dict[str, Told]) -> list[Told]:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "take_reports").text,
            {
                "dealer": dealer,
                "events": list(told),
                "keys": [one.key for one in told.values()],
                "codes": [one.code[:CODE_LENGTH_MAX] for one in told.values()],
                "ats": [one.at for one in told.values()],
            },
        )
        fresh = {row[0] for row in cursor.fetchall()}
    return [one for event, one in told.items() if event in fresh]


def _tell_keys(told: Sequence[Told]) -> None:
    """Tell of the keys that were pressed in calls, each once: its report is new."""
    by_key = {one.key: one for one in told}
    rows = (
        models.Attempt.objects.filter(key__in=by_key).order_by("id").select_related("dispatch__sending") if told else ()
    )
    for row in rows:
        said, sending = by_key[row.key], row.dispatch.sending
        outbox.emit(
            KeyPressed(SendingId(sending.id), PersonId(row.dispatch.person_id), sending.about, said.pressed, said.at)
        )


def _take(told: Mapping[str, Told]) -> None:
    """Take reports, one an attempt; of two attempts of one dispatch, the second is looked at when the first is written."""
    now = clock.now()
    locked = queries.locked(list(told))
    first = {row.dispatch: row for row in reversed(locked)}
    rows = [row for row in first.values() if _is_news(row.attempt_state, told[row.key].state)]
    said = {
        row.key: Outcome(key=row.key, state=told[row.key].state, code=told[row.key].code, reason=told[row.key].reason)
        for row in rows
    }
    written = []
    for row in rows:
        outcome = said[row.key]
        climb = ladders.told(_climb_of(row, outcome.state), row.attempt_rung, outcome, now)
        written.append(_written(row, climb))
    _set_attempts([(row, said[row.key].state, said[row.key].code) for row in rows], now)
    _settle_anew([row.attempt for row in rows if said[row.key].state is AttemptState.DELIVERED], now)
    write_climbs(written)
    _learn(tuple(said.values()), rows)
    if rest := {row.key: told[row.key] for row in locked if first[row.dispatch] is not row}:
        _take(rest)


def _settle_anew(attempts: Sequence[int], now: datetime) -> None:
    """Of what arrived after its sending was settled, have the cost looked at once more."""
    late = models.Attempt.objects.filter(id__in=attempts, won__gt=0).values("dispatch__sending")
    if attempts:
        models.Sending.objects.filter(id__in=late, settle_at__isnull=True).exclude(paid_by="").update(settle_at=now)


def _open_again(keys: Sequence[str]) -> None:
    """Open the sendings in which one of these attempts has left something to do. Their rows are locked, the open ones too, so
    that nobody closes one at this moment who cannot see yet what is left.
    """
    waiting = models.Attempt.objects.filter(key__in=keys, dispatch__next_at__isnull=False).values("dispatch__sending")
    live = models.Sending.objects.filter(id__in=waiting, state__in=(SendingState.OPEN, SendingState.DONE))
    found = list(live.select_for_update(no_key=True).order_by("id").values_list("id", flat=True)) if keys else []
    models.Sending.objects.filter(id__in=found, state=SendingState.DONE).update(state=SendingState.OPEN)


def _is_news(now: AttemptState, told: AttemptState) -> bool:
    """Delivered is the last word; a failure is taken back only by a delivery; an acceptance only ends doubt."""
    match told:
        case AttemptState.DELIVERED:
            return now is not AttemptState.DELIVERED
        case AttemptState.FAILED:
            return now not in (AttemptState.DELIVERED, AttemptState.FAILED)
        case AttemptState.ACCEPTED:
            return now in _OPEN_ATTEMPTS
    return False


def _climb_of(row: Locked, now: AttemptState) -> Climb:
    """Where the dispatch stands, its best counted with this attempt as it is `now`."""
    best = DispatchState.OPENED if row.opened else ladders.best_of((*row.others, now))
    return Climb(row.purpose, row.rung, row.tries, row.state, best, row.next_at)


def _written(row: Locked, climb: Climb) -> Written:
    if row.opened and climb.state not in ladders.FLYING:
        climb = climb.ended(DispatchState.OPENED)
    why = Why(row.why) if row.why and climb.state == row.state else None
    return Written(row.dispatch, climb, why)


def _learn(outcomes: Sequence[Outcome], rows: Sequence[Locked]) -> None:
    """Addresses that are gone are not used again; who wants nothing by a route gets nothing by it."""
    by_key = {row.key: row for row in rows}
    gone = [subscription for outcome in outcomes for subscription in outcome.gone]
    if gone:
        models.PushSubscription.objects.filter(id__in=gone).delete()
    for outcome in outcomes:
        row = by_key.get(outcome.key)
        if row is None or row.route is Route.PUSH:
            continue
        if outcome.reason is Reason.NO_SUCH_ADDRESS:
            _reaches(row).update(gone_at=clock.now(), why=Gone.REFUSED)
        elif outcome.reason is Reason.OPTED_OUT:
            barriers = [
                models.Barrier(
                    route=row.route,
                    hash=reach.hash,
                    whose=queries.owner_hash(row.person, bytes(reach.hash)),
                    why=outcome.reason.value,
                    at=clock.now(),
                )
                for reach in _reaches(row)
            ]
            models.Barrier.objects.bulk_create(barriers, ignore_conflicts=True)


def _reaches(row: Locked) -> QuerySet[models.Reach]:
    """The addresses that this attempt may have gone to: one that was proved since is another one."""
    routes = [row.route, Route.SMS] if row.route in queries.BY_TELEPHONE else [row.route]
    then = Subquery(models.Attempt.objects.filter(id=row.attempt).values("at"))
    return models.Reach.objects.filter(person=row.person, route__in=routes, gone_at__isnull=True, proved_at__lte=then)


def _examine(card: DealerCard, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Count a dealer's failures in a row; enough of them open its breaker for a while."""
    if not outcomes:
        return
    bucket = queries.bucket(card.dealer, card.a_second)
    went_well = any(
        outcome.state in _WELL for outcome in outcomes
    )  # one browser's service may be down, not all of push
    dead = not went_well and (
        any(outcome.paused for outcome in outcomes)
        or all(outcome.state is AttemptState.UNSURE and outcome.retry_after is not None for outcome in outcomes)
    )
    if dead:
        keep_bucket(card.dealer, ladders.broke(bucket, now, _chance.random()))
    elif bucket.failures:
        keep_bucket(card.dealer, ladders.healed(bucket))


def keep_bucket(dealer: str, bucket: Bucket) -> None:
    models.DealerLoad.objects.filter(dealer=dealer).update(
        tokens=bucket.tokens,
        filled_at=bucket.filled_at,
        failures=bucket.failures,
        open_until=bucket.open_until,
        booked_until=bucket.booked_until,
    )


def write_climbs(written: Sequence[Written]) -> None:
    """Write them all in one statement; their rows are locked."""
    if not written:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "set_dispatches").text,
            {
                "ids": [one.dispatch for one in written],
                "states": [one.climb.state for one in written],
                "rungs": [one.climb.rung for one in written],
                "tries": [one.climb.tries for one in written],
                "bests": [one.climb.best or "" for one in written],
                "nexts": [one.climb.next_at for one in written],
                "whys": [one.why or "" for one in written],
                "counted": [one.counted for one in written],
                "now": clock.now(),
            },
        )


def write_attempts(attempts: Sequence[Attempted], now: datetime) -> None:
    """Write attempts before anybody is asked."""
    if not attempts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "put_attempts").text,
            {
                "dispatches": [one.dispatch for one in attempts],
                "routes": [one.route for one in attempts],
                "rungs": [one.rung for one in attempts],
                "dealers": [one.dealer for one in attempts],
                "keys": [one.key for one in attempts],
                "states": [one.state for one in attempts],
                "wons": [one.won for one in attempts],
                "codes": [one.code for one in attempts],
                "now": now,
            },
        )


def write_held(held: Sequence[tuple[int, Route, Why, datetime]], now: datetime) -> None:
    """Keep the rulings that made somebody wait."""
    if not held:
        return
    dispatches, routes, whys, untils = (list(column) for column in zip(*held, strict=True))
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"dispatches": dispatches, "routes": routes, "whys": whys, "untils": untils, "now": now}
        cursor.execute(sqlfiles.load(HOUSE, "put_held").text, asked)


def _set_attempts(attempts: Sequence[tuple[Locked, AttemptState, str]], now: datetime) -> None:
    if not attempts:
        return
    ended = (AttemptState.DELIVERED, AttemptState.FAILED)
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfiles.load(HOUSE, "set_attempts").text,
            {
                "ids": [row.attempt for row, _, _ in attempts],
                "states": [state for _, state, _ in attempts],
                "codes": [code[:CODE_LENGTH_MAX] for _, _, code in attempts],
                "tolds": [now if state in ended else None for _, state, _ in attempts],
            },
        )
