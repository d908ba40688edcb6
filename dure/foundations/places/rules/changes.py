"""Following a code through renames, recodes, merges and splits. Where the tables do not say, the answer is wider, not guessed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dure.foundations.places.rules.codes import PADDED, wider
from dure.foundations.places.types import NoSuchRegion, RegionChange, Relation, Resolution, System

ANY = "x"


def prefixes_of(text: str) -> tuple[str, ...]:
    """The prefixes in a cell of the change table: "41195/41197/41199", "4311x". Raises ValueError."""
    found = tuple(part.strip() for part in text.split("/"))
    for prefix in found:
        digits = prefix.replace(ANY, "")
        if not (2 <= len(prefix) <= PADDED and digits.isascii() and digits.isdigit()):
            raise ValueError(text)
    return found


def follow(code: str, system: System, changes: Sequence[RegionChange], listed: Mapping[str, str]) -> Resolution:
    """What the ten-digit `code` became after `changes` (in order of time).

    `listed` holds the regions of the day that is asked for: code -> code of the region around it ("" for none).
    Raises NoSuchRegion when neither it nor what it became, nor anything around that, is listed.
    """
    held, relation, steps = {code}, Relation.SAME, []
    for change in changes:
        moved: set[str] = set()
        for one in sorted(held):
            after, how = _move(one, change, listed)
            if how is not None:
                steps.append(change)
                relation = _worse(relation, how)
            moved.update(after)
        held = moved
    found: set[str] = set()
    for one in held:
        standing = next((wide for wide in (one, *wider(one)) if wide in listed), None)
        if standing is None:
            raise NoSuchRegion(region=code, system=system)
        if standing != one:
            relation = _worse(relation, Relation.WITHIN)
        found.add(standing)
    codes = _widest(found, listed)
    if len(codes) == 1 and relation is Relation.AMONG:
        relation = Relation.WITHIN
    return Resolution(code, codes, relation, tuple(dict.fromkeys(steps)))


def _move(code: str, change: RegionChange, listed: Mapping[str, str]) -> tuple[set[str], Relation | None]:
    """Where one code went, and how sure that is. None: this change did not touch it."""
    old = next((prefix for prefix in change.old if _fits(code, prefix)), None)
    if old is None:
        return {code}, None
    if len(change.old) == 1 and len(change.new) == 1 and ANY not in old + change.new[0]:
        return {change.new[0] + code[len(old) :]}, Relation.SAME  # recoded: the further digits are kept
    new = {one for prefix in change.new for one in _expanded(prefix, listed)}
    if code in listed and new and all(listed.get(one) == code for one in new):
        return {code}, None  # it was divided inside; as a whole it stands
    if len(change.new) == 1 and ANY not in change.new[0]:
        return {change.new[0].ljust(PADDED, "0")}, Relation.WITHIN  # merged with others
    return new, Relation.AMONG


def _fits(code: str, prefix: str) -> bool:
    return all(mark in (ANY, digit) for digit, mark in zip(code, prefix, strict=False))


def _expanded(prefix: str, listed: Mapping[str, str]) -> set[str]:
    """The codes a prefix stands for; one with x stands for those that are listed."""
    if ANY not in prefix:
        return {prefix.ljust(PADDED, "0")}
    rest = "0" * (PADDED - len(prefix))
    return {code for code in listed if _fits(code, prefix) and code.endswith(rest)}


def _worse(one: Relation, other: Relation) -> Relation:
    order = (Relation.SAME, Relation.WITHIN, Relation.AMONG)
    return max(one, other, key=order.index)


def _widest(codes: set[str], listed: Mapping[str, str]) -> tuple[str, ...]:
    """Without codes that lie in another one of them; all children of one region become that region."""
    kept = {code for code in codes if not codes.intersection(around(code, listed))}
    parents = {listed[code] for code in kept}
    if len(kept) > 1 and len(parents) == 1 and (parent := parents.pop()):
        siblings = {code for code, of in listed.items() if of == parent}
        if kept == siblings:
            return (parent,)
    return tuple(sorted(kept))


def around(code: str, parents: Mapping[str, str]) -> tuple[str, ...]:
    """The regions around `code`, nearest first."""
    found: list[str] = []
    while (code := parents.get(code, "")) and code not in found:
        found.append(code)
    return tuple(found)


def valid_from_of(code: str, changes: Iterable[RegionChange]) -> date | None:
    """The day from which the ten-digit `code` is written like this, as far as the change table says."""
    days = [
        change.effective
        for change in changes
        if any(ANY not in new and new not in change.old and _fits(code, new) for new in change.new)
        and not (len(change.old) > 1 and len(change.new) == 1)  # what took others in was there before
    ]
    return max(days, default=None)
