"""The ladder: by which way an announcement goes to a listener next, until it was heard. Pure.

Each way is tried once, the gentler first. The waits count from when the last way was really tried, not from when it should
have been: a sender that stood still for an hour does not ring at somebody's door with three ways at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dure.services.broadcast.types import Airing, Attempt, Ended, Kind, Listener, Standing, Step, Way

LADDER: Final = tuple(Way)
NIGHT_BEGINS, NIGHT_ENDS = time(21), time(8)  # by the listener's own clock
# Minutes from the try before to the next one: time to look at the telephone, to come in from the field, to call back.
WAITS: Final = {
    Kind.NOTICE: {Way.TEXT: 5, Way.CALL: 10, Way.AGAIN: 30, Way.VISIT: 15},
    Kind.URGENT: {Way.TEXT: 1, Way.CALL: 1, Way.AGAIN: 3, Way.VISIT: 3},
    Kind.DRILL: {Way.TEXT: 5, Way.CALL: 10, Way.AGAIN: 30, Way.VISIT: 15},
}


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
