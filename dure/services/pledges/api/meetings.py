"""For those who share a project: its meetings, whether I come, who comes; for its leader: calling, changing, cancelling one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.foundations.people.types import PersonId
from dure.kit.routes import Key, needs_token
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import meetings as rules
from dure.services.pledges.types import (
    Answer,
    AnswerWord,
    ComplaintKind,
    Meeting,
    MeetingId,
    NewAnswer,
    NewMeeting,
)

from . import shapes
from .roots import actor, routes

NAMED_MAX = 1_000
Title = Annotated[str, msgspec.Meta(min_length=rules.TITLE_LENGTH[0], max_length=rules.TITLE_LENGTH[1])]
Place = Annotated[
    str,
    msgspec.Meta(
        min_length=rules.PLACE_LENGTH[0], max_length=rules.PLACE_LENGTH[1], description="In words; nobody's home."
    ),
]
Notes = Annotated[str, msgspec.Meta(max_length=rules.NOTES_LENGTH[1])]
Capacity = Annotated[int, msgspec.Meta(ge=rules.CAPACITY[0], le=rules.CAPACITY[1])]
Companions = Annotated[int, msgspec.Meta(ge=0, le=rules.COMPANIONS_MAX)]
Instant = Annotated[datetime, msgspec.Meta(tz=True, description="With its zone.")]


class Planned(shapes.Shape, frozen=True):
    """A meeting as its leader writes it; without `capacity` everybody can come."""

    title: Title
    place: Place
    starts_at: Instant
    ends_at: Instant
    answer_until: Instant
    capacity: Capacity | None = None
    notes: Notes = ""

    def meeting(self) -> NewMeeting:
        """The same as the actions take it."""
        return NewMeeting(
            title=self.title,
            place=self.place,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            answer_until=self.answer_until,
            capacity=self.capacity,
            notes=self.notes,
        )


class Replanned(Planned, frozen=True, kw_only=True):
    """The same, and at which version it was read: what somebody else changed meanwhile is not overwritten."""

    version: Annotated[int, msgspec.Meta(ge=1)]


class Told(shapes.Shape, frozen=True):
    """Whether I come, and with how many."""

    word: AnswerWord
    companions: Companions = 0


class WhoCame(shapes.Shape, frozen=True):
    """Who of those who answered came."""

    people: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=NAMED_MAX)]


class Met(msgspec.Struct, frozen=True):
    """A meeting, what I said to it, and what the others said, those of them whom I see."""

    meeting: Meeting
    mine: Answer | None
    answers: tuple[Answer, ...]


@routes.get("/projects/{code}/meetings", **needs_token)
def meetings(request: Request, code: shapes.Code) -> tuple[Meeting, ...]:
    """Meetings of a project that are not over, the next first."""
    by = actor(request)
    return queries.meetings_ahead(by, queries.project_by_code(code, by))


@routes.post("/projects/{code}/meetings", status_code=201, **needs_token)
def call_meeting(request: Request, code: shapes.Code, body: Planned, key: Key) -> Meeting:
    """Call a meeting of a project that I lead."""
    by = actor(request)
    return actions.call_meeting(by, queries.project_by_code(code, by).id, body.meeting(), key=key)


@routes.get("/meetings/{meeting}", **needs_token)
def meeting(request: Request, meeting: UUID) -> Met:
    """One meeting. Whether others came is not told."""
    by = actor(request)
    found, _project = queries.meeting_of_group(by, MeetingId(meeting))
    mine = queries.answer_of(found.id, by.person) if by.person else None
    return Met(found, mine, queries.answers_of(by, found))


@routes.put("/meetings/{meeting}", **needs_token)
def edit_meeting(request: Request, meeting: UUID, body: Replanned, key: Key) -> Meeting:
    """Change a meeting; at another time or place, whoever wanted to come is asked again."""
    return actions.edit_meeting(actor(request), MeetingId(meeting), body.meeting(), body.version, key=key)


@routes.post("/meetings/{meeting}/cancel", **needs_token)
def cancel_meeting(request: Request, meeting: UUID, body: shapes.Because, key: Key) -> Meeting:
    """A meeting does not take place; whoever wanted to come reads why."""
    return actions.cancel_meeting(actor(request), MeetingId(meeting), body.why, key=key)


@routes.put("/meetings/{meeting}/answer", **needs_token)
def answer_meeting(request: Request, meeting: UUID, body: Told, key: Key) -> Answer:
    """Say whether I come; `standing` says whether there is a place, or whether one waits."""
    said = NewAnswer(body.word, body.companions)
    return actions.answer_meeting(actor(request), MeetingId(meeting), said, key=key)


@routes.put("/meetings/{meeting}/attendance", **needs_token)
def note_attendance(request: Request, meeting: UUID, body: WhoCame, key: Key) -> Meeting:
    """Note who came to a meeting of a project that I lead."""
    came = tuple(PersonId(one) for one in body.people)
    return actions.note_attendance(actor(request), MeetingId(meeting), came, key=key)


@routes.post("/meetings/{meeting}/complaints", status_code=201, **needs_token)
def complain_of_meeting(request: Request, meeting: UUID, body: shapes.Because, key: Key) -> shapes.Noted:
    """Tell the stewards of a meeting that breaks the rules."""
    actions.complain(actor(request), ComplaintKind.MEETING, meeting, body.why, key=key)
    return shapes.Noted()
