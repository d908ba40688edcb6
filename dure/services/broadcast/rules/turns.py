"""Many villages at once, and none starves: who is served next, when there is more to send than can be sent. Pure."""

from collections.abc import Mapping

from dure.services.broadcast.types import Kind

URGENCY = (Kind.URGENT, Kind.NOTICE, Kind.DRILL)


PORTION = 200  # listeners of one village at a time: who sends to a village sends to it whole, where it is no large one


def share[Key](waiting: Mapping[Key, int], most: int) -> dict[Key, int]:
    """How many of each are sent now, `most` in all: in the order of `waiting` a portion each, then what is left over in the same
    order. So nobody gets a second portion while somebody waits for the first. Raises ValueError.
    """
    if most < 0 or any(count < 0 for count in waiting.values()):
        raise ValueError("nobody waits for less than nothing")
    given, left = dict.fromkeys(waiting, 0), most
    while left and any(given[key] < count for key, count in waiting.items()):
        for key, count in waiting.items():
            part = min(PORTION, count - given[key], left)
            given[key] += part
            left -= part
    return given


def turns[Key](waiting: Mapping[Kind, Mapping[Key, int]], most: int) -> dict[Kind, dict[Key, int]]:
    """The same for every kind: an urgent announcement overtakes everything else, a drill waits for all."""
    served, left = {}, most
    for kind in URGENCY:
        served[kind] = share(waiting.get(kind, {}), left)
        left -= sum(served[kind].values())
    return served
