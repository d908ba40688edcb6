"""Ways to a listener, what happened on them, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId

from .villages import Village, VillageId

__all__ = [
    "Attempt",
    "Ended",
    "Key",
    "Listener",
    "Part",
    "Rate",
    "ReachId",
    "Seen",
    "Standing",
    "Step",
    "ToVisit",
    "Way",
]

ReachId = NewType("ReachId", UUID)


class Way(StrEnum):
    """How an announcement goes to somebody, in the order in which they are tried."""

    PUSH = "push"  # in the inbox, and the telephone says so
    TEXT = "text"  # AlimTalk, else a text message
    CALL = "call"
    AGAIN = "again"  # a second call
    VISIT = "visit"  # a line of the head's list: somebody knocks at the door


class Ended(StrEnum):
    """What became of an attempt, as far as the way itself knows. That somebody heard is never among it."""

    OPEN = "open"  # on its way, or nobody said anything
    FAILED = "failed"  # it cannot have reached anybody: no such number, blocked, switched off


class Key(StrEnum):
    """What a listener presses during a call, or taps."""

    HEARD = "1"
    REPEAT = "2"
    LEAVE = "9"


class Standing(StrEnum):
    """Where an announcement is with one listener."""

    WAITING = "waiting"  # for its next step
    HEARD = "heard"
    TO_VISIT = "to_visit"  # all ways were tried: on the head's list
    EXPIRED = "expired"
    LEFT = "left"
    VISITED = "visited"  # somebody knocked at the door and told them


@dataclass(frozen=True, slots=True)
class Listener:
    """How somebody can be reached, and what clock they live by (an IANA zone)."""

    ways: frozenset[Way]
    zone: str = "Asia/Seoul"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way that was tried, or is in the channel's hands. `at`: when it was, or when that may be expected."""

    way: Way
    at: datetime
    ended: Ended = Ended.OPEN
    tried: bool = True  # False: the channel has it, and has asked nobody yet


@dataclass(frozen=True, slots=True)
class Seen:
    """What the channel says of an attempt: `at`, since when it may try it; when it really did, if it did; when to ask again."""

    ended: Ended
    at: datetime
    tried_at: datetime | None = None
    look_at: datetime | None = None
    given_up: bool = False  # nobody carried it in time: it is called back, and the next way is tried


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a recording that was played, in its own seconds; the speed is another matter."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next for one listener: `way` not before `at`; or nothing any more, and why."""

    standing: Standing
    way: Way | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ToVisit:
    """A line of the head's list: whom no way reached."""

    id: ReachId
    person: PersonId | None  # None: a telephone that listens without an account
    village: VillageId
    since: datetime
    visited: bool
    announcement: UUID
    words: str
    name: str = ""  # of who has no account, with the number
    number: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """How much was heard in a village lately: how often something was on the air, and percent; None of fewer than five people."""

    village: Village
    airings: int
    percent: int | None
