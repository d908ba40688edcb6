"""For who speaks to a village: write, send, agree, take back, end; who heard, whom to visit. A voice goes by the page."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request
from procrastinate.contrib.django import app

from dure.foundations.people.types import Actor
from dure.kit.routes import Key, needs_token
from dure.services.broadcast import actions, queries
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Counted,
    Kind,
    NewAnnouncement,
    Rate,
    ReachId,
    ToVisit,
    Village,
    VillageId,
)

from .roots import Code, actor, routes

SOON = {"seconds": studio.UNDO_SECONDS + 1}  # when nobody can take it back any more
Villages = Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=studio.VILLAGES_MAX)]
Words = Annotated[str, msgspec.Meta(min_length=studio.WORDS_LENGTH[0], max_length=studio.WORDS_LENGTH[1])]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody wants to say. Nobody is told yet."""

    villages: Villages
    words: Words
    kind: Kind = Kind.NOTICE
    airs: datetime | None = None  # none: as soon as it is sent
    repeats: Annotated[str, msgspec.Meta(max_length=200, description="RRULE of RFC 5545; it says when it ends.")] = ""
    expires: datetime | None = None


class Confirmed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The villages as they were read back."""

    villages: Villages


class Visited(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tick on the list, or none."""

    visited: bool


@routes.get("/studio/villages", **needs_token)
def spoken_to(request: Request) -> tuple[Village, ...]:
    """The villages to which I may speak today."""
    return queries.villages_spoken_to(permits.somebody(actor(request)))


@routes.get("/studio/announcements", **needs_token)
def spoken(request: Request) -> tuple[Announcement, ...]:
    """What was said to them, the newest first, and my own drafts."""
    return queries.spoken_by(actor(request))


@routes.get("/studio/waiting", **needs_token)
def waiting(request: Request) -> tuple[Announcement, ...]:
    """What is urgent and waits for my word."""
    return queries.waiting_for_second(actor(request))


@routes.post("/studio/announcements", status_code=201, **needs_token)
def write(request: Request, body: Draft, key: Key) -> Announcement:
    """Write a draft."""
    by = actor(request)
    new = NewAnnouncement(
        author=permits.somebody(by),
        villages=_ids(body.villages),
        confirmed=frozenset(),
        kind=body.kind,
        words=body.words,
        airs=body.airs,
        repeats=body.repeats,
        expires=body.expires,
    )
    made = actions.write_announcement(by, new, None, key=key)
    app.configure_task("broadcast.make_voices_soon").defer()  # so that its author hears it before it is sent
    return made


@routes.post("/studio/announcements/{announcement}/send", **needs_token)
def send(request: Request, announcement: UUID, body: Confirmed, key: Key) -> Announcement:
    """Send a draft of mine to the villages that I read back: it airs in ten seconds, or at its time; what is urgent waits."""
    return _soon(actions.send_announcement(actor(request), AnnouncementId(announcement), _ids(body.villages), key=key))


@routes.post("/studio/announcements/{announcement}/agree", **needs_token)
def agree(request: Request, announcement: UUID, key: Key) -> Announcement:
    """Stand behind what somebody else wants to say urgently: then it is sent."""
    return _soon(actions.agree_announcement(actor(request), AnnouncementId(announcement), key=key))


@routes.post("/studio/announcements/{announcement}/take-back", **needs_token)
def take_back(request: Request, announcement: UUID, key: Key) -> Announcement:
    """Take it back before it is on the air: nobody hears of it. Twice is once."""
    return actions.take_back(actor(request), AnnouncementId(announcement))


@routes.post("/studio/announcements/{announcement}/end", **needs_token)
def end(request: Request, announcement: UUID, key: Key) -> Announcement:
    """Say no more of it from now on. Twice is once."""
    return actions.end_announcement(actor(request), AnnouncementId(announcement))


@routes.get("/studio/announcements/{announcement}/counts", **needs_token)
def counts(request: Request, announcement: UUID) -> Counted:
    """How many stand where, of the last time it was on the air."""
    return queries.counted(actor(request), AnnouncementId(announcement))


@routes.get("/studio/villages/{code}/visits", **needs_token)
def visits(request: Request, code: Code) -> tuple[ToVisit, ...]:
    """Whom no way reached, the newest first."""
    return _visits(actor(request), code)


@routes.get("/studio/villages/{code}/untold", **needs_token)
def untold(request: Request, code: Code) -> tuple[ToVisit, ...]:
    """Which telephones without an account heard nothing of what was over in the last week, the newest first."""
    return queries.untold(actor(request), queries.village_by_code(code).id)


@routes.put("/studio/villages/{code}/visits/{line}", **needs_token)
def visit(request: Request, code: Code, line: UUID, body: Visited, key: Key) -> tuple[ToVisit, ...]:
    """Tick somebody off, or take the tick back; answers the list."""
    by = actor(request)
    actions.note_visit(by, ReachId(line), visited=body.visited)
    return _visits(by, code)


@routes.get("/rates", **needs_token)
def rates(request: Request) -> tuple[Rate, ...]:
    """How much was heard in thirty days in each village that I answer for: whole percents, none of fewer than five people."""
    return queries.rates(actor(request))


def _visits(by: Actor, code: str) -> tuple[ToVisit, ...]:
    return queries.to_visit(by, queries.village_by_code(code).id)


def _ids(villages: tuple[UUID, ...]) -> frozenset[VillageId]:
    return frozenset(map(VillageId, villages))


def _soon(sent: Announcement) -> Announcement:
    """It airs by itself when the time to take it back is over."""
    if sent.state is AnnouncementState.SENT and sent.airs is None:
        app.configure_task("broadcast.air_soon", schedule_in=SOON).defer()
    return sent
