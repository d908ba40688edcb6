"""Reading at the visit party: everything of one hour at one venue, for a query that the rules let through."""

from typing import Any
from uuid import UUID

from django.db import connection

from dure.kit import sqlfiles
from dure.services.checkin.types import Hour, Party, Row, SealedSeed
from dure.services.checkin.types.offices import KnownVenue
from dure.services.checkin.types.register import VenueEntry

from . import visits

HOUSE = "dure.services.checkin"
LISTED_AT_ONCE = 500


def rows_of(hour: Hour) -> tuple[Row, ...]:
    """The rows of an hour at a venue, visits and decoys, by id."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {
            "epoch": hour.epoch,
            "venue": hour.venue,
            "first": 2 * hour.hour,
            "second": 2 * hour.hour + 1,
        }
        cursor.execute(sqlfiles.load(HOUSE, "rows_of_hour").text, asked)
        return tuple(
            Row(id_.bytes, hour.epoch, hour.venue, number, part, bytes(body))
            for id_, number, part, body in cursor.fetchall()
        )


def seeds_of(hour: Hour) -> tuple[SealedSeed, ...]:
    """What stays of the seeds of an hour at a venue, by part."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"epoch": hour.epoch, "venue": hour.venue, "hour": hour.hour}
        cursor.execute(sqlfiles.load(HOUSE, "seeds_of_hour").text, asked)
        return tuple(
            SealedSeed(hour, part, (bytes(identity), bytes(own), bytes(authority)), bytes(commitments))
            for part, identity, own, authority, commitments in cursor.fetchall()
        )


def share_of(seed: SealedSeed, party: Party) -> bytes:
    """The share of one party, as it is sealed."""
    return seed.shares[(Party.IDENTITY, Party.VISITS, Party.AUTHORITY).index(party)]


def venues_after(after: UUID | None) -> tuple[KnownVenue, ...]:
    """The next places of the register by id; none: that was all."""
    return tuple(_known(one) for one in visits.venues_from(after, LISTED_AT_ONCE))


def _known(one: VenueEntry) -> KnownVenue:
    return KnownVenue(one.id, one.name, one.organisation_name)
