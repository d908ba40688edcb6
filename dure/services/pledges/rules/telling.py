"""Of how few people sums are told, so that no sum is somebody's own. Pure."""

from collections.abc import Mapping, Set
from typing import Final
from uuid import UUID

FLOOR: Final = 5  # of fewer people no sum is told


def is_told(people: int) -> bool:
    """Whether a sum that so many people made up may be told. That nobody did may be said."""
    return people == 0 or people >= FLOOR


def told[Key](gave: Mapping[Key, Set[UUID]]) -> frozenset[Key]:
    """Of which receivers the sum may be told, from who gave something to each.

    A sum that is kept back must not follow from the total either: together FLOOR people gave to those, or nobody, or the next
    smallest one is kept back with them.
    """
    kept_back = {key for key, people in gave.items() if not is_told(len(people))}
    hidden = frozenset[UUID]().union(*(gave[key] for key in kept_back))
    for key in sorted((key for key in gave if key not in kept_back and gave[key]), key=lambda key: len(gave[key])):
        if is_told(len(hidden)):
            break
        kept_back.add(key)
        hidden |= gave[key]
    return frozenset(gave) - kept_back
