"""Passes, batches and keys for tests. Handles are sealed as the vault seals letters (HPKE)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from dure.kit import seals
from dure.services.checkin.rules import admitting, calendar, issuing, marks, passes, showing
from dure.services.checkin.types import (
    Batch,
    Code,
    Epoch,
    Forged,
    IssuerKeys,
    KnownBy,
    Pass,
    Scan,
    Shown,
    SpentKeys,
    Subject,
    VenueId,
)

AUTHORITY = b"\x05" * 32
LETTERS = b"\x0a" * 32  # the visit party's, private
TO_VISITS = seals.public_half(LETTERS)
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


def subject(person: str, epoch: Epoch = TODAY, rates: bytes = ISSUER.rates) -> Subject:
    """Who somebody is on a day, to every issuer."""
    return marks.subject_of(rates, epoch, KnownBy.TELEPHONE, f"010-0000-{ord(person[0]):04d}".encode())


@cache
def batch(person: str, epoch: Epoch = TODAY, telephone: int = 0) -> Batch:
    """A person's day on one of their telephones."""
    return issuing.batch(
        ISSUER, epoch, subject(person, epoch), sealed(person, epoch), TO_VISITS, calendar.starts_at(epoch)
    )


def shown(person: str = "a", at: datetime = NOON, telephone: int = 0, challenge: str = "") -> Pass:
    """The pass on a person's screen, opened for the first time that day."""
    epoch = calendar.epoch_of(at)
    return showing.show(batch(person, epoch, telephone), Shown(epoch), at, challenge)[0]


def to_visits(context: bytes, plain: bytes) -> bytes:
    """What a telephone does with a pass before it draws it."""
    return seals.seal_to(TO_VISITS, context, plain)


def by_visits(context: bytes, letter: bytes) -> bytes:
    """What the visit party does with a code. Raises Forged."""
    try:
        return seals.unseal_from(LETTERS, context, letter)
    except seals.SealBroken:
        raise Forged() from None


def coded(one: Pass) -> Code:
    """The code for a pass."""
    return passes.sealed(one, to_visits)


def scanned(
    at: datetime, settled: datetime | None = None, challenge: str = "", heard: frozenset[int] = frozenset()
) -> Scan:
    """Read with a line at `at`, or without one and settled later."""
    return Scan(at, settled or at, challenge, heard)


def admit(
    one: Pass, spent: frozenset[bytes] = frozenset(), at: datetime = NOON, settled: datetime | None = None
) -> frozenset[bytes]:
    """What is spent after the pass was taken."""
    return spent | frozenset(admitting.admit(VISITS, by_visits, coded(one), spent, scanned(at, settled)).marks)


def later(seconds: float = 0, **more: float) -> datetime:
    return NOON + timedelta(seconds=seconds, **more)
