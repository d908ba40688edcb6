"""What stands between the outbox and its dealers: how far a dispatch has climbed, what a dealer may still be asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId

from .channels import ChannelId
from .content import Content
from .dealing import Carriage, Outcome
from .inbox import PushSubscription
from .law import Standing
from .sending import (
    AttemptState,
    DispatchId,
    DispatchState,
    Lane,
    Purpose,
    Route,
    SendingId,
    SendingState,
    Why,
)


@dataclass(frozen=True, slots=True)
class Climb:
    """How far a dispatch is: its step, tries on that step, the best it reached, and when to look again (None: never)."""

    purpose: Purpose
    rung: int
    tries: int
    state: DispatchState
    best: DispatchState | None
    next_at: datetime | None

    # Written out, not `replace`: each of a million messages climbs every step of its ladder.
    def waiting(self, until: datetime) -> "Climb":
        """The same step, later, as if it had not been tried."""
        return Climb(self.purpose, self.rung, self.tries, DispatchState.WAITING, self.best, until)

    def again(self, state: DispatchState, until: datetime) -> "Climb":
        """The same step once more."""
        return Climb(self.purpose, self.rung, self.tries + 1, state, self.best, until)

    def up(self, at: datetime, state: DispatchState) -> "Climb":
        """The next step, from `at` on."""
        return Climb(self.purpose, self.rung + 1, 0, state, self.best, at)

    def with_best(self, best: DispatchState) -> "Climb":
        return Climb(self.purpose, self.rung, self.tries, self.state, best, self.next_at)

    def ended(self, state: DispatchState) -> "Climb":
        return Climb(self.purpose, self.rung, self.tries, state, self.best, None)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A dealer's tokens, filled up to `filled_at`, and its circuit breaker."""

    tokens: float
    filled_at: datetime
    failures: int = 0
    open_until: datetime | None = None
    booked_until: datetime | None = None  # up to then its time is given to dispatches that wait for it


@dataclass(frozen=True, slots=True)
class DealerCard:
    """What the outbox has to know of a dealer to share its work out."""

    dealer: str
    routes: frozenset[Route]
    many_max: int
    a_second: int


@dataclass(frozen=True, slots=True)
class Load:
    """What one dealer is asked to carry, all at once."""

    dealer: str
    carriages: tuple[Carriage, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One batch, cut from the queue: its attempts are written, nobody has been asked yet."""

    count: int  # dispatches that were looked at
    loads: tuple[Load, ...] = ()
    leased_until: datetime | None = None  # then somebody else takes over what is not noted


@dataclass(frozen=True, slots=True)
class Carried:
    """What one dealer said of one load."""

    dealer: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A dispatch whose turn it is, locked, with everything one has to know to cut it into a batch."""

    dispatch: DispatchId
    sending: SendingId
    person: PersonId
    state: DispatchState
    rung: int
    tries: int
    best: DispatchState | None
    counted: bool
    opened: bool
    purpose: Purpose
    lane: Lane
    free_only: bool
    only: frozenset[Route]  # outside the inbox by these; empty: by all of its purpose
    template: UUID | None
    body: UUID
    channel: ChannelId
    channel_name: str
    contact: str
    handle: str
    organisation: OrganisationId
    asked_by: UUID | None
    named: bool  # each person by id, not by a segment
    variables: tuple[tuple[str, str], ...]
    dealer: str  # of the attempt on this step, if one was begun
    asked_at: datetime | None  # when it was begun
    paid: bool  # somebody pays for it, out of what was held back
    late: bool  # became a friend, agreed or proved their number after that: was not in the bill
    standing: Standing
    keyed: bool = False  # a call asks for a key
    readable: bool = True  # False: what is filled in for this person cannot be read

    @property
    def climb(self) -> Climb:
        return Climb(self.purpose, self.rung, self.tries, self.state, self.best, None)


@dataclass(frozen=True, slots=True)
class Ways:
    """How one person can be reached outside the inbox: (route, id of the address, address), and their browsers. `broken`: routes
    whose address is there and cannot be read; `aloud`: what comes by telephone is read to them by a call.
    """

    addresses: tuple[tuple[Route, UUID, str], ...] = ()
    browsers: tuple[PushSubscription, ...] = ()
    broken: frozenset[Route] = frozenset()
    aloud: bool = False
    proved: tuple[tuple[UUID, datetime], ...] = ()  # when each address was proved

    def by(self, route: Route) -> str | tuple[PushSubscription, ...]:
        """Where the route leads; empty: nowhere."""
        if route is Route.PUSH:
            return self.browsers
        return next((address for way, _, address in self.addresses if way is route), "")

    def reach(self, route: Route) -> UUID | None:
        """The id of the address behind a route."""
        return next((reach for way, reach, _ in self.addresses if way is route), None)

    def led(self, route: Route, then: datetime) -> bool:
        """Whether the route led at that time where it leads now. Of browsers nobody asks: any of them is the same person's."""
        since = [at for reach, at in self.proved if reach == self.reach(route)]
        return bool(self.by(route)) and all(at <= then for at in since)


@dataclass(frozen=True, slots=True)
class Leads:
    """What leads to somebody outside the inbox, without the addresses: for a house that only chooses between ways."""

    telephone: bool = False
    browser: bool = False
    aloud: bool = False  # texts are read to them by a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """An attempt and its dispatch while something is noted about them. `others`: how the other attempts stand."""

    key: str
    attempt: int
    attempt_state: AttemptState
    attempt_rung: int
    route: Route
    dispatch: DispatchId
    person: PersonId
    state: DispatchState
    rung: int
    tries: int
    next_at: datetime | None
    why: str
    opened: bool
    purpose: Purpose
    others: tuple[AttemptState, ...]


@dataclass(frozen=True, slots=True)
class SentCount:
    """So many dispatches of a sending stand so, for this reason."""

    state: DispatchState
    why: Why | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SentLine:
    """A sending with what became of it."""

    sending: SendingId
    channel: ChannelId
    channel_name: str
    purpose: Purpose
    state: SendingState
    at: datetime
    not_before: datetime
    expires_at: datetime
    count: int
    counts: tuple[SentCount, ...]
    content: Content
