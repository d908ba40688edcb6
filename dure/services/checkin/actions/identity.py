"""Writing at the identity party: owners ask for places and scanners; the visit party is told afterwards, over a line."""

from uuid import UUID

from django.db import IntegrityError, transaction

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.foundations.people import actions as persons
from dure.foundations.people import queries as people
from dure.foundations.people.types import Origin
from dure.foundations.vault import queries as vault
from dure.kit import marks, peers, tx
from dure.services.checkin.models.identity import tables
from dure.services.checkin.providers import halves
from dure.services.checkin.providers import visits as line
from dure.services.checkin.queries import days as keys
from dure.services.checkin.queries import identity as queries
from dure.services.checkin.rules import batches, calendar, days, issuing, registry, spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.rules.marks import subject_of
from dure.services.checkin.types import (
    DayClosed,
    Epoch,
    IssuerKeys,
    KnownBy,
    NotAgreed,
    Party,
    ScannerId,
    Subject,
    VenueId,
)
from dure.services.checkin.types.batches import IssuedBatch
from dure.services.checkin.types.register import AskedScanner, AskedVenue, VenueEntry, VenueRevoked, VenueTaken

AT_ONCE_MAX = 50
KNOWN_BY = KnownBy.ACCOUNT  # one issuer; a federation settles on one of the others, for all people


def register_venue(
    by: Actor, organisation: UUID, name: str, *, challenge: bool, key: str, counts: bool = False
) -> AskedVenue:
    """Ask for a place of a verified organisation to be certified. Its owner may.

    Raises NotAllowed, NotVerified, BadValue, VenueTaken, TooManyVenues.
    """
    body = (organisation, name, challenge, *([counts] if counts else []))
    with tx.action(by, "checkin.register_venue", key, body, AskedVenue) as done:
        if done:
            return done.answer()
        card = people.organisation(organisation, lock=True)
        registry.may_lead(by, organisation, card.verified)
        venue = VenueEntry(VenueId(ids.new()), organisation, card.name, name.strip(), challenge, counts=counts)
        registry.check_venue(venue)
        registry.check_room(len(queries.venues(organisation)), registry.VENUES_MAX)
        try:
            with transaction.atomic():
                tables.AskedVenue.objects.create(
                    id=venue.id,
                    organisation=organisation,
                    name=venue.name,
                    challenge=challenge,
                    counts=counts,
                    asked_at=clock.now(),
                )
        except IntegrityError as taken:
            raise VenueTaken() from taken
        return done.keep(queries.venue(venue.id))


def revoke_venue(by: Actor, venue: UUID) -> None:
    """Take a place away, and its scanners with it. Its owner may, a steward, and what follows when an organisation is revoked.

    Raises NotAllowed, NotFound.
    """
    with tx.durable():
        known = queries.venue(venue, lock=True)
        registry.may_revoke(by, known.organisation)
        if not known.revoked:
            _revoke(venue)


def revoke_places(by: Actor, organisation: UUID) -> int:
    """Take away every place of an organisation that is not verified any more; how many. Again: nothing changes.

    What follows when an organisation is revoked; one that is verified again by then keeps its places. Raises NotAllowed.
    """
    registry.may_tell(by)
    with tx.durable():
        if people.organisation(organisation, lock=True).verified:
            return 0
        known = queries.venues(organisation)
        for venue in known:
            _revoke(venue.id)
        return len(known)


def add_scanner(by: Actor, venue: UUID, *, key: str) -> AskedScanner:
    """Let one more scanner into a place; its code is `queries.code_of`. Its owner may.

    Raises NotAllowed, NotVerified, NotFound, VenueRevoked, TooManyVenues.
    """
    with tx.action(by, "checkin.add_scanner", key, venue, AskedScanner) as done:
        if done:
            return done.answer()
        known = queries.venue(venue, lock=True)
        registry.may_lead(by, known.organisation, people.organisation(known.organisation).verified)
        if known.revoked:
            raise VenueRevoked()
        registry.check_room(len(queries.scanners(venue)), registry.SCANNERS_MAX)
        row = tables.AskedScanner.objects.create(id=ids.new(), venue_id=venue, asked_at=clock.now())
        return done.keep(queries.scanner(ScannerId(row.id)))


def revoke_scanner(by: Actor, scanner: UUID) -> None:
    """Take a scanner away. The owner of its place may, and a steward. Raises NotAllowed, NotFound."""
    with tx.durable():
        known = queries.scanner(scanner, lock=True)
        registry.may_revoke(by, queries.venue(known.venue).organisation)
        if not known.revoked:
            tables.AskedScanner.objects.filter(id=scanner).update(revoked=True, told=False)


