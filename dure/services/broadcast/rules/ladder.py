"""The ladder: by which way an announcement goes to a listener next, until it was heard. Pure.

Each way is tried once, the gentler first. The waits count from when the last way was really tried, not from when it should
have been: a sender that stood still for an hour does not ring at somebody's door with three ways at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from dure.foundations.channels.types import Course, Fate
from dure.services.broadcast.types import Airing, Attempt, Ended, Kind, Listener, Seen, Standing, Step, Way

LADDER: Final = tuple(Way)
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)  # by the listener's own clock
# Minutes from the try before to the next one: time to look at the telephone, to come in from the field, to call back.
WAITS: Final = {
    Kind.NOTICE: {Way.TEXT: 5, Way.CALL: 10, Way.AGAIN: 30, Way.VISIT: 15},
    Kind.URGENT: {Way.TEXT: 1, Way.CALL: 1, Way.AGAIN: 3, Way.VISIT: 3},
    Kind.DRILL: {Way.TEXT: 5, Way.CALL: 10, Way.AGAIN: 30, Way.VISIT: 15},
}
# So long the channel may have something to try and not try it (no dealer, a long queue) before the next way is taken.
PATIENCE: Final = {
    Kind.NOTICE: timedelta(minutes=10),
    Kind.URGENT: timedelta(minutes=2),
    Kind.DRILL: timedelta(minutes=10),
}
FIRST_LOOK: Final = {
    Kind.NOTICE: timedelta(seconds=30),
    Kind.URGENT: timedelta(seconds=5),
    Kind.DRILL: timedelta(seconds=30),
}
LOOKS_APART_MAX: Final = timedelta(minutes=10)


def next_step(airing: Airing, listener: Listener, attempts: Sequence[Attempt], *, heard: bool, left: bool) -> Step:
    """What is to be done next, after `attempts` in their order. Nothing of it depends on the clock: a step may lie ahead.

    `heard` is what `hearing` says, of whatever way; `left`: the listener took their yes back. A step that would fall on the
    moment of expiry or later is none: what is over is never said late.
    """
    if left:
        return Step(Standing.LEFT)
    if heard:
        return Step(Standing.HEARD)
    tried = {each.way for each in attempts}
    if Way.VISIT in tried:
        return Step(Standing.TO_VISIT)
    # The visit is everybody's last step: the head reads the list, whatever telephone somebody has.
    way = next(way for way in LADDER if way not in tried and (way in listener.ways or way is Way.VISIT))
    at = _woken(airing, listener, _earliest(airing, attempts, way), way)
    return Step(Standing.EXPIRED) if at >= airing.expires else Step(Standing.WAITING, way, at)


def from_now_on(airing: Airing, listener: Listener, step: Step, attempts: Sequence[Attempt], now: datetime) -> Step:
    """The step as it can be taken from `now` on: not while the channel has the one before in hand, nor, when it comes late, in
    the night that has begun meanwhile.
    """
    if step.way is None or step.at is None:
        return step
    at = step.at
    if attempts and is_in_hand(attempts[-1]):
        at = max(at, now + FIRST_LOOK[airing.kind])
    if at < now:
        woken = _woken(airing, listener, now, step.way)
        at = at if woken == now else woken
    at_end = at >= airing.expires or now >= airing.expires
    return Step(Standing.EXPIRED) if at_end else Step(Standing.WAITING, step.way, at)


def seen(kind: Kind, way: Way, since: datetime, fate: Fate, now: datetime) -> Seen:
    """What became of a way that the channel has `since` then. What it holds counts from when it lets it go; what nobody carries
    in time is given up, so that nobody is forgotten because a dealer is down.
    """
    again = now + min(max(FIRST_LOOK[kind], now - since), LOOKS_APART_MAX)  # less and less often
    match fate.course:
        case Course.IN_VAIN:
            return Seen(Ended.FAILED, since)
        case Course.SILENT if way is not Way.PUSH:
            return Seen(Ended.FAILED, since)
        case (
            Course.TRIED | Course.SILENT
        ):  # a browser's service says at once what it says; a call that nobody took is told later
            return Seen(Ended.OPEN, since, fate.at or since, None if way is Way.PUSH else again)
        case Course.HELD if fate.at is not None and fate.at > now:
            return Seen(Ended.OPEN, fate.at, look_at=fate.at + FIRST_LOOK[kind])
        case _ if now - since >= PATIENCE[kind]:
            return Seen(
                Ended.FAILED, since, given_up=way is not Way.PUSH
            )  # the inbox may have it late: it rings nowhere
    return Seen(Ended.OPEN, since, look_at=again)


def is_in_hand(attempt: Attempt) -> bool:
    """Whether the channel has it and has not tried it yet: nothing else is tried meanwhile."""
    return not attempt.tried and attempt.ended is Ended.OPEN and attempt.way is not Way.VISIT


@lru_cache(maxsize=4_096)  # a batch asks for the same moment in few zones
def is_night(at: datetime, zone: str) -> bool:
    """Whether people sleep there."""
    local = at.astimezone(ZoneInfo(zone)).time()
    return local >= NIGHT_BEGINS or local < NIGHT_ENDS


def morning(at: datetime, zone: str) -> datetime:
    """The end of the night in which `at` lies there, in UTC."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1) if local.time() >= NIGHT_BEGINS else local.date()
    return datetime.combine(day, NIGHT_ENDS, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _earliest(airing: Airing, attempts: Sequence[Attempt], way: Way) -> datetime:
    if not attempts:
        return airing.at
    last = attempts[-1]
    if last.ended is Ended.FAILED:  # it reached nobody: nobody needs time to answer it
        return last.at
    return last.at + timedelta(minutes=WAITS[airing.kind][way])


def _woken(airing: Airing, listener: Listener, at: datetime, way: Way) -> datetime:
    """Nobody is woken by what can wait. A list makes no noise."""
    if airing.kind is Kind.URGENT or way is Way.VISIT or not is_night(at, listener.zone):
        return at
    return morning(at, listener.zone)
