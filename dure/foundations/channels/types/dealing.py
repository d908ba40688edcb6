"""Dealers: whoever carries an attempt outside. The shape that every adapter has, and what passes between it and us.

The outbox writes an attempt, then lets a dealer carry it; the attempt's key is what both sides know it by. An adapter tries
once and says what it knows: waiting, trying again and the next rung of the ladder are the outbox's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from dure.base.refusals import Refusal

from .content import Content
from .inbox import PushSubscription
from .sending import AttemptState, Purpose, Route


class Reason(StrEnum):
    """Why a dealer did not deliver, in words that mean the same at all of them."""

    NONE = "none"  # nothing is wrong
    NO_SUCH_ADDRESS = "no_such_address"  # the number, mailbox or browser is gone: do not use it again
    OPTED_OUT = "opted_out"  # they told the dealer that they want nothing: never again by this route
    BLOCKED = "blocked"  # the carrier or an authority blocks it
    NOT_REACHED = "not_reached"  # exists, but off, full, abroad or without the app just now
    NO_TAKER = "no_taker"  # has no account with the messenger, or is no friend there
    NIGHT = "night"  # the dealer takes no such message at this hour
    BAD_CONTENT = "bad_content"  # too long, letters it cannot carry, buttons
    BAD_TEMPLATE = "bad_template"  # no such template, not approved, or the text differs from it
    TWICE = "twice"  # the dealer says that it has had this one
    BUSY = "busy"  # too much at once, or a fault of its own for now
    NO_MONEY = "no_money"  # our balance with the dealer is spent
    NOT_ALLOWED = "not_allowed"  # our key, sender number or contract: somebody here must act
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # no answer, or a code that is in no document


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """One attempt, ready to be carried.

    `to` is a telephone number (digits), a mail address, or all browsers of one person, which together are one attempt.
    `content` has its variables filled; a dealer that holds the template itself fills `variables` into its own copy.
    """

    key: str  # the attempt's; the same attempt always has the same one
    route: Route
    to: str | tuple[PushSubscription, ...]
    content: Content
    purpose: Purpose
    sender: str  # the channel's name
    expires_at: datetime
    template: UUID | None = None  # our approved version; adapters know the dealer's code for it
    variables: Mapping[str, str] = field(default_factory=dict)  # {"name": "..."}, without `#{}`
    link: str = ""  # what a tap on it opens
    leave_link: str = ""  # stops ads, or leaves the channel, with one post and no log-in
    urgent: bool = False
    keyed: bool = False  # a call asks for the key 1
    again: bool = False  # an earlier try under this key had no answer: it may have been taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a dealer knows of one attempt after it was asked.

    ACCEPTED   the dealer has it; a report follows, or nothing does (push, mail)
    DELIVERED  it is there
    FAILED     it was surely not taken. With `retry_after`: the same attempt may be tried again after so many seconds,
               under the same key. Without: this route cannot; the next rung.
    UNSURE     nobody knows. With `retry_after`: ask again under the same key (`again=True`). Without: nothing more can be
               learnt, and to send it again could deliver it twice; it stays unsure.
    """

    key: str
    state: AttemptState
    code: str = ""  # the dealer's own, at most 20 characters
    reason: Reason = Reason.NONE
    retry_after: int | None = None  # seconds
    gone: tuple[UUID, ...] = ()  # push subscriptions that do not exist any more, whatever became of the others
    paused: bool = False  # the dealer itself cannot, whatever is asked of it: counts for its circuit breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One report of a dealer, read: what `actions.take_report` takes."""

    event: str  # the dealer's own id of the report; the same event has one effect
    key: str  # of the attempt
    state: AttemptState
    code: str
    reason: Reason
    at: datetime
    pressed: str = ""  # the key that was pressed in a call


class ReportForged(Refusal):
    """Nobody whom we know as a dealer has signed this report."""


class Dealer(Protocol):
    """One dealer. Its calls may take `timeout_seconds` and are never made inside a database transaction."""

    @property
    def dealer(self) -> str:
        """The word stored with each attempt."""

    @property
    def routes(self) -> frozenset[Route]:
        """What it carries here, as it is set up."""

    @property
    def many_max(self) -> int:
        """How many attempts `carry` takes at once."""

    @property
    def a_second(self) -> int:
        """How many attempts a second it may be asked: the size of its token bucket."""

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        """Try each of them once; an outcome for each, in their order. Raises nothing: what breaks is an outcome."""


class Reporting(Protocol):
    """A dealer that tells later what became of an attempt."""

    @property
    def dealer(self) -> str:
        """The word stored with each report."""

    def read_reports(self, body: bytes, headers: Mapping[str, str]) -> Sequence[Told]:
        """The reports of one call; `headers` by lower-case name. Raises ReportForged unless the dealer has sent it."""
