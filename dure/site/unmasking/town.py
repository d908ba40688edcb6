"""A town on one day: keys, guests who go out, and their passes, made by the rules that people's telephones follow."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from dure.kit import seals
from dure.services.checkin.rules import calendar, issuing, marks, passes, showing
from dure.services.checkin.types import Code, Epoch, Forged, IssuerKeys, KnownBy, Pass, SpentKeys, VenueId

OPEN_SECONDS: Final = range(8 * 3600, 20 * 3600)  # visits begin within these twelve hours
SHOWN_BEFORE_SECONDS: Final = (1.0, 15.0)  # the code is on the screen so long before it is scanned
VENUES: Final = 20
EPOCH: Final = Epoch(2_312)


@dataclass(frozen=True, slots=True)
class Outing:
    """Somebody comes in somewhere. All of it is known to nobody; who attacks wants `person` beside `venue`."""

    person: int
    venue: VenueId
    shown: float  # seconds of the day
    scanned: float


class Town:
    """The day's keys and everybody's passes. The same seed makes the same people; sealing takes its chance from the system."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a simulation that comes out the same twice
        draw = self.random.randbytes
        self.issuer = IssuerKeys(passes=draw(32), rates=draw(32), handles=draw(32))
        self.spent = SpentKeys(passes=self.issuer.passes, spent=draw(32))
        self.venues = tuple(VenueId(UUID(bytes=draw(16), version=4)) for _ in range(VENUES))
        self._authority = seals.public_half(draw(32))
        self._letters = draw(32)
        self._visits = seals.public_half(self._letters)

    def outings(self, visits: int, people: int) -> list[Outing]:
        """A day of so many visits by so many people, who come as they like, in the order of the scans."""
        found = []
        for _ in range(visits):
            scanned = self.random.uniform(OPEN_SECONDS.start, OPEN_SECONDS.stop)
            before = self.random.uniform(*SHOWN_BEFORE_SECONDS)
            venue = self.random.choice(self.venues)
            found.append(Outing(self.random.randrange(people), venue, scanned - before, scanned))
        return sorted(found, key=lambda each: each.scanned)

    def sealed(self, person: int) -> bytes:
        """The person's handle of the day, sealed anew."""
        handle = issuing.handle_of(self.issuer.handles, EPOCH, named(person))
        return seals.seal_to(self._authority, issuing.sealing_context(EPOCH), handle)

    def shown(self, person: int, slot: int) -> Pass:
        """A pass with an envelope of its own, as the person's telephone shows it in this slot."""
        subject = marks.subject_of(self.issuer.rates, EPOCH, KnownBy.TELEPHONE, named(person))
        stamp = issuing.stamp(self.issuer.passes, EPOCH, subject, calendar.minute_of_slot(slot))
        sealed = self.sealed(person)
        bare = Pass(EPOCH, slot, stamp.nonce, b"", sealed)
        proof = showing.authenticator(issuing.envelope_key(self.issuer.passes, EPOCH, sealed), stamp.key, bare)
        return Pass(EPOCH, slot, stamp.nonce, proof, sealed)

    def coded(self, one: Pass) -> Code:
        """The code for a pass, as a telephone seals and draws it."""
        return passes.sealed(one, lambda context, plain: seals.seal_to(self._visits, context, plain))

    def unseal(self, context: bytes, letter: bytes) -> bytes:
        """What the visit party does with a code. Raises Forged."""
        try:
            return seals.unseal_from(self._letters, context, letter)
        except seals.SealBroken:
            raise Forged() from None


def named(person: int) -> bytes:
    """What issuers know a person by, and what stands in the identity party's table."""
    return f"010{person:08d}".encode()


def raw(code: Code) -> bytes:
    """The bytes of a code as a venue's scanner reads them, without the checksum."""
    return passes.header(code.epoch, code.slot) + code.letter


def in_the_clear(one: Pass) -> bytes:
    """The bytes of a pass as a code showed them before telephones sealed it: for the games that compare."""
    return passes.header(one.epoch, one.slot) + one.nonce + one.authenticator + one.sealed


type Told = Callable[[int], None]
"""Called with so many steps done."""


def untold(steps: int) -> None:
    """Nobody watches."""
