"""Which scanner may scan for which venue."""

from dure.base.clock import local
from dure.services.checkin.types import Revoked, Scan, ScannerKey, Venue, VenueState


def check_scanner(venue: Venue, key: ScannerKey, scan: Scan) -> None:
    """The key has to be of this venue and of the day of the scan; and neither may have been taken away until now, whenever the
    scanner says that it scanned: a key that is gone brings nothing from before it went.

    Raises Revoked.
    """
    gone = key.revoked_at is not None and key.revoked_at <= max(scan.at, scan.scanned_at)
    if venue.state is not VenueState.CERTIFIED or key.venue != venue.id or gone:
        raise Revoked()
    if not key.first <= local(scan.scanned_at).date() <= key.last:
        raise Revoked()
