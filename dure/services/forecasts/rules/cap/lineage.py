"""Which alerts of a sender took the place of which, through every message between them. Pure.

Only an update or a cancellation names what it takes the place of, and often no more than the newest. Whoever was told of any of
those hears how it goes on, so the whole way back counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from dure.services.forecasts.types import Identity, MsgType

from . import chains

_ENDS = (MsgType.UPDATE, MsgType.CANCEL)


@dataclass(frozen=True, slots=True)
class Link:
    """One alert, as far as its chain goes."""

    id: UUID
    identity: Identity
    msg_type: MsgType | None
    references: tuple[Identity, ...]
    holds: bool  # now, and it tells people something


@dataclass(slots=True)
class Lineage:
    """The alerts of one sender, by what they took the place of."""

    alerts: dict[UUID, Link]
    direct: dict[UUID, frozenset[UUID]]  # what each names itself
    _before: dict[UUID, frozenset[UUID]] = field(default_factory=dict)

    def before(self, alert: UUID) -> frozenset[UUID]:
        """Everything that this one took the place of, and what that had taken the place of."""
        if alert not in self._before:
            found: set[UUID] = set()
            waiting = [alert]
            while waiting:
                more = self.direct.get(waiting.pop(), frozenset()) - found
                found |= more
                waiting += more
            self._before[alert] = frozenset(found)
        return self._before[alert]

    def others(self, alert: UUID) -> frozenset[UUID]:
        """Other alerts that took the place of something that this one took the place of; not what it replaced itself."""
        own = self.before(alert)
        return frozenset(one for one in self.direct if one != alert and one not in own and self.before(one) & own)

    def open(self, heard: Collection[UUID]) -> frozenset[UUID]:
        """Of the alerts that somebody heard those that no later one which they heard took the place of."""
        return frozenset(heard) - frozenset(one for later in heard for one in self.before(later))

    def left(self, alert: UUID, words: Collection[UUID]) -> bool:
        """Whether another alert that holds took the place of each of these as well: then that one says how it goes on."""
        holding = [one for one in self.others(alert) if self.alerts[one].holds]
        return bool(words) and all(any(word in self.before(one) for one in holding) for word in words)


def lineage(alerts: Iterable[Link]) -> Lineage:
    """Of the alerts of one sender for the same people; what was sent later, or in a circle, is no part of anything."""
    known = {one.id: one for one in alerts}
    by_identity = {one.identity: one.id for one in known.values()}
    said = {
        (one.identity, of)
        for one in known.values()
        if one.msg_type in _ENDS
        for of in one.references
        if of in by_identity and of != one.identity and of.sent <= one.identity.sent
    }
    at_once = frozenset((by, of) for by, of in said if by.sent == of.sent)  # no other can lie on a circle
    direct: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for by, of in said - chains.circles(at_once):
        direct[by_identity[by]].add(by_identity[of])
    return Lineage(known, {by: frozenset(of) for by, of in direct.items()})
