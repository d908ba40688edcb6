"""The visit party of a day that is attacked: its places and scanners, and its worker's minute."""

import hashlib
from uuid import UUID

from dure.base.actors import NOBODY, system
from dure.foundations.vault import queries as vault
from dure.services.checkin.actions import visits as register
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import days, rounds
from dure.services.checkin.tasks import visits as tasks
from dure.services.checkin.types import Epoch, Party, VenueId
from dure.services.checkin.types.register import VenueEntry

from .common import own_keys

IDENTITY = system("party.identity")


def open_places(places: list[dict[str, str]]) -> None:
    """Certify these places, each with its scanner, whose key it brings."""
    for place in places:
        venue, scanner = VenueId(UUID(place["id"])), UUID(place["scanner"])
        register.certify_venue(IDENTITY, VenueEntry(venue, UUID(int=9), place["organisation"], place["name"], False))
        code = place["code"]
        register.invite_scanner(IDENTITY, scanner, venue, hashlib.sha256(code.encode()).digest())
        register.enrol_scanner(NOBODY, code, bytes.fromhex(place["public"]))


def minute() -> None:
    """What the worker does each minute."""
    tasks.begin_days(0)
    tasks.visits_rounds.go_round(0)


def all_keys(epoch: int) -> dict[str, str]:
    """Its own keys of a day, and its copy of `passes`."""
    passes = queries.secret(Party.IDENTITY, days.PASSES, Epoch(epoch))
    return own_keys(epoch) | {days.PASSES: passes.hex()}


def journal_keys(epoch: int) -> list[int]:
    """The half hours of a day of which it has the journal's key."""
    halves = [rounds.half_hour_in(note.name) for note in vault.living(Party.VISITS.value, rounds.JOURNAL)]
    return [half.number for half in halves if half.epoch == epoch]


DEEDS = {
    "open_places": open_places,
    "minute": minute,
    "own_keys": all_keys,
    "journal_keys": journal_keys,
}
