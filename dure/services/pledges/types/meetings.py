"""People of a project meet: a meeting, and who says that they come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal

from .values import ProjectId

__all__ = [
    "Answer",
    "AnswerWord",
    "AnswersClosed",
    "CalendarMeeting",
    "EditedMeanwhile",
    "Meeting",
    "MeetingCalled",
    "MeetingCancelled",
    "MeetingId",
    "MeetingMoved",
    "MeetingOver",
    "MeetingSeatGiven",
    "MeetingState",
    "MeetingsFull",
    "NewAnswer",
    "NewMeeting",
    "NoRoom",
    "PartyTooLarge",
    "Standing",
    "TooManyComing",
]

MeetingId = NewType("MeetingId", UUID)


class MeetingState(StrEnum):
    CALLED = "called"
    CANCELLED = "cancelled"


class AnswerWord(StrEnum):
    """What somebody says to a meeting."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Standing(StrEnum):
    """What a yes is worth: a place, or one on the waiting list. Another word has none."""

    COMING = "coming"
    WAITING = "waiting"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting as whoever calls it writes it."""

    title: str
    place: str  # in words
    starts_at: datetime
    ends_at: datetime
    answer_until: datetime
    capacity: int | None = None  # people, companions among them; None: as many as come
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    id: MeetingId
    project: ProjectId
    by: PersonId
    title: str  # empty, as place and notes, where a steward took the words down
    place: str
    notes: str
    starts_at: datetime
    ends_at: datetime
    answer_until: datetime
    capacity: int | None
    state: MeetingState
    why: str  # why it was cancelled
    version: int  # one more with every change; an answer to an older time or place is asked for again
    changed_at: datetime
    coming: int  # people, companions among them
    waiting: int  # the same, on the list
    maybe: int  # answers
    unsure: int  # answers to an older time or place
    is_hidden: bool = False

    @property
    def left(self) -> int | None:
        """Places that are free; None: there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.coming)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What somebody says, and how many they bring along."""

    word: AnswerWord
    companions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person said to a meeting."""

    meeting: MeetingId
    person: PersonId
    word: AnswerWord
    companions: int
    standing: Standing
    asked_again: bool  # time or place changed since
    came: bool | None = None  # as the leader noted; None: nobody noted it


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarMeeting:
    """A meeting as a calendar program reads it."""

    meeting: MeetingId
    title: str
    place: str
    notes: str
    starts_at: datetime
    ends_at: datetime
    version: int
    changed_at: datetime
    is_sure: bool  # a place is taken; otherwise one waits for it, or may come
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class MeetingCalled:  # news
    meeting: UUID
    project: UUID
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingMoved:  # news
    """It is at another time or place: whoever wanted to come is asked again."""

    meeting: UUID
    project: UUID
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingCancelled:  # news
    meeting: UUID
    project: UUID
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class MeetingSeatGiven:  # news
    """Somebody on the waiting list has a place now."""

    meeting: UUID
    project: UUID
    person: UUID
    at: datetime


class PartyTooLarge(Refusal):
    """More people than the meeting has places at all."""

    capacity: int


class NoRoom(Refusal):
    """Who has a place cannot bring so many along: `left` companions fit. What was said before stands."""

    left: int


class TooManyComing(Refusal):
    """`coming` people have a place: there cannot be fewer places."""

    coming: int


class EditedMeanwhile(Refusal):
    """Somebody changed it since it was read; it is at `version` now."""

    version: int


class AnswersClosed(Refusal):
    """One could say yes until `until`; after that one only takes it back."""

    until: datetime


class MeetingOver(Refusal):
    """It began, or is cancelled; or, to say who came, it did not begin yet."""

    state: str


class MeetingsFull(Refusal):
    """So many meetings of a project lie ahead; `limit` is how many there can be."""

    limit: int
