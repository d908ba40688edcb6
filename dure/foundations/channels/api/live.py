"""The stream that tells an open page that something came (server-sent events). It carries no content: the page asks for it
itself, with its own permission, so that a ticket that leaks tells nobody anything but that something happened.
"""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import msgspec
from django.core.signing import BadSignature, TimestampSigner
from django_bolt import Request
from django_bolt.concurrency import sync_to_thread
from django_bolt.responses import StreamingResponse

from dure.base.actors import PersonId
from dure.base.refusals import NotAllowed
from dure.foundations.channels import queries
from dure.foundations.people import queries as people
from dure.kit import bells

from .roots import routes

SALT = "channels.live.v1"
TICKET_SECONDS_MAX = 12 * 3600
QUIET_SECONDS = 25  # then a line that says nothing, so that nobody on the way takes the stream for dead
STREAM_SECONDS_MAX = 900  # then the browser opens another one
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@routes.get("/live", also={"403", "503"})
async def live(request: Request, ticket: Annotated[str, msgspec.Meta(max_length=200)]) -> StreamingResponse:
    """Server-sent events named `news`: look again. The ticket stands in the page; it lets nobody read anything."""
    try:
        person = PersonId(UUID(TimestampSigner(salt=SALT).unsign(ticket, max_age=TICKET_SECONDS_MAX)))
    except (BadSignature, ValueError):
        raise NotAllowed(needs="fresh_ticket") from None
    names = await sync_to_thread(_names, person)
    return StreamingResponse(_events(names), media_type="text/event-stream", headers=HEADERS)


def _names(person: PersonId) -> tuple[str, ...]:
    """What this person's pages listen for: their own conversations, and those of channels whose people they answer."""
    served = queries.served_channels(people.actor(person))
    return (queries.bell_of_person(person), *(queries.bell_of_channel(channel) for channel, _, _ in served))


async def _events(names: tuple[str, ...]) -> AsyncIterator[bytes]:
    yield b"retry: 3000\n\n"
    async with bells.listening(names) as bell:
        for _ in range(STREAM_SECONDS_MAX // QUIET_SECONDS):
            yield b"event: news\ndata: 1\n\n" if await bell.wait(QUIET_SECONDS) else b": \n\n"
