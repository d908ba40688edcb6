"""Reading at the visit party: the register of places and scanners."""

from uuid import UUID

from django.db.models import Q, QuerySet

from dure.base.refusals import NotFound
from dure.services.checkin.models.visits import tables
from dure.services.checkin.types import ScannerId, VenueId, VenueState
from dure.services.checkin.types.register import ScannerEntry, VenueEntry

SHOWN_MAX = 500
VENUES_SHOWN_MAX = 100
WORDS_MAX = 8


def venue(of: UUID, *, lock: bool = False) -> VenueEntry:
    """A place of the register. Raises NotFound."""
    rows = tables.Venue.objects.filter(id=of)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="venue")
    return venue_of(row)


def scanner(of: UUID, *, lock: bool = False) -> ScannerEntry:
    """A scanner of the register. Raises NotFound."""
    rows = tables.Scanner.objects.filter(id=of)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="scanner")
    return scanner_of(row)


def venues(page: int = 1, asked: str = "") -> tuple[VenueEntry, ...]:
    """Places that may scan, by name, so many a page. `asked`: words of the name of the place or of its organisation."""
    first = (page - 1) * VENUES_SHOWN_MAX
    return tuple(venue_of(row) for row in _certified(asked).order_by("name", "id")[first : first + VENUES_SHOWN_MAX])


def venue_count(asked: str = "") -> int:
    """How many places may scan."""
    return _certified(asked).count()


def _certified(asked: str) -> QuerySet[tables.Venue]:
    rows = tables.Venue.objects.filter(state=VenueState.CERTIFIED.value)
    for word in asked.split()[:WORDS_MAX]:
        rows = rows.filter(Q(name__icontains=word) | Q(organisation_name__icontains=word))
    return rows


def venues_from(after: UUID | None, most: int) -> tuple[VenueEntry, ...]:
    """The next places of the register by id, those taken away too: hours of them can still be asked for."""
    rows = tables.Venue.objects.order_by("id")
    return tuple(venue_of(row) for row in (rows if after is None else rows.filter(id__gt=after))[:most])


def scanners(of: UUID) -> tuple[ScannerEntry, ...]:
    """The scanners of a place, the newest first."""
    rows = tables.Scanner.objects.filter(venue_id=of).order_by("-last", "id")[:SHOWN_MAX]
    return tuple(scanner_of(row) for row in rows)


def venue_of(row: tables.Venue) -> VenueEntry:
    """A row as a value."""
    return VenueEntry(
        id=VenueId(row.id),
        organisation=row.organisation,
        organisation_name=row.organisation_name,
        name=row.name,
        challenge=row.challenge,
        revoked=row.state != VenueState.CERTIFIED.value,
        counts=row.counts,
    )


def scanner_of(row: tables.Scanner) -> ScannerEntry:
    """A row as a value."""
    return ScannerEntry(
        id=ScannerId(row.id),
        venue=VenueId(row.venue_id),
        public=bytes(row.public),
        first=row.first,
        last=row.last,
        revoked=row.revoked_at is not None,
    )
