"""Reading at the identity party: the places and scanners that its organisations asked for."""

import base64
import hmac
from uuid import UUID

from dure.base.refusals import NotFound
from dure.kit import keys
from dure.services.checkin.models.identity import tables
from dure.services.checkin.types import ScannerId, VenueId
from dure.services.checkin.types.register import AskedScanner, AskedVenue

SHOWN_MAX = 500
CODES = "checkin.invites.v1"
CODE_BYTES = 20


def venue(of: UUID, *, lock: bool = False) -> AskedVenue:
    """A place that was asked for. Raises NotFound."""
    rows = tables.AskedVenue.objects.filter(id=of)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="venue")
    return _venue(row)


def name_of(of: UUID) -> str:
    """What a place is called that was asked for here, also one that was taken away since; empty: none was."""
    return tables.AskedVenue.objects.filter(id=of).values_list("name", flat=True).first() or ""


def venues(organisation: UUID) -> tuple[AskedVenue, ...]:
    """The places of an organisation, by name, without those taken away."""
    rows = tables.AskedVenue.objects.filter(organisation=organisation, revoked=False).order_by("name", "pk")[:SHOWN_MAX]
    return tuple(_venue(row) for row in rows)


def venues_untold(most: int) -> tuple[AskedVenue, ...]:
    """Places of which the visit party does not know yet, the oldest first."""
    return tuple(_venue(row) for row in tables.AskedVenue.objects.filter(told=False).order_by("asked_at", "pk")[:most])


def scanner(of: UUID, *, lock: bool = False) -> AskedScanner:
    """A scanner that was asked for. Raises NotFound."""
    rows = tables.AskedScanner.objects.filter(id=of)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="scanner")
    return _scanner(row)


def scanners(of: UUID) -> tuple[AskedScanner, ...]:
    """The scanners of a place, the newest first, without those taken away."""
    rows = tables.AskedScanner.objects.filter(venue_id=of, revoked=False).order_by("-asked_at", "-pk")[:SHOWN_MAX]
    return tuple(_scanner(row) for row in rows)


def scanners_untold(most: int) -> tuple[AskedScanner, ...]:
    """Scanners of which the visit party does not know yet, where it knows the place."""
    rows = tables.AskedScanner.objects.filter(told=False, venue__told=True).order_by("asked_at", "pk")[:most]
    return tuple(_scanner(row) for row in rows)


def code_of(scanner: UUID) -> str:
    """The code with which a scanner sets itself up: derived anew each time, stored nowhere."""
    raw = hmac.digest(keys.derived(CODES), scanner.bytes, "sha256")[:CODE_BYTES]
    return base64.b32encode(raw).decode()


def _venue(row: tables.AskedVenue) -> AskedVenue:
    return AskedVenue(VenueId(row.id), row.organisation, row.name, row.challenge, row.revoked, row.told, row.counts)


def _scanner(row: tables.AskedScanner) -> AskedScanner:
    return AskedScanner(ScannerId(row.id), VenueId(row.venue_id), row.asked_at, row.revoked, row.told)
