"""What the other parties may ask of the visit party."""

from collections.abc import Mapping
from typing import Any, Final

from dure.base.actors import Actor, system
from dure.kit.peers import Message
from dure.services.checkin.actions import visits as actions
from dure.services.checkin.actions import visits_spoken as spoken
from dure.services.checkin.pages import keys
from dure.services.checkin.rules import registry, told
from dure.services.checkin.types import Epoch, Party, VenueId
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
from dure.services.checkin.types.register import VenueEntry


def _by(sender: str) -> Actor:
    return system(registry.party(sender))


def _certify(sender: str, said: CertifyVenue) -> Told:
    venue = VenueEntry(
        VenueId(said.venue), said.organisation, said.organisation_name, said.name, said.challenge, counts=said.counts
    )
    return Told(entry=actions.certify_venue(_by(sender), venue))


def _revoke(sender: str, said: RevokeVenue) -> Told:
    return Told(entry=actions.revoke_venue(_by(sender), said.venue))


def _invite(sender: str, said: InviteScanner) -> Done:
    actions.invite_scanner(_by(sender), said.scanner, said.venue, bytes.fromhex(said.digest))
    return Done()


def _revoke_scanner(sender: str, said: RevokeScanner) -> Done:
    actions.revoke_scanner(_by(sender), said.scanner)
    return Done()


def _take_passes(sender: str, said: TakePasses) -> Done:
    proof, letter = told.came(said.told), bytes.fromhex(said.letter)
    actions.take_passes(_by(sender), Epoch(said.epoch), proof, said.log, letter)
    return Done()


def _take_spoken(sender: str, said: TakeSpoken) -> Done:
    spoken.take_spoken(_by(sender), Epoch(said.epoch), bytes.fromhex(said.letter))
    return Done()


_IDENTITY: Final = (Party.IDENTITY.value,)
TAKEN: Final[Mapping[str, Message[Any]]] = {
    "certify-venue": Message(CertifyVenue, _certify, _IDENTITY),
    "revoke-venue": Message(RevokeVenue, _revoke, _IDENTITY),
    "invite-scanner": Message(InviteScanner, _invite, _IDENTITY),
    "revoke-scanner": Message(RevokeScanner, _revoke_scanner, _IDENTITY),
    "take-passes": Message(TakePasses, _take_passes, _IDENTITY),
    "take-spoken": Message(TakeSpoken, _take_spoken, _IDENTITY),
    "halves": keys.asked_by(Party.IDENTITY, Party.AUTHORITY),
}
