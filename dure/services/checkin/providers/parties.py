"""The authority's lines to the other two: an hour of the visit party, a share and a telling of the identity party.

Every answer that holds something is sealed to a key that was made for the question and is forgotten after it.
"""

import os
from typing import Final

import msgspec

from dure.base.refusals import BadValue
from dure.kit import peers, seals
from dure.services.checkin.rules.scopes import hour_label
from dure.services.checkin.types import Hour, Party
from dure.services.checkin.types.offices import Counted, KnownVenue, TooManyPlaces
from dure.services.checkin.types.query_messages import (
    ContactsTold,
    HourGiven,
    ListVenues,
    Released,
    ReleaseHour,
    ReleaseShare,
    ShownQuery,
    TellContacts,
    VenuesListed,
)

DOOR: Final = "/checkin/party/"
VENUES_MAX: Final = 20_000
KEY_BYTES: Final = 32


def letter_context(party: Party, hour: Hour) -> bytes:
    """To what an answer is sealed besides the key of its question."""
    return b"dure.checkin/1 released " + party.value.encode() + b" " + hour_label(hour)


def sealed(party: Party, hour: Hour, reply: bytes, plain: bytes) -> Released:
    """What a party gives, for whoever asked. Raises BadValue when the question brought no key."""
    try:
        return Released(seals.seal_to(reply, letter_context(party, hour), plain))
    except seals.SealBroken:
        raise BadValue(field="reply", reason="malformed") from None


def ask_hour(query: ShownQuery, hour: Hour) -> HourGiven:
    """What the visit party has of an hour of the query. Raises NoPeer, PeerSilent, PeerRefused."""
    private = os.urandom(KEY_BYTES)
    asked = ReleaseHour(query, hour.hour, seals.public_half(private))
    answer = peers.ask(Party.VISITS.value, f"{DOOR}release", asked, Released)
    return msgspec.msgpack.decode(_opened(Party.VISITS, hour, private, answer), type=HourGiven)


def ask_share(query: ShownQuery, hour: Hour, part: int, share: bytes) -> bytes:
    """The identity party's share of a part of an hour, unsealed. Raises NoPeer, PeerSilent, PeerRefused."""
    private = os.urandom(KEY_BYTES)
    asked = ReleaseShare(query, hour.hour, part, share, seals.public_half(private))
    answer = peers.ask(Party.IDENTITY.value, f"{DOOR}release", asked, Released)
    return _opened(Party.IDENTITY, hour, private, answer)


def ask_telling(said: TellContacts) -> Counted:
    """Have the people behind these handles told. Raises NoPeer, PeerSilent, PeerRefused."""
    answer = peers.ask(Party.IDENTITY.value, f"{DOOR}tell", said, ContactsTold)
    return Counted(answer.told, answer.unknown)


def venues() -> tuple[KnownVenue, ...]:
    """The whole public register, so that nobody learns for which place it is read.

    Raises NoPeer, PeerSilent, PeerRefused, TooManyPlaces.
    """
    found: list[KnownVenue] = []
    while len(found) < VENUES_MAX:
        after = found[-1].id if found else None
        more = peers.ask(Party.VISITS.value, f"{DOOR}venues", ListVenues(after), VenuesListed).venues
        if not more:
            return tuple(sorted(found, key=lambda one: (one.name, one.id)))
        found += [KnownVenue(one.id, one.name, one.organisation_name) for one in more]
    raise TooManyPlaces(limit=VENUES_MAX)


def _opened(party: Party, hour: Hour, private: bytes, answer: Released) -> bytes:
    try:
        return seals.unseal_from(private, letter_context(party, hour), answer.letter)
    except seals.SealBroken as error:
        raise peers.PeerSilent(party=party.value) from error
