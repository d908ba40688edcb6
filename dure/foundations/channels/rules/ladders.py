"""The climb from route to route, and how often and how fast a dealer is asked. Pure; chance is an argument."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from dure.base import ids
from dure.foundations.channels.types import AttemptState, DispatchState, Lane, Purpose, Route
from dure.foundations.channels.types.dealing import Outcome, Reason
from dure.foundations.channels.types.ladders import Bucket, Climb
from dure.foundations.channels.types.law import Night, Rung

from .law import SILENT, TERMS, morning

TRIES_MAX = 6  # of one rung under one key
BACKOFF_SECONDS = 2
BACKOFF_SECONDS_MAX = 600
LEASE = timedelta(seconds=30)  # a worker that says nothing for so long is gone; what it had is asked again
TOKEN_WAIT = timedelta(milliseconds=500)  # for a dealer that may be asked no more just now
PUT_OFF_MAX = timedelta(minutes=10)  # who waits longer for a dealer is looked at again: it may be faster by then
NOBODY_WAIT = timedelta(minutes=1)  # for a dealer that may have it already and is not set up any more
BREAKER_FAILURES = 3  # in a row
BREAKER_SECONDS = 5
BREAKER_SECONDS_MAX = 300
PROBE = 10  # how many a dealer gets after its breaker was open, until one went well
URGENT_SHARE = 0.2  # of a dealer's bucket that only urgent lanes and replies may use
STRENGTH = {
    DispatchState.FAILED: 0,
    DispatchState.UNSURE: 1,
    DispatchState.SENT: 2,
    DispatchState.DELIVERED: 3,
    DispatchState.OPENED: 4,
}
MEANS = {
    AttemptState.UNSURE: DispatchState.UNSURE,
    AttemptState.ACCEPTED: DispatchState.SENT,
    AttemptState.DELIVERED: DispatchState.DELIVERED,
}
TURNED_AWAY = frozenset({Reason.OPTED_OUT, Reason.BLOCKED})
FLYING = frozenset({DispatchState.SENDING, DispatchState.UNSURE})  # an answer is awaited
BARS = frozenset({DispatchState.BARRED, DispatchState.EXPIRED, DispatchState.STOPPED})
REACHED = frozenset({DispatchState.SENT, DispatchState.DELIVERED, DispatchState.OPENED})


def attempt_key(sending: UUID, person: UUID, route: Route, rung: int) -> str:
    """What an attempt is known by, here and at the dealer: the same for the same message, receiver, route and step."""
    return ids.derived(sending, f"{person.hex}.{route}.{rung}").hex


def rung_at(purpose: Purpose, number: int) -> Rung | None:
    """A step of the purpose's ladder; None: the ladder is at its end."""
    ladder = TERMS[purpose].ladder
    return ladder[number] if number < len(ladder) else None


def backoff(tries: int, chance: float) -> timedelta:
    """Full jitter: anything up to the doubled wait; `chance` from 0 to 1."""
    return timedelta(seconds=min(BACKOFF_SECONDS * 2**tries, BACKOFF_SECONDS_MAX) * chance)


def after(climb: Climb, outcome: Outcome, at: datetime, chance: float) -> Climb:
    """Where a dispatch stands after a dealer (or our own inbox) has said something about its attempt."""
    match outcome.state:
        case AttemptState.DELIVERED | AttemptState.ACCEPTED:
            return _reached(climb, outcome.state, at)
        case AttemptState.FAILED if is_turned_away(climb.purpose, outcome.reason):
            return climb.ended(climb.best or DispatchState.BARRED)
        case AttemptState.FAILED if outcome.reason is Reason.NIGHT and not _rings_at_night(climb.purpose):
            return climb.waiting(morning(at))
        case AttemptState.FAILED if outcome.retry_after is not None and climb.tries < TRIES_MAX:
            return climb.again(DispatchState.WAITING, at + _wait(climb, outcome, chance))
        case AttemptState.FAILED:
            return next_rung(climb, at)
        case _ if outcome.retry_after is not None and climb.tries < TRIES_MAX:
            return climb.again(DispatchState.UNSURE, at + _wait(climb, outcome, chance))
    return _left_unsure(climb, at)


def told(climb: Climb, rung: int, outcome: Outcome, at: datetime) -> Climb:
    """Where a dispatch stands after a report on its attempt of step `rung`, whenever it comes; `climb.best` counts it already.

    A failure sends the next step off; a success, late as it may be, sends nothing and calls off what has not left yet.
    """
    here = climb.rung == rung
    if climb.state in FLYING and not here:
        return climb  # another step is on its way; its own answer decides
    match outcome.state:
        case AttemptState.DELIVERED:
            return _told_delivered(climb, here, at)
        case AttemptState.FAILED if is_turned_away(climb.purpose, outcome.reason):
            return climb.ended(climb.best or DispatchState.BARRED)
        case AttemptState.FAILED:
            return _told_failed(climb, rung, at)
        case AttemptState.ACCEPTED if here and climb.state in FLYING:
            return _reached(climb, AttemptState.ACCEPTED, at)
    return climb


def _told_delivered(climb: Climb, here: bool, at: datetime) -> Climb:
    best = stronger(climb.best, DispatchState.DELIVERED)
    climb = climb.with_best(best)
    if climb.next_at is None or is_enough(climb.purpose, best):
        return climb.ended(best)
    if here:
        return _reached(climb, AttemptState.DELIVERED, at)
    return replace(climb, state=best)


def _told_failed(climb: Climb, rung: int, at: datetime) -> Climb:
    if climb.state in BARS:
        return climb
    if climb.rung == rung:
        return next_rung(climb, at)
    if climb.rung == rung + 1 and climb.next_at is not None:
        return replace(climb, next_at=min(climb.next_at, at))
    return climb if climb.next_at is not None else climb.ended(climb.best or DispatchState.FAILED)


