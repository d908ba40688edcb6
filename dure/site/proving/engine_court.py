"""The oracle's look at what the town did: every delivery at its second, every wait and every end with its reason."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from dure.foundations.channels.rules import law, oracle
from dure.foundations.channels.rules.oracle import Violation as V
from dure.foundations.channels.types import ChannelState, DispatchState, Lane, Purpose, Route, Why
from dure.foundations.channels.types.law import Standing

from .campaigns import Act
from .engine_acts import standing
from .engine_town import CONTACT, Friendship, Sent, Somebody, Town

SHOWN_MAX = 3
DAY_SECONDS = 86_400
KOREA_SECONDS = 9 * 3_600


class Flaw(StrEnum):
    """What the law does not forbid, and an outbox must not do."""

    TWICE = "delivered twice by one step of its way"
    EARLY = "delivered before its time"
    NOT_MEANT = "delivered to somebody it was not meant for"
    NEVER_QUEUED = "somebody it was meant for was never queued"
    FORGOTTEN = "queued, and nothing became of it"
    NEVER_CAME = "said to have arrived, and has not"
    UNEXPLAINED = "not delivered, and nothing says why"
    FALSE_REASON = "held or barred for a reason that is not so"


# What has to be true when the town gives this reason.
MEANS: Mapping[Why, frozenset[V]] = {
    Why.LEFT: frozenset({V.NO_FRIEND, V.ACCOUNT_CLOSED}),
    Why.NO_AD_CONSENT: frozenset({V.AD_WITHOUT_CONSENT}),
    Why.NO_NIGHT_CONSENT: frozenset({V.AD_AT_NIGHT, V.AD_IN_GUARD}),
    Why.QUIET_HOURS: frozenset({V.RINGS_AT_NIGHT, V.RINGS_FOR_STRANGER}),
    Why.DORMANT: frozenset({V.AD_TO_DORMANT}),
    Why.REMINDER_DUE: frozenset({V.AD_WITHOUT_REMINDER}),
    Why.CAP: frozenset({V.OVER_CAP}),
    Why.EXPIRED: frozenset({V.LATE}),
    Why.STOPPED: frozenset({V.STOPPED}),
    Why.BLOCKED: frozenset({V.BLOCKED, V.AD_AROUND_A_BLOCK}),
    Why.CHANNEL_PAUSED: frozenset({V.CHANNEL_SILENCED}),
    Why.BAD_FORM: frozenset({V.AD_UNMARKED, V.AD_AS_ANOTHER}),
    Why.MUTED: frozenset({V.RINGS_THOUGH_MUTED}),
    Why.NO_WAY: frozenset({V.AD_BY_INFORMATION_ROUTE}),
}
CAME = (DispatchState.SENT, DispatchState.DELIVERED, DispatchState.OPENED, DispatchState.UNSURE)


@dataclass(slots=True)
class Proof:
    """What came of it. `examples` has a few sentences for each thing that was found."""

    campaigns: int = 0
    refused: int = 0  # when they were queued
    people: int = 0
    deliveries: Counter[Purpose] = field(default_factory=Counter)
    routes: Counter[Route] = field(default_factory=Counter)
    held: Counter[Why] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    violations: Counter[V | Flaw] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def found(self, what: V | Flaw, said: str) -> None:
        """Count it, and keep a few by their words."""
        self.violations[what] += 1
        if self.violations[what] <= SHOWN_MAX:
            self.examples.append(f"{what}: {said}")


@dataclass(slots=True)
class Court:
    """Looks at one cohort."""

    town: Town
    proof: Proof
    counts: defaultdict[tuple[UUID, UUID, Purpose, int], set[int]] = field(default_factory=lambda: defaultdict(set))
    counted: set[tuple[int, UUID]] = field(default_factory=set)
    came: Counter[tuple[int, UUID, Route]] = field(default_factory=Counter)
    handed: set[tuple[int, UUID, Route, str]] = field(default_factory=set)

    def inbox(self, sent: Sent, person: Somebody, at: datetime) -> None:
        """A message stands in the inbox since `at`."""
        if self._passes(sent, person, Route.INBOX, at) and (sent.number, person.id) not in self.counted:
            self.counted.add((sent.number, person.id))
            self.counts[sent.voice.id, person.id, sent.purpose, day_of(at)].add(sent.number)
        self._once(sent, person, Route.INBOX)

    def outside(self, sent: Sent, person: Somebody, by: tuple[Route, str], when: tuple[datetime, datetime]) -> None:
        """A dealer was handed it at one moment, and may deliver it until the other."""
        (route, key), (at, last) = by, when
        self._passes(sent, person, route, at)
        if (sent.number, person.id, route, key) not in self.handed:  # the same key again is the same message
            self.handed.add((sent.number, person.id, route, key))
            self._once(sent, person, route)
        if route not in law.DEALT:  # a dealer keeps its own guard band; others deliver when the telephone is on again
            arrives = max(at, last - timedelta(seconds=1))
            true = replace(self.standing(sent, person, at), seen_at=None, reminded_at=arrives)
            for late in oracle.violations(true, sent.purpose, route, arrives) & {V.AD_AT_NIGHT, V.LATE}:
                self._guilty(late, sent, person, route, arrives)

    def held(self, sent: Sent, person: Somebody, ruling: tuple[Route, Why], at: datetime) -> None:
        """It waits, and this is said to be why."""
        route, why = ruling
        self.proof.held[why] += 1
        found = oracle.violations(self.standing(sent, person, at), sent.purpose, route, at)
        if not found:
            self._guilty(V.HELD_WITHOUT_REASON, sent, person, route, at)
        elif not found & MEANS[why]:
            self.proof.found(Flaw.FALSE_REASON, f"{why}: {self._said(sent, person, route, at)}, true is {set(found)}")

    def ended(self, sent: Sent, person: Somebody, state: DispatchState, why: Why | None, at: datetime) -> None:
        """Nothing more happens to it, for now, and this is said to be why."""
        self.proof.ended[f"{state} {why or ''}".strip()] += 1
        if state in CAME:
            if not any(self.came[sent.number, person.id, route] for route in Route):
                self.proof.found(Flaw.NEVER_CAME, self._said(sent, person, Route.INBOX, at))
        elif state in (DispatchState.WAITING, DispatchState.SENDING):
            self.proof.found(Flaw.FORGOTTEN, self._said(sent, person, Route.INBOX, at))
        elif why is None:
            self.proof.found(Flaw.UNEXPLAINED, f"{state}: {self._said(sent, person, Route.INBOX, at)}")
        else:
            self._is_true(sent, person, why, at)

    def _is_true(self, sent: Sent, person: Somebody, why: Why, at: datetime) -> None:
        """The reason why nothing of it is delivered by any route."""
        true, routes = self.standing(sent, person, at), law.TERMS[sent.purpose].routes
        found = {one for route in routes for one in oracle.violations(true, sent.purpose, route, at)}
        if not found:
            self._guilty(V.HELD_WITHOUT_REASON, sent, person, Route.INBOX, at)
        elif not found & MEANS[why]:
            self.proof.found(Flaw.FALSE_REASON, f"{why}: {self._said(sent, person, Route.INBOX, at)}, true is {found}")

    def standing(self, sent: Sent, person: Somebody, at: datetime) -> Standing:
        """Where somebody stood, by what people said and did."""
        voice, friendship = sent.voice, self._friendship(sent, person)
        unmarked = sent.purpose is Purpose.AD and not oracle.is_marked(sent.words, voice.name.at(at), CONTACT)
        others = self.counts[voice.id, person.id, sent.purpose, day_of(at)]
        frame = Standing(
            expires_at=sent.ends_at,
            friend_since=None,
            account_open=person.open.at(at),
            muted=friendship.muted.at(at),
            today=0 if (sent.number, person.id) in self.counted else len(others),
            channel=ChannelState(voice.state.at(at)),
            public_sender=voice.body.public.at(at) or sent.by_steward,
            conversing=sent.lane is Lane.REPLY,
            stopped=sent.stopped.at(at),
            fault="unmarked" if unmarked else "",
        )
        found = standing(friendship, frame, at)
        joined = any(event.act is Act.JOIN and event.at <= at for event in friendship.log)
        has_left = joined and found.friend_since is None  # they are answered no more; a stranger who asked is
        return replace(found, conversing=frame.conversing and not has_left)

    def _passes(self, sent: Sent, person: Somebody, route: Route, at: datetime) -> bool:
        self.proof.deliveries[sent.purpose] += 1
        self.proof.routes[route] += 1
        for one in oracle.violations(self.standing(sent, person, at), sent.purpose, route, at):
            self._guilty(one, sent, person, route, at)
        if person.id not in sent.audience:
            self.proof.found(Flaw.NOT_MEANT, self._said(sent, person, route, at))
        if at < sent.begins_at:
            self.proof.found(Flaw.EARLY, self._said(sent, person, route, at))
        return True

    def _once(self, sent: Sent, person: Somebody, route: Route) -> None:
        self.came[sent.number, person.id, route] += 1
        steps = sum(rung.route is route for rung in law.TERMS[sent.purpose].ladder)
        if self.came[sent.number, person.id, route] > max(1, steps):
            self.proof.found(Flaw.TWICE, f"campaign {sent.number} to {person.number} by {route}")

    def _guilty(self, what: V, sent: Sent, person: Somebody, route: Route, at: datetime) -> None:
        self.proof.found(what, f"{self._said(sent, person, route, at)}: {self.standing(sent, person, at)}")

    def _said(self, sent: Sent, person: Somebody, route: Route, at: datetime) -> str:
        return f"campaign {sent.number} ({sent.purpose}) to {person.number} by {route} at {at.isoformat()}"

    def _friendship(self, sent: Sent, person: Somebody) -> Friendship:
        return self.town.friendship(sent.voice, person)


def day_of(at: datetime) -> int:
    """The day in Korea, counted from 1970."""
    return (int(at.timestamp()) + KOREA_SECONDS) // DAY_SECONDS
