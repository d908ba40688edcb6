"""Adding up figures of regions without counting anybody twice."""

from collections.abc import Iterable, Mapping

from dure.foundations.places.rules.changes import around


def without_covered(codes: Iterable[str], parents: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(counted, covered): a region that lies in another one of them is covered by it. 수원시 and its four 구 count once."""
    asked = tuple(dict.fromkeys(codes))
    held = frozenset(asked)
    covered = tuple(code for code in asked if held.intersection(around(code, parents)))
    return tuple(code for code in asked if code not in covered), covered
