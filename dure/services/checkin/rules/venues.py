"""Which scanner may scan for which venue today."""

from datetime import datetime

from dure.base.clock import local
from dure.services.checkin.types import Revoked, ScannerKey, Venue, VenueState


def check_scanner(venue: Venue, key: ScannerKey, at: datetime) -> None:
    """Raises Revoked: venue or key was taken away before `at`, the key is another venue's, or not of today."""
    gone = key.revoked_at is not None and key.revoked_at <= at
    if venue.state is not VenueState.CERTIFIED or key.venue != venue.id or gone:
        raise Revoked()
    if not key.first <= local(at).date() <= key.last:
        raise Revoked()
