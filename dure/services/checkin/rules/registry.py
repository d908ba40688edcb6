"""The visit party's register of places and scanners: who may write in it, for how long it holds, what the public log says."""

import hashlib
import json
import unicodedata
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.checkin.types import Party
from dure.services.checkin.types.register import (
    NAME_LENGTH_MAX,
    InviteSpent,
    NotAKey,
    NotVerified,
    ScannerEntry,
    TooManyVenues,
    VenueEntry,
    VenueRevoked,
)

SCANNER_DAYS: Final = 30
WARNED_DAYS: Final = 7  # before the end of a scanner's key: its owner, and whoever scans, is told
INVITE_DAYS: Final = 2
CODE_LENGTH_MAX: Final = 64
VENUES_MAX: Final = 200  # of one organisation
SCANNERS_MAX: Final = 50  # of one place
# The eight points of the curve whose order divides eight, by y: under them a signature fits that nobody made. d*y^4 + 2*y^2 = 1
# for those of order eight. The topmost bit says which x; a y above the field's size is another way of writing the same one.
_FIELD: Final = 2**255 - 19
_ORDER_EIGHT: Final = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL: Final = frozenset({0, 1, _FIELD - 1, _ORDER_EIGHT, _FIELD - _ORDER_EIGHT})


def party(name: str) -> str:
    """What an actor is called that is another party's program."""
    return f"party.{name}"


def may_register(by: Actor) -> None:
    """Only the identity party knows which organisations are verified. Raises NotAllowed."""
    if not (by.is_system and by.name == party(Party.IDENTITY)):
        raise NotAllowed(needs="party.identity")


def check_venue(venue: VenueEntry) -> None:
    """Names that people can read in the log. Raises BadValue."""
    for field, said in (("name", venue.name), ("organisation_name", venue.organisation_name)):
        plain = all(unicodedata.category(letter)[0] != "C" for letter in said)
        if not plain or said != said.strip() or not 1 <= len(said) <= NAME_LENGTH_MAX:
            raise BadValue(field=field, reason="malformed")


def digest_of(code: str) -> bytes:
    """Under what an invitation is kept: not the code itself. Raises InviteSpent for what can be none."""
    if not 0 < len(code) <= CODE_LENGTH_MAX or not code.isascii():
        raise InviteSpent()
    return hashlib.sha256(code.encode()).digest()


def check_invite(last: date, today: date, venue: VenueEntry) -> None:
    """Whether a scanner may be set up now. Raises InviteSpent, VenueRevoked."""
    if today > last:
        raise InviteSpent()
    if venue.revoked:
        raise VenueRevoked()


def check_public(public: bytes) -> None:
    """Raises NotAKey."""
    try:
        Ed25519PublicKey.from_public_bytes(public)
    except ValueError:
        raise NotAKey() from None
    if int.from_bytes(public, "little") % 2**255 % _FIELD in _SMALL:
        raise NotAKey()


def last_day(first: date) -> date:
    """Until when a scanner's key holds, the day included."""
    return first + timedelta(days=SCANNER_DAYS - 1)


def lasts_at_least(asked_on: date) -> date:
    """Until when the key of a scanner that was asked for on a day holds at least: it is made on that day or on the two after it,
    and the identity party is not told when.
    """
    return last_day(asked_on)


def is_ending(asked_on: date, today: date) -> bool:
    """Whether the owner has to think of a new scanner, because the key of this one ends soon, or ended."""
    return today > lasts_at_least(asked_on) - timedelta(days=WARNED_DAYS)


def venue_key(venue: VenueEntry) -> str:
    """Under what the log tells of a venue, once."""
    return f"venue|{venue.id}"


def venue_statement(venue: VenueEntry) -> bytes:
    """What the log says of a venue."""
    counting = {"counts": True} if venue.counts else {}  # what was said of others before stays as it is
    return _said(
        kind="venue.certified",
        venue=str(venue.id),
        organisation=str(venue.organisation),
        organisation_name=venue.organisation_name,
        name=venue.name,
        challenge=venue.challenge,
        **counting,
    )


def venue_gone_key(venue: VenueEntry) -> str:
    """Under what the log tells that a venue was revoked."""
    return f"venue.revoked|{venue.id}"


def venue_gone_statement(venue: VenueEntry, on: date) -> bytes:
    """What the log says of a venue that was revoked."""
    return _said(kind="venue.revoked", venue=str(venue.id), on=on.isoformat())


def scanner_key(scanner: ScannerEntry) -> str:
    """Under what the log tells of a scanner, once."""
    return f"scanner|{scanner.id}"


def scanner_statement(scanner: ScannerEntry) -> bytes:
    """What the log says of a scanner: its key, whose it is and until when it holds."""
    return _said(
        kind="scanner.certified",
        scanner=str(scanner.id),
        venue=str(scanner.venue),
        public=scanner.public.hex(),
        first=scanner.first.isoformat(),
        last=scanner.last.isoformat(),
    )


def scanner_gone_key(scanner: ScannerEntry) -> str:
    """Under what the log tells that a scanner was revoked."""
    return f"scanner.revoked|{scanner.id}"


def scanner_gone_statement(scanner: ScannerEntry, on: date) -> bytes:
    """What the log says of a scanner that was revoked."""
    return _said(kind="scanner.revoked", scanner=str(scanner.id), on=on.isoformat())


def _said(**said: object) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def may_lead(by: Actor, organisation: UUID, verified: bool) -> None:
    """Only the owner of a verified organisation registers its places. Raises NotAllowed, NotVerified."""
    if not by.owns(OrganisationId(organisation)):
        raise NotAllowed(needs="owner")
    if not verified:
        raise NotVerified()


def may_revoke(by: Actor, organisation: UUID) -> None:
    """Its owner, also when it is not verified any more, and stewards. Raises NotAllowed."""
    if not (by.owns(OrganisationId(organisation)) or by.is_steward or by.is_system):
        raise NotAllowed(needs="owner")


def may_set_up(by: Actor, organisation: UUID) -> bool:
    """Whether somebody is shown the codes with which scanners of a place are set up: its owner, who let them in."""
    return by.owns(OrganisationId(organisation))


def may_tell(by: Actor) -> None:
    """Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def check_room(count: int, limit: int) -> None:
    """Raises TooManyVenues."""
    if count >= limit:
        raise TooManyVenues(limit=limit)
