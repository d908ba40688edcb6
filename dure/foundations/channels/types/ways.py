"""How the town may reach a person outside the inbox: by mail, by text message, by a call that reads aloud."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal


class Gone(StrEnum):
    """Why an address is not used any more."""

    REFUSED = "refused"  # a dealer says that there is no such number or mailbox
    MOVED = "moved"  # somebody else has proved that the number is theirs now


class Carried(StrEnum):
    """How the text message with a code fares."""

    WAITING = "waiting"
    TAKEN = "taken"  # the dealer has it
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAsked:
    """A telephone number that waits for its code. `number` in E.164; each asking has an id, and with it a code, of its own."""

    id: UUID
    person: PersonId
    number: str
    until: datetime
    tries_left: int
    carried: Carried


@dataclass(frozen=True, slots=True)
class LostWay:
    """An address that led to the person and does not any more; only its end is shown."""

    shown: str
    why: Gone
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """What one person chose. Empty strings and None: not there."""

    email: str  # of the account, proved; what mail would go to
    mail: bool
    number: str  # E.164, proved
    proved_at: datetime | None
    aloud: bool
    asked: NumberAsked | None
    lost: tuple[LostWay, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one try of a code: the number is proved, or so many tries are left."""

    proved: bool
    tries_left: int


class CodeWrong(Refusal):
    """It is not the code that was sent; `left` tries are left."""

    left: int


class CodeOver(Refusal):
    """No code is good any more: it is too old, or was tried too often. A new one has to be asked for."""


class AddressUnproved(Refusal):
    """The e-mail address of the account has not been proved."""


class NoTelephone(Refusal):
    """No telephone number has been proved."""


class NobodyCarries(Refusal):
    """This town has nobody who carries text messages."""


class CodesSpent(Refusal):
    """The place has sent as many codes today as it may, whoever asked; again in `retry_seconds`."""

    retry_seconds: int


@dataclass(frozen=True, slots=True)
class NumberMoved:
    """News: somebody else has proved a number that was this person's. `shown`: its last digits."""

    person: PersonId
    shown: str
    at: datetime
