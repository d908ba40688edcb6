"""Writing at the visit party: its register of places and scanners. What it says, the public log says in the same commit."""

from datetime import timedelta
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as known_keys
from dure.foundations.vault.types import Entry, KeyExchanged, ToldProof
from dure.kit import tx
from dure.services.checkin.models.visits import tables
from dure.services.checkin.providers import halves
from dure.services.checkin.queries import visits as queries
from dure.services.checkin.rules import days, registry
from dure.services.checkin.types import Epoch, Party, VenueState
from dure.services.checkin.types.register import (
    InviteSpent,
    NotAKey,
    ScannerEntry,
    VenueEntry,
    VenueOtherwise,
    VenueRevoked,
)

LOG = "visits"


def certify_venue(by: Actor, venue: VenueEntry) -> int:
    """Enter a place of a verified organisation; its place in the public log. The same again: the same place.

    Raises NotAllowed, BadValue, VenueOtherwise, VenueRevoked, and what the log refuses.
    """
    registry.may_register(by)
    registry.check_venue(venue)
    with tx.durable():
        _row, fresh = tables.Venue.objects.get_or_create(
            id=venue.id,
            defaults={
                "organisation": venue.organisation,
                "organisation_name": venue.organisation_name,
                "name": venue.name,
                "challenge": venue.challenge,
                "counts": venue.counts,
                "certified_on": clock.today(),
            },
        )
        known = queries.venue(venue.id, lock=True)
        if known.revoked:
            raise VenueRevoked()
        if not fresh and known != venue:
            raise VenueOtherwise()
        return _told(by, registry.venue_key(venue), registry.venue_statement(venue))


def revoke_venue(by: Actor, venue: UUID) -> int:
    """Let a place and all its scanners scan no more; its place in the public log. Raises NotAllowed, NotFound."""
    registry.may_register(by)
    with tx.durable():
        known = queries.venue(venue, lock=True)
        now, today = clock.now(), clock.today()
        tables.Venue.objects.filter(id=venue).update(state=VenueState.REVOKED.value)
        tables.Invite.objects.filter(venue_id=venue).delete()
        for scanner in queries.scanners(venue):
            if not scanner.revoked:
                tables.Scanner.objects.filter(id=scanner.id).update(revoked_at=now)
                _told(by, registry.scanner_gone_key(scanner), registry.scanner_gone_statement(scanner, today))
        if known.revoked:
            return _told_before(by, known)
        tables.Venue.objects.filter(id=venue).update(revoked_on=today)
        return _told(by, registry.venue_gone_key(known), registry.venue_gone_statement(known, today))


def invite_scanner(by: Actor, scanner: UUID, venue: UUID, digest: bytes) -> None:
    """Let whoever brings the code with this digest be that scanner of that place. The same again changes nothing.

    Raises NotAllowed, NotFound, VenueRevoked.
    """
    registry.may_register(by)
    with tx.durable():
        if queries.venue(venue, lock=True).revoked:
            raise VenueRevoked()
        if tables.Scanner.objects.filter(id=scanner).exists():
            return
        last = clock.today() + timedelta(days=registry.INVITE_DAYS - 1)
        tables.Invite.objects.get_or_create(id=scanner, defaults={"venue_id": venue, "digest": digest, "last": last})


def enrol_scanner(by: Actor, code: str, public: bytes) -> ScannerEntry:
    """Set up a scanner with the code of its invitation and a key that it made itself. The same again: the same scanner, so
    that a device whose answer was lost on the way asks again.

    Anybody may who has the code. Raises InviteSpent, VenueRevoked, NotAKey.
    """
    digest = registry.digest_of(code)
    registry.check_public(public)
    with tx.durable():
        invite = tables.Invite.objects.select_for_update().filter(digest=digest).first()
        if invite is None:
            raise InviteSpent()
        today = clock.today()
        registry.check_invite(invite.last, today, queries.venue(invite.venue_id, lock=True))
        before = tables.Scanner.objects.filter(id=invite.id).first()
        if before is not None:
            if bytes(before.public) != public:
                raise InviteSpent()
            return queries.scanner_of(before)
        if tables.Scanner.objects.filter(public=public).exists():
            raise NotAKey()
        row = tables.Scanner.objects.create(
            id=invite.id, venue_id=invite.venue_id, public=public, first=today, last=registry.last_day(today)
        )
        scanner = queries.scanner_of(row)
        _told(by, registry.scanner_key(scanner), registry.scanner_statement(scanner))
        return scanner


def revoke_scanner(by: Actor, scanner: UUID) -> None:
    """Let a scanner scan no more, also one that was only invited. Again: nothing changes. Raises NotAllowed, NotFound."""
    registry.may_register(by)
    with tx.durable():
        invited = tables.Invite.objects.filter(id=scanner).delete()[0]
        if invited and not tables.Scanner.objects.filter(id=scanner).exists():
            return
        known = queries.scanner(scanner, lock=True)
        if not known.revoked:
            tables.Scanner.objects.filter(id=scanner).update(revoked_at=clock.now())
            _told(by, registry.scanner_gone_key(known), registry.scanner_gone_statement(known, clock.today()))


def take_passes(by: Actor, epoch: Epoch, told: ToldProof, line: str, letter: bytes) -> None:
    """Keep a copy of the identity party's `passes` of a day until the end of the second day after it. Again: nothing changes.

    `line` is the key of its log. Raises NotAllowed, LogKeyChanged, KeyExchanged, and what the vault refuses.
    """
    registry.may_register(by)
    ours = days.key_name(Party.VISITS, days.LETTERS, epoch)
    with tx.durable():
        trust = halves.trust_in(Party.IDENTITY, line)
        name = known_keys.read_told(told, trust).name
        if name != days.key_name(Party.IDENTITY, days.PASSES, epoch):
            raise KeyExchanged(name=str(name))
        vault.take_key(by, told, trust, letter, ours, days.copy_ends_on(epoch))


def _told(by: Actor, key: str, body: bytes) -> int:
    [place] = vault.append(by, LOG, [Entry(key=key, body=body)])
    return place


def _told_before(by: Actor, venue: VenueEntry) -> int:
    """Where the log says that a venue was revoked: it was on another day, which the row remembers."""
    on = tables.Venue.objects.values_list("revoked_on", flat=True).get(id=venue.id)
    return _told(by, registry.venue_gone_key(venue), registry.venue_gone_statement(venue, on or clock.today()))
