"""Of how few people sums are told, so that no sum is somebody's own. Pure."""

from collections.abc import Mapping, Set
from typing import Final
from uuid import UUID

FLOOR: Final = 5  # of fewer people no sum is told


def told[Key](chosen: Mapping[Key, Set[UUID]]) -> frozenset[Key]:
    """Of which receivers the sum may be told, from who chose each.

    A sum that is kept back must not follow from the total either: together those are chosen by FLOOR people or by nobody, or
    the next smallest one is kept back with them. What nobody chose is nothing, and may be said.
    """
    kept_back = {key for key, people in chosen.items() if 0 < len(people) < FLOOR}
    hidden = frozenset[UUID]().union(*(chosen[key] for key in kept_back))
    for key in sorted(
        (key for key in chosen if key not in kept_back and chosen[key]), key=lambda key: len(chosen[key])
    ):
        if not 0 < len(hidden) < FLOOR:
            break
        kept_back.add(key)
        hidden |= chosen[key]
    return frozenset(chosen) - kept_back