def tell_register(by: Actor) -> int:
    """Tell the visit party what it does not know yet, places before their scanners; how much that was. Safe to repeat.

    Only a program of ours may. Holds no transaction while it waits. Raises NoPeer, PeerSilent; and PeerRefused when something was
    refused, after everything else was told: nobody's place waits for another one's.
    """
    registry.may_tell(by)
    told, refused = 0, list[peers.PeerRefused]()
    venues = queries.venues_untold(AT_ONCE_MAX)
    names = people.organisations({venue.organisation for venue in venues})
    for venue in venues:
        try:
            line.tell_venue(venue, names[OrganisationId(venue.organisation)].name)
        except peers.PeerRefused as no:
            refused.append(no)
            continue
        with tx.durable():
            tables.AskedVenue.objects.filter(id=venue.id, revoked=venue.revoked).update(told=True)
        told += 1
    for scanner in queries.scanners_untold(AT_ONCE_MAX):
        try:
            line.tell_scanner(scanner, registry.digest_of(queries.code_of(scanner.id)))
        except peers.PeerRefused as no:
            refused.append(no)
            continue
        with tx.durable():
            tables.AskedScanner.objects.filter(id=scanner.id, revoked=scanner.revoked).update(told=True)
        told += 1
    if refused:
        raise refused[0]
    return told


def hand_over(by: Actor) -> int:
    """Hand `passes` of today and tomorrow to the visit party; of how many days. What it has is not sent again, and could be.

    Only a program of ours may. Holds no transaction while it waits. Raises NotAllowed, HalfMissing, NoPeer, PeerSilent,
    PeerRefused, and what the vault refuses.
    """
    days.may_begin(by)
    handed = 0
    for epoch in days.days_to_begin(clock.now()):
        if epoch <= keys.handed():
            continue
        line.hand_passes(epoch)
        with tx.durable():
            marks.write(keys.HANDED, str(epoch))
        handed += 1
    return handed


def agree(by: Actor, version: int, origin: Origin) -> None:
    """Agree to check-in, in the words of this version; again: nothing changes. Raises NotAllowed, OtherText."""
    with tx.durable():
        persons.give_consent(by, CONSENT.purpose, version, origin)


def withdraw(by: Actor, origin: Origin) -> None:
    """Take it back: from now on no batch is made. Raises NotAllowed."""
    with tx.durable():
        persons.withdraw_consent(by, CONSENT.purpose, origin)


def _revoke(venue: UUID) -> None:
    tables.AskedVenue.objects.filter(id=venue).update(revoked=True, told=False)
    tables.AskedScanner.objects.filter(venue_id=venue).update(revoked=True, told=True)  # the place says it


def make_batch(by: Actor, epoch: Epoch) -> IssuedBatch:
    """A day's passes for a telephone of the person who asks and who agreed. Reads, and writes nothing anywhere: nobody can say
    afterwards who fetched, or when. Ask outside of a transaction.

    Raises NotAllowed, NotAgreed, DayClosed, HalfMissing (another party's key cannot be had), and what the vault refuses.
    """
    person, now = _agreed(by, epoch), clock.now()
    own = keys.issuer_keys(epoch)
    letters = halves.known_half(Party.VISITS, days.LETTERS, epoch)
    authority = halves.half(Party.AUTHORITY, days.AUTHORITY, epoch)
    handle = issuing.handle_of(own.handles, epoch, person.bytes)
    context = issuing.sealing_context(epoch)
    sealed = [vault.seal_letter(authority, context, handle) for _ in range(issuing.ENVELOPES)]
    subject = subject_of(own.rates, epoch, KNOWN_BY, person.bytes)
    made = issuing.batch(own, epoch, subject, sealed, letters.public, now)
    return IssuedBatch(made, letters.told, letters.log, _codes(own, epoch, subject))


def make_slip(by: Actor, epoch: Epoch) -> tuple[str, ...]:
    """The codes to read out of a day, to be printed: the same ones as on the telephone of the person who asks and who agreed.

    Reads, and writes nothing anywhere. Raises NotAllowed, NotAgreed, DayClosed, and what the vault refuses.
    """
    person = _agreed(by, epoch)
    own = keys.issuer_keys(epoch)
    return _codes(own, epoch, subject_of(own.rates, epoch, KNOWN_BY, person.bytes))


def _codes(own: IssuerKeys, epoch: Epoch, subject: Subject) -> tuple[str, ...]:
    return tuple(spoken.code_of(own.passes, epoch, subject, number) for number in range(spoken.CODES_A_DAY))


def _agreed(by: Actor, epoch: Epoch) -> PersonId:
    """Who asks for codes of a day, if they agreed and it is today or tomorrow. Raises NotAllowed, NotAgreed, DayClosed."""
    person = batches.may_fetch(by)
    if not people.has_consent(person, CONSENT.purpose):
        raise NotAgreed()
    if not calendar.is_issuable(epoch, clock.now()):
        raise DayClosed(epoch=epoch)
    return person
