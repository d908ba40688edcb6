"""Who is due what of an alert, worked out by sets from who lives where: no rule, query or table of the house is asked.

Everybody has one place, wants to hear from the level of every alert of the trial on, and is awake.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

SHOWN_MAX = 3
OVER = {"all_clear": "all_clear", "cancel": "cancelled"}
BADNESS = {"Minor": 1, "Moderate": 2, "Severe": 3, "Extreme": 4}

type Due = Mapping[UUID, str]  # to whom, and what it is to them


@dataclass(slots=True)
class Chain:
    """One alert with what comes after it. `homes`: where everybody lives."""

    homes: Mapping[UUID, str]
    believed: dict[UUID, int] = field(
        default_factory=dict
    )  # how bad everybody thinks it is who was told and not let go

    def due(self, kind: str, severity: str, regions: Collection[str]) -> Due:
        """Who is due what of the next message; they believe it from then on."""
        if kind in OVER:
            found = dict.fromkeys(self.believed, OVER[kind])
            self.believed.clear()
            return found
        here, bad = frozenset(regions), BADNESS[severity]
        found = {}
        for person, home in self.homes.items():
            if home in here:
                found[person] = self._word(self.believed.get(person), bad)
            elif person in self.believed:
                found[person] = "not_here"
        self.believed = {person: bad for person, word in found.items() if word != "not_here"}
        return found

    def _word(self, before: int | None, bad: int) -> str:
        if before is None:
            return "first"
        if bad == before:
            return "changed"
        return "upgrade" if bad > before else "downgrade"


def misses(due: Due, told: Sequence[tuple[UUID, str]], queued: Sequence[UUID]) -> list[str]:
    """What differs between who is due what, who was told what, and who has a message on its way; empty: nothing."""
    said, on_its_way = dict(told), Counter(queued)
    names = Counter(person for person, _word in told)
    groups = (
        ("due and not told", due.keys() - said.keys()),
        ("told and not due", said.keys() - due.keys()),
        ("told twice", {person for person, count in names.items() if count > 1}),
        ("told something else", {person for person, word in due.items() if person in said and said[person] != word}),
        ("due and without a message", due.keys() - on_its_way.keys()),
        ("a message and not due", on_its_way.keys() - due.keys()),
        ("two messages", {person for person, count in on_its_way.items() if count > 1}),
    )
    return [f"{name}: {len(whose):,}: {_some(whose)}" for name, whose in groups if whose]


def _some(whose: Collection[UUID]) -> str:
    return ", ".join(str(one) for one in sorted(whose)[:SHOWN_MAX])
