"""Passes, batches and keys for tests. Handles are sealed as the vault seals letters (HPKE)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from dure.kit import seals
from dure.services.checkin.rules import calendar, issuing, marks, showing
from dure.services.checkin.types import Batch, Epoch, IssuerKeys, Pass, Shown, SpentKeys, VenueId

AUTHORITY = b"\x05" * 32
ISSUER = IssuerKeys(passes=b"\x01" * 32, rates=b"\x02" * 32, handles=b"\x03" * 32)
VISITS = SpentKeys(passes=ISSUER.passes, spent=b"\x04" * 32)
NOON = datetime.fromisoformat("2026-05-01T12:00:00+09:00")
TODAY = calendar.epoch_of(NOON)
BAKERY, CLINIC = VenueId(UUID(int=1)), VenueId(UUID(int=2))


def chance(seed: int) -> Callable[[int], bytes]:
    """Random bytes that come out the same every time."""
    return random.Random(seed).randbytes  # noqa: S311 - a test that comes out the same twice


def sealed(person: str, epoch: Epoch = TODAY, count: int = issuing.ENVELOPES) -> list[bytes]:
    """The person's handle of the day, sealed `count` times."""
    handle = issuing.handle_of(ISSUER.handles, epoch, person.encode())
    public, context = seals.public_half(AUTHORITY), issuing.sealing_context(epoch)
    return [seals.seal_to(public, context, handle) for _ in range(count)]


def opened(each: bytes, epoch: Epoch = TODAY) -> bytes:
    """What the authority finds in a sealed handle."""
    return seals.unseal_from(AUTHORITY, issuing.sealing_context(epoch), each)


@cache
def batch(person: str, epoch: Epoch = TODAY, telephone: int = 0) -> Batch:
    """A person's day on one of their telephones."""
    subject = marks.subject_of(ISSUER.rates, epoch, person.encode())
    return issuing.batch(ISSUER, epoch, subject, sealed(person, epoch))


def shown(person: str = "a", at: datetime = NOON, telephone: int = 0, challenge: str = "") -> Pass:
    """The pass on a person's screen, opened for the first time that day."""
    epoch = calendar.epoch_of(at)
    return showing.show(batch(person, epoch, telephone), Shown(epoch), at, challenge)[0]


def later(seconds: float = 0, **more: float) -> datetime:
    return NOON + timedelta(seconds=seconds, **more)
