"""Many villages at once, and none starves: who is served next, when there is more to send than can be sent. Pure."""

from collections.abc import Mapping

from dure.services.broadcast.types import Kind

URGENCY = (Kind.URGENT, Kind.NOTICE, Kind.DRILL)


def share[Key](waiting: Mapping[Key, int], most: int) -> dict[Key, int]:
    """How many of each are sent now, `most` in all: as equally as there is something (max-min fair). Nobody who waits for little
    waits for those who wait for much. What is left over goes to the first in the order of `waiting`. Raises ValueError.
    """
    if most < 0 or any(count < 0 for count in waiting.values()):
        raise ValueError("nobody waits for less than nothing")
    given = dict.fromkeys(waiting, 0)
    hungry = [key for key, count in waiting.items() if count]
    left = most
    while hungry and left:
        each = max(1, left // len(hungry))
        for key in hungry:
            part = min(each, waiting[key] - given[key], left)
            given[key] += part
            left -= part
        hungry = [key for key in hungry if given[key] < waiting[key]]
    return given


def turns[Key](waiting: Mapping[Kind, Mapping[Key, int]], most: int) -> dict[Kind, dict[Key, int]]:
    """The same for every kind: an urgent announcement overtakes everything else, a drill waits for all."""
    served, left = {}, most
    for kind in URGENCY:
        served[kind] = share(waiting.get(kind, {}), left)
        left -= sum(served[kind].values())
    return served
