"""What the law of messages looks at, and what it fixes for each purpose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .channels import ChannelState
from .sending import DispatchState, Route


class Night(StrEnum):
    """What a purpose does between 21:00 and 08:00 in Seoul."""

    SEPARATE_CONSENT = "separate_consent"  # held, unless the person agreed to ads at night as well
    WAITS = "waits"  # what rings waits for the morning; the inbox is silent and takes it
    BY_ROLE = "by_role"  # goes out at any hour, but only from a public body or a steward


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: a route, and how long to wait for a better answer before the next one."""

    route: Route
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What a purpose fixes."""

    ad_consent: bool  # friendship alone is not enough
    night: Night
    ladder: tuple[Rung, ...]
    enough: DispatchState  # what ends the climb: SENT, DELIVERED or OPENED
    lives: timedelta  # time to live, unless the sending says less
    a_day: int | None  # how many a person gets of one channel on one day in Seoul
    mutable: bool  # a muted conversation takes it without ringing, also where it is no part of that conversation

    @property
    def routes(self) -> frozenset[Route]:
        return frozenset(rung.route for rung in self.ladder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person, a channel and a sending stand at the second of delivery. Times that lie ahead do not count yet."""

    expires_at: datetime
    friend_since: datetime | None  # None: never was one, or has left
    ads_since: datetime | None = None
    night_ads_since: datetime | None = None
    reminded_at: datetime | None = None  # the last two-year notice
    seen_at: datetime | None = None  # when they last used their account
    account_open: bool = True
    blocked: frozenset[Route] = frozenset()  # routes on which they opted out, here or at the dealer
    muted: bool = False
    today: int = 0  # others of this purpose and channel that they got today
    channel: ChannelState = ChannelState.OPEN
    public_sender: bool = False  # a verified public body, or a steward
    warned: bool = False  # named by the platform itself, for a house above: a contact of somebody infected
    conversing: bool = False  # the person waits for it in a conversation of theirs
    stopped: bool = False
    fault: str = (
        ""  # the rule of form that its words break (rules.advertising); an ad without marking, an ad under another name
    )
