"""The visit party's door under load: its keys and scanners, and what stands in its tables when the half hours were written.

Identity and authority are played by keys of this trial: a scanner's or a guest's side of the door is the real one.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from dure.base import clock, ids
from dure.base.actors import NOBODY, system
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as opening
from dure.foundations.vault.types import KeyUse
from dure.kit import keys as secrets
from dure.kit import seals, tx
from dure.kit.importing import Progress
from dure.services.checkin.actions import days as begin
from dure.services.checkin.actions import visits as register
from dure.services.checkin.hot import rounds as rounds_of
from dure.services.checkin.queries import days as known
from dure.services.checkin.rules import buckets, calendar, days, rounds, scopes, seeds, tokens
from dure.services.checkin.types import Epoch, Hour, Party, Row, SealedSeed, Seed, VenueId
from dure.services.checkin.types.register import VenueEntry
from dure.site.trials.guests import DayKeys

BY, IDENTITY = system("trial.rounds"), system("party.identity")
SCANNERS_A_PLACE: Final = 5
OVER: Final = timedelta(minutes=33)  # whatever half hour it is, it is over and may be written
_PRIVATE: Final = {party: secrets.fresh() for party in Party}  # of this trial's share keys
_AUTHORITY: Final = secrets.fresh()


@dataclass(frozen=True, slots=True)
class Scanner:
    """A certified scanner of a place."""

    id: UUID
    venue: UUID
    key: Ed25519PrivateKey

    def token(self) -> str:
        """A token for the next quarter of an hour."""
        until = int(clock.now().timestamp()) + tokens.LIFETIME_SECONDS_MAX
        return tokens.signed(self.id, until, settings.DURE.origin, self.key.sign)


@dataclass(frozen=True, slots=True)
class Door:
    """Keys of the day, and who scans."""

    keys: DayKeys
    scanners: tuple[Scanner, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What stands in the tables. `visits`: how often each sealed handle does, as two parties' shares open it."""

    rows: int
    decoys: int
    visits: Counter[bytes]
    odd_groups: int  # of a place's half hour that are no multiple of five
    left: dict[str, int]  # rows where none should be any more


def open_door(scanners: int, progress: Progress) -> Door:
    """Make what there is at the visit party before its first guest comes."""
    epoch = calendar.epoch_of(clock.now())
    begin.begin_days(BY, Party.VISITS)
    with tx.durable():
        vault.make_key(BY, days.key_name(Party.IDENTITY, days.PASSES, epoch), days.copy_ends_on(epoch), KeyUse.OWN)
    rounds_of.lay_days(BY)
    rounds_of.make_journal_keys(BY, rounds.half_hours_ahead(clock.now())[:4])
    progress.begin("scanners set up", scanners)
    letters = opening.public_half(days.key_name(Party.VISITS, days.LETTERS, epoch))
    keys = DayKeys(epoch, known.secret(Party.IDENTITY, days.PASSES, epoch), letters, seals.public_half(_AUTHORITY))
    return Door(keys, tuple(_scanner(number, progress) for number in range(scanners)))


def close_half_hours() -> int:
    """Write everything as though its half hour were over, and destroy the keys of the journals; how many were written."""
    with clock.read_from(clock.ahead(OVER)):
        written = rounds_of.write_due(BY, _half)
        rounds_of.end_journal_keys(BY)
    return written


def look() -> Found:
    """Open every row with the shares of identity and authority."""
    asked = (
        "SELECT epoch, venue, hour, part, share_identity, share_visits, share_authority, commitments FROM checkin_seed"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        kept = [_sealed(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT id, epoch, venue, number, part, body FROM checkin_visit")
        rows = [
            Row(id_.bytes, Epoch(day), VenueId(venue), number, part, bytes(body))
            for id_, day, venue, number, part, body in cursor
        ]
        cursor.execute(
            "SELECT (SELECT count(*) FROM checkin_journal), (SELECT count(*) FROM checkin_spent_new),"
            " (SELECT count(*) FROM checkin_spent)"
        )
        journal, fresh, spent = cursor.fetchone()
    groups = Counter((row.venue, row.number, row.part) for row in rows)
    by_part: dict[tuple[Hour, int], list[Row]] = {}
    for row in rows:
        by_part.setdefault((scopes.hour_of(row), row.part), []).append(row)
    visits = Counter(
        handle for sealed in kept for handle in buckets.read(_seed(sealed), by_part[sealed.hour, sealed.part])
    )
    return Found(
        rows=len(rows),
        decoys=len(rows) - visits.total(),
        visits=visits,
        odd_groups=sum(count % buckets.GROUP_MIN > 0 for count in groups.values()),
        left={"journal": journal, "spent and not laid down": fresh, "spent for nobody": spent - visits.total()},
    )


def keys_left() -> int:
    """Keys of journals that are over and were not destroyed."""
    with clock.read_from(clock.ahead(OVER)):
        living = [rounds.half_hour_in(note.name) for note in opening.living(Party.VISITS.value, rounds.JOURNAL)]
        return sum(buckets.is_due(half, clock.now()) for half in living)


def _scanner(number: int, progress: Progress) -> Scanner:
    place = UUID(int=number // SCANNERS_A_PLACE + 1)
    if number % SCANNERS_A_PLACE == 0:
        name = f"가람 예시 가게 {number // SCANNERS_A_PLACE + 1}"
        register.certify_venue(IDENTITY, VenueEntry(VenueId(place), UUID(int=9), "가람 예시 상인회", name, False))
    made, code = Scanner(ids.new(), place, Ed25519PrivateKey.generate()), f"trial-{number}"
    register.invite_scanner(IDENTITY, made.id, place, hashlib.sha256(code.encode()).digest())
    register.enrol_scanner(NOBODY, code, made.key.public_key().public_bytes_raw())
    progress.advance()
    return made


def _half(party: Party, purpose: str, epoch: Epoch) -> bytes:
    return seals.public_half(_PRIVATE[party])


def _sealed(epoch: int, venue: UUID, hour: int, part: int, *kept: bytes) -> SealedSeed:
    one, two, three, commitments = map(bytes, kept)
    return SealedSeed(Hour(Epoch(epoch), VenueId(venue), hour), part, (one, two, three), commitments)


def _seed(sealed: SealedSeed) -> Seed:
    shares = []
    for party, letter in ((Party.IDENTITY, sealed.shares[0]), (Party.AUTHORITY, sealed.shares[2])):
        context = scopes.share_context(sealed.hour, sealed.part, party)
        shares.append(opening.read_share(seals.unseal_from(_PRIVATE[party], context, letter)))
    context = scopes.seed_context(sealed.hour, sealed.part)
    return Seed(sealed.hour, sealed.part, opening.recombined(context, shares, seeds.commitments_of(sealed)))