def best_of(states: Iterable[AttemptState]) -> DispatchState | None:
    """The best that any attempt reached; None: none has reached anything."""
    best: DispatchState | None = None
    for state in states:
        if state in MEANS:
            best = stronger(best, MEANS[state])
    return best


def is_turned_away(purpose: Purpose, reason: Reason) -> bool:
    """Whether the person said no to an ad: then no other route is tried either."""
    return TERMS[purpose].ad_consent and reason in TURNED_AWAY


def next_rung(climb: Climb, at: datetime) -> Climb:
    """On to the next step at `at`, or to the end with the best that was reached."""
    if rung_at(climb.purpose, climb.rung + 1) is None:
        return climb.ended(climb.best or DispatchState.FAILED)
    return climb.up(at, climb.best if climb.best in REACHED else DispatchState.WAITING)


def is_enough(purpose: Purpose, best: DispatchState | None) -> bool:
    """Whether what was reached ends the climb."""
    return best is not None and STRENGTH[best] >= STRENGTH[TERMS[purpose].enough]


def stronger(one: DispatchState | None, other: DispatchState) -> DispatchState:
    """The better of two ends."""
    return other if one is None or STRENGTH[other] > STRENGTH[one] else one


def _rings_at_night(purpose: Purpose) -> bool:
    """Whether it warns of a danger: then a dealer that keeps the night is passed by, not waited for."""
    return TERMS[purpose].night is Night.BY_ROLE


def _reached(climb: Climb, state: AttemptState, at: datetime) -> Climb:
    """The inbox reaches everybody and rings nowhere, so it never ends a climb by itself."""
    rung = TERMS[climb.purpose].ladder[climb.rung]
    got = DispatchState.DELIVERED if state is AttemptState.DELIVERED else DispatchState.SENT
    climb = climb.with_best(stronger(climb.best, got))
    if rung.route in SILENT:
        return next_rung(climb, at)
    if STRENGTH[got] >= STRENGTH[TERMS[climb.purpose].enough] or rung_at(climb.purpose, climb.rung + 1) is None:
        return climb.ended(climb.best or got)
    return climb.up(at + rung.wait, climb.best or got)


def _left_unsure(climb: Climb, at: datetime) -> Climb:
    """Nothing more can be learnt. Where a life may hang on it, the next route is tried; else too few beats too often."""
    best = stronger(climb.best, DispatchState.UNSURE)
    climb, terms = climb.with_best(best), TERMS[climb.purpose]
    if terms.enough is DispatchState.SENT or rung_at(climb.purpose, climb.rung + 1) is None:
        return climb.ended(best)
    state = best if best in REACHED else DispatchState.WAITING  # of the next step nobody has been asked yet
    return climb.up(at + terms.ladder[climb.rung].wait, state)


def _wait(climb: Climb, outcome: Outcome, chance: float) -> timedelta:
    return max(timedelta(seconds=outcome.retry_after or 0), backoff(climb.tries, chance))


@dataclass(frozen=True, slots=True)
class Granted:
    """What a bucket gave, and what is left of it."""

    count: int
    bucket: Bucket


def grant(bucket: Bucket, wanted: int, a_second: int, lane: Lane, at: datetime) -> Granted:
    """Take up to `wanted` tokens. A dealer whose breaker is open gives none; one that failed lately only a few."""
    seconds = max(0.0, (at - bucket.filled_at).total_seconds())
    tokens = min(float(a_second), bucket.tokens + seconds * a_second)
    filled = replace(bucket, tokens=tokens, filled_at=max(at, bucket.filled_at))
    if bucket.open_until is not None and at < bucket.open_until:
        return Granted(0, filled)
    kept = 0.0 if lane <= Lane.REPLY else a_second * URGENT_SHARE
    most = PROBE if bucket.failures >= BREAKER_FAILURES else wanted
    count = max(0, min(wanted, most, int(tokens - kept)))
    return Granted(count, replace(filled, tokens=tokens - count))


def broke(bucket: Bucket, at: datetime, chance: float) -> Bucket:
    """The dealer itself failed once more: after some in a row nothing is asked of it for a while, longer each time."""
    failures = bucket.failures + 1
    if failures < BREAKER_FAILURES:
        return replace(bucket, failures=failures, open_until=None)
    seconds = min(BREAKER_SECONDS * 2 ** (failures - BREAKER_FAILURES), BREAKER_SECONDS_MAX)
    return replace(bucket, failures=failures, open_until=at + timedelta(seconds=seconds * (0.5 + chance / 2)))


def healed(bucket: Bucket) -> Bucket:
    """The dealer answered."""
    return replace(bucket, failures=0, open_until=None, booked_until=None)


@dataclass(frozen=True, slots=True)
class Booked:
    """When each of those who wait for a dealer is looked at again, and its book with these times in it."""

    times: tuple[datetime, ...]
    bucket: Bucket


def book(bucket: Bucket, count: int, a_second: int, lane: Lane, at: datetime) -> Booked:
    """A time for each of `count` that the dealer cannot take now: one after the other, at the pace at which it takes them, behind
    those who have a time already. So a long queue is looked at once, not again and again. Urgent ones ask again at once.
    """
    if lane <= Lane.REPLY:
        return Booked((at + TOKEN_WAIT,) * count, bucket)
    last = at + PUT_OFF_MAX
    first = max((at + TOKEN_WAIT, *(when for when in (bucket.booked_until, bucket.open_until) if when is not None)))
    pace = timedelta(seconds=1 / (a_second * (1 - URGENT_SHARE)))
    times = tuple(min(first + pace * place, last) for place in range(count))
    return Booked(times, replace(bucket, booked_until=min(first + pace * count, last)))
