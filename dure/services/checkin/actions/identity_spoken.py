"""Codes to read out at the identity party: handed to the visit party ahead of time, so that nobody is told when one is used."""

import os
from collections.abc import Iterator

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.people import queries as people
from dure.foundations.vault import queries as vault
from dure.kit import tx
from dure.services.checkin.models.identity import tables
from dure.services.checkin.providers import halves
from dure.services.checkin.providers import visits as line
from dure.services.checkin.queries import days as keys
from dure.services.checkin.queries import identity_spoken as queries
from dure.services.checkin.rules import days, issuing, lots, marks, spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.types import Epoch, IssuerKeys, Party
from dure.services.checkin.types.lots import SpokenEntry, Way

from .identity import KNOWN_BY

LOTS_AT_ONCE = 20
MADE = {
    Way.LETTERS: (spoken.code_of, spoken.CODES_A_DAY),
    Way.CALL: (spoken.called_code_of, spoken.CALLS_A_DAY),
}


def hand_spoken(by: Actor) -> int:
    """Hand over the codes of today, and in the evening of tomorrow, of everybody who agreed and whose are not handed yet; how
    many sets of codes that was. What was handed and not noted (a crash) is handed again, which changes nothing at the other end.
    Forgets what was of days before, and who asked to call and takes no part any more.

    Only a program of ours may. Holds no transaction while it waits. Raises NotAllowed, HalfMissing, NoPeer, PeerSilent,
    PeerRefused, and what the vault refuses.
    """
    days.may_begin(by)
    now = clock.now()
    _forget(lots.days_to_hand(now)[0])  # also while the visit party does not answer
    handed = 0
    for epoch in lots.days_to_hand(now):
        if epoch > keys.handed():
            continue  # the visit party could not read them yet
        missing = sorted(_wanted() - queries.handed(epoch))
        for at in range(0, len(missing), lots.SETS)[:LOTS_AT_ONCE]:
            sets = missing[at : at + lots.SETS]
            _hand(epoch, sets)
            handed += len(sets)
    return handed


def _forget(today: Epoch) -> None:
    gone = queries.callers() - people.persons_consenting(CONSENT.purpose)
    with tx.durable():
        tables.SpokenHanded.objects.filter(epoch__lt=today).delete()
        tables.Call.objects.filter(epoch__lt=today).delete()
        tables.Caller.objects.filter(person__in=gone).delete()


def _wanted() -> frozenset[tuple[PersonId, Way]]:
    """Who has which codes: letters everybody who agreed, digits those of them who asked to be told by telephone."""
    agreed = people.persons_consenting(CONSENT.purpose)
    return frozenset(
        {(person, Way.LETTERS) for person in agreed} | {(person, Way.CALL) for person in agreed & queries.callers()}
    )


def _hand(epoch: Epoch, sets: list[tuple[PersonId, Way]]) -> None:
    own = keys.issuer_keys(epoch)
    authority = halves.half(Party.AUTHORITY, days.AUTHORITY, epoch)
    context = issuing.sealing_context(epoch)

    def sealed(handle: bytes) -> bytes:
        return vault.seal_letter(authority, context, handle)

    def decoy() -> SpokenEntry:
        tag, owner = os.urandom(spoken.TAG_BYTES), os.urandom(spoken.TAG_BYTES)
        return SpokenEntry(tag, owner, sealed(os.urandom(issuing.HANDLE_BYTES)))

    entries = [
        SpokenEntry(tag, owner, sealed(issuing.handle_of(own.handles, epoch, person.bytes)))
        for person, way in sets
        for tag, owner in _codes(own, epoch, person, way)
    ]
    line.hand_lot(epoch, lots.filled(entries, decoy))
    with tx.durable():
        rows = [tables.SpokenHanded(epoch=epoch, person=person, way=way) for person, way in sets]
        tables.SpokenHanded.objects.bulk_create(rows, ignore_conflicts=True)


def _codes(own: IssuerKeys, epoch: Epoch, person: PersonId, way: Way) -> Iterator[tuple[bytes, bytes]]:
    """Tag and owner of each code of a person."""
    subject = marks.subject_of(own.rates, epoch, KNOWN_BY, person.bytes)
    made, most = MADE[way]
    for number in range(most):
        code = made(own.passes, epoch, subject, number)
        yield spoken.tag_of(own.passes, epoch, code), spoken.owner_of(subject, code)
