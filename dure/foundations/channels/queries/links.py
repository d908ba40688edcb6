"""Signed links: leaving, and stopping ads, without a log-in. A link says what it is for, which channel and whom; nothing else."""

import base64
import hmac
from datetime import UTC, datetime
from uuid import UUID

from dure.base import clock
from dure.foundations.channels.rules.friends import UNDO_WITHIN
from dure.foundations.channels.types import ChannelId, Linked, LinkKind, LinkOver, Undo
from dure.foundations.people.types import PersonId
from dure.kit import keys

__all__ = ["leave_token", "linked", "undo_token"]

KEY = "channels.links.v1"
TAG_BYTES = 16
_KINDS = {LinkKind.LEAVE: b"l", LinkKind.ADS: b"a", LinkKind.UNDO: b"u"}
_KIND_OF = {code: kind for kind, code in _KINDS.items()}
_BODY_BYTES = 1 + 16 + 16 + 4
TOKEN_LENGTH_MAX = 80


def leave_token(channel: UUID, person: UUID, kind: LinkKind = LinkKind.LEAVE) -> str:
    """The signed word for a link that lets whoever has the message leave (or stop ads), however old it is."""
    return _signed(kind, channel, person, 0)


def undo_token(channel: UUID, person: UUID) -> Undo:
    """The signed word with which leaving can be taken back for UNDO_WITHIN."""
    until = (clock.now() + UNDO_WITHIN).replace(microsecond=0)
    return Undo(_signed(LinkKind.UNDO, channel, person, int(until.timestamp())), until)


def linked(token: str) -> Linked:
    """What a signed link says. Raises LinkOver for one that was changed, was never ours, or has run out."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)) if len(token) <= TOKEN_LENGTH_MAX else b""
    except ValueError:
        raise LinkOver() from None
    body = raw[:_BODY_BYTES]
    # The token as a whole: its last letter has bits to spare, and a link has one spelling.
    if not hmac.compare_digest(token.encode(), _written(body).encode()) or body[:1] not in _KIND_OF:
        raise LinkOver()
    seconds = int.from_bytes(body[33:37])
    until = datetime.fromtimestamp(seconds, UTC) if seconds else None
    if until is not None and until < clock.now():
        raise LinkOver()
    return Linked(_KIND_OF[body[:1]], ChannelId(UUID(bytes=body[1:17])), PersonId(UUID(bytes=body[17:33])), until)


def _signed(kind: LinkKind, channel: UUID, person: UUID, seconds: int) -> str:
    body = _KINDS[kind] + channel.bytes + person.bytes + seconds.to_bytes(4)
    return _written(body)


def _written(body: bytes) -> str:
    return base64.urlsafe_b64encode(body + _tag(body)).decode().rstrip("=")


def _tag(body: bytes) -> bytes:
    return hmac.digest(keys.derived(KEY), body, "sha256")[:TAG_BYTES]
