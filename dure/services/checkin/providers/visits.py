"""The line to the visit party."""

from typing import Final

from dure.base.refusals import NotFound
from dure.foundations.vault import queries as vault
from dure.kit import peers
from dure.services.checkin.queries import days as queries
from dure.services.checkin.rules import days, lots, told
from dure.services.checkin.types import Epoch, Party
from dure.services.checkin.types.messages import (
    CertifyVenue,
    Done,
    InviteScanner,
    RevokeScanner,
    RevokeVenue,
    TakePasses,
    TakeSpoken,
    Told,
)
from dure.services.checkin.types.register import AskedScanner, AskedVenue

from . import halves

DOOR: Final = "/checkin/party/"
_VISITS: Final = Party.VISITS.value


def tell_venue(venue: AskedVenue, organisation: str) -> None:
    """That a place is certified, or is one no more. Raises NoPeer, PeerSilent, PeerRefused."""
    if venue.revoked:
        _unless_unknown("revoke-venue", RevokeVenue(venue.id), Told)
        return
    said = CertifyVenue(venue.id, venue.organisation, organisation, venue.name, venue.challenge, venue.counts)
    peers.ask(_VISITS, f"{DOOR}certify-venue", said, Told)


def tell_scanner(scanner: AskedScanner, digest: bytes) -> None:
    """That a scanner may set itself up, or is one no more. Raises NoPeer, PeerSilent, PeerRefused."""
    if scanner.revoked:
        _unless_unknown("revoke-scanner", RevokeScanner(scanner.id), Done)
        return
    peers.ask(_VISITS, f"{DOOR}invite-scanner", InviteScanner(scanner.id, scanner.venue, digest.hex()), Done)


def hand_passes(epoch: Epoch) -> None:
    """The key of a day with which passes are checked, sealed to the visit party's letter key of that day.

    Raises HalfMissing, NoPeer, PeerSilent, PeerRefused, and what the vault refuses of a key that is not there or is gone.
    """
    name = days.key_name(Party.IDENTITY, days.PASSES, epoch)
    letter = vault.key_letter(name, halves.half(Party.VISITS, days.LETTERS, epoch))
    line = queries.log_line(Party.IDENTITY)
    said = TakePasses(epoch, line, told.sent(vault.told_key(name)), letter.hex())
    peers.ask(_VISITS, f"{DOOR}take-passes", said, Done)


def hand_lot(epoch: Epoch, lot: bytes) -> None:
    """Codes to read out of a day, sealed to the visit party's letter key of that day. Raises HalfMissing, NoPeer, PeerSilent,
    PeerRefused.
    """
    letter = vault.seal_letter(halves.half(Party.VISITS, days.LETTERS, epoch), lots.context(epoch), lot)
    peers.ask(_VISITS, f"{DOOR}take-spoken", TakeSpoken(epoch, letter.hex()), Done)


def _unless_unknown(name: str, said: RevokeVenue | RevokeScanner, answers: type[Told] | type[Done]) -> None:
    """What was never certified need not be taken away."""
    try:
        peers.ask(_VISITS, f"{DOOR}{name}", said, answers)
    except peers.PeerRefused as no:
        if no.why != NotFound.code:
            raise
