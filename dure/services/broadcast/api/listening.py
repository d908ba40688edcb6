"""What somebody hears, that they heard it, which villages they hear."""

from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.kit.routes import Key, needs_token
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import hearing, permits
from dure.services.broadcast.types import Announcement, AnnouncementId, Heard, Membership, Part, Standing, Tie
from dure.services.broadcast.types import Key as Pressed

from .roots import Code, actor, routes

Zone = Annotated[str, msgspec.Meta(max_length=40, description="IANA zone, one of those on the page.")]
Moment = Annotated[float, msgspec.Meta(ge=0, le=3_600)]


class Played(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts of a recording, in seconds; of words that a machine spoke, in letters."""

    parts: Annotated[tuple[tuple[Moment, Moment], ...], msgspec.Meta(max_length=hearing.PARTS_MAX)]


class Joined(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What binds somebody to a village, and by what clock they live."""

    tie: Tie
    zone: Zone = "Asia/Seoul"


class HowFar(msgspec.Struct, frozen=True):
    """How far somebody heard an announcement; `counts` is false for who was no listener when it was on the air."""

    counts: bool
    heard: bool = False
    share: float = 0.0


class Left(msgspec.Struct, frozen=True):
    """Whether somebody heard the village until now."""

    left: bool


@routes.get("/announcements", **needs_token)
def announcements(request: Request) -> tuple[Announcement, ...]:
    """What was on the air in the last thirty days in the villages that I hear, the newest first."""
    return queries.archive(actor(request))


@routes.get("/announcements/{announcement}", **needs_token)
def announcement(request: Request, announcement: UUID) -> Announcement:
    """One announcement, for who may hear it."""
    return queries.announcement_for(actor(request), AnnouncementId(announcement))


@routes.post("/announcements/{announcement}/played", **needs_token)
def played(request: Request, announcement: UUID, body: Played, key: Key) -> HowFar:
    """Note what I played; each second counts once, however often it is sent."""
    parts = [Part(begins, ends) for begins, ends in body.parts]
    return _how_far(actions.note_played(actor(request), AnnouncementId(announcement), parts))


@routes.post("/announcements/{announcement}/heard", **needs_token)
def heard(request: Request, announcement: UUID, key: Key) -> HowFar:
    """Say that I heard it: nothing more comes about it."""
    return _how_far(actions.press(actor(request), AnnouncementId(announcement), Pressed.HEARD))


@routes.get("/villages", **needs_token)
def villages(request: Request) -> tuple[Membership, ...]:
    """The villages that I hear."""
    return queries.memberships(permits.somebody(actor(request)))


@routes.put("/villages/{code}/listener", **needs_token)
def join(request: Request, code: Code, body: Joined, key: Key) -> Membership:
    """Say yes to hearing a village, in the words of its page."""
    village = queries.village_by_code(code)
    return actions.join_village(actor(request), village.id, body.tie, body.zone, key=key)


@routes.delete("/villages/{code}/listener", **needs_token)
def leave(request: Request, code: Code, key: Key) -> Left:
    """Hear it no more, from now on. Twice is once."""
    return Left(actions.leave_village(actor(request), queries.village_by_code(code).id))


def _how_far(found: Heard | None) -> HowFar:
    if found is None:
        return HowFar(counts=False)
    return HowFar(counts=True, heard=found.standing is Standing.HEARD, share=found.share)
