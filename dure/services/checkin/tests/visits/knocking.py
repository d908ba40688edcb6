"""A day at the visit party's door: keys, a place, a scanner with its token, and guests with their codes."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from dure.base import clock
from dure.base.actors import NOBODY, system
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as opening
from dure.foundations.vault.types import KeyName, KeyUse
from dure.kit import seals, tx
from dure.services.checkin.actions import visits as register
from dure.services.checkin.hot import door
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.rules import calendar, issuing, passes, showing, tokens
from dure.services.checkin.tests.making import AUTHORITY
from dure.services.checkin.types import Epoch, HalfHour, Party, Pass, VenueId
from dure.services.checkin.types.register import VenueEntry

BY, IDENTITY = system("checkin.rounds"), system("party.identity")
BAKERY = VenueEntry(VenueId(UUID(int=1)), UUID(int=9), "가람 예시 상인회", "가람 예시 빵집", challenge=False)
CLINIC = VenueEntry(VenueId(UUID(int=2)), UUID(int=9), "가람 예시 상인회", "가람 예시 의원", challenge=True)
SCANNER, OTHER = UUID(int=5), UUID(int=6)
SHARES = {party: bytes([number]) * 32 for number, party in enumerate(Party, start=1)}
SCAN_TABLES = (
    "checkin_spent",
    "checkin_spent_new",
    "checkin_journal",
    "checkin_visit",
    "checkin_seed",
    "checkin_spoken",
    "checkin_wrong",
)
USES = {"passes": KeyUse.OWN, "spent": KeyUse.OWN, "letters": KeyUse.LETTERS}


def key_of(scanner: UUID) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(scanner.bytes * 2)


def half(party: Party, purpose: str, epoch: Epoch) -> bytes:
    """The public half of a party's share key."""
    return seals.public_half(SHARES[party])


def name(purpose: str, epoch: Epoch) -> KeyName:
    of = Party.IDENTITY if purpose == "passes" else Party.VISITS
    return KeyName(of.value, purpose, calendar.day_of(epoch))


def noon() -> time_machine.travel:
    """Some minutes after noon of today in Seoul, and on from there: no midnight and no half hour turns within a test."""
    here = clock.local(clock.now()).replace(hour=12, minute=5, second=0, microsecond=0)
    return time_machine.travel(here, tick=True)


def begin_day() -> None:
    """Keys of today as the parties make them, tables, this half hour's and the next one's journal keys."""
    now = clock.now()
    today = calendar.epoch_of(now)
    for purpose, use in USES.items():
        with tx.durable():
            vault.make_key(BY, name(purpose, today), calendar.day_of(Epoch(today + 3)), use)
    actions.lay_days(BY)
    actions.make_journal_keys(BY, [calendar.half_hour_of(now), calendar.half_hour_of(now + timedelta(minutes=30))])


def empty() -> None:
    """Take away what guests left in the tables of scans, which are not Django's."""
    with connection.cursor() as cursor:
        for table in SCAN_TABLES:
            cursor.execute(f"DELETE FROM {table}")


def unlay() -> None:
    """Take all laid days away, so that they are laid anew: a half hour that was written does not come back otherwise."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " JOIN pg_class p ON p.oid = i.inhparent"
            " WHERE p.relname IN ('checkin_spent', 'checkin_journal', 'checkin_visit', 'checkin_seed')"
        )
        (parts,) = cursor.fetchone()
        if parts:
            cursor.execute(f"DROP TABLE {parts}")
        cursor.execute("DELETE FROM checkin_spent_new")


def open_place(venue: VenueEntry = BAKERY, scanner: UUID = SCANNER) -> None:
    """A place and its scanner, entered and set up as always."""
    code = f"sample-{scanner}"
    register.certify_venue(IDENTITY, venue)
    register.invite_scanner(IDENTITY, scanner, venue.id, hashlib.sha256(code.encode()).digest())
    register.enrol_scanner(NOBODY, code, key_of(scanner).public_key().public_bytes_raw())


def token(scanner: UUID = SCANNER, seconds: int = 600, key: Ed25519PrivateKey | None = None) -> str:
    until = int(clock.now().timestamp()) + seconds
    return tokens.signed(scanner, until, settings.DURE.origin, (key or key_of(scanner)).sign)


def shown(at: datetime | None = None, challenge: str = "", nonce: bytes = b"") -> Pass:
    """The pass on some guest's screen."""
    epoch, slot = calendar.slot_of(at or clock.now())
    secret = opening.opened(name("passes", epoch)).secret
    nonce, minute = nonce or os.urandom(16), calendar.minute_of_slot(slot)
    sealed = seals.seal_to(seals.public_half(AUTHORITY), issuing.sealing_context(epoch), os.urandom(16))
    keys = (issuing.envelope_key(secret, epoch, sealed), issuing.stamp_key(secret, epoch, minute, nonce))
    bare = Pass(epoch, slot, nonce, b"", sealed)
    return Pass(epoch, slot, nonce, showing.authenticator(*keys, bare, challenge), sealed)


def code(at: datetime | None = None, challenge: str = "", nonce: bytes = b"") -> str:
    """The text of some guest's code."""
    one = shown(at, challenge, nonce)
    public = opening.public_half(name("letters", one.epoch))
    return passes.encode(passes.sealed(one, lambda context, plain: opening.seal_letter(public, context, plain)))


def knock[T](*calls: Callable[[], Awaitable[T]]) -> list[T | BaseException]:
    """All at the same time, in an event loop of their own."""

    async def run() -> list[T | BaseException]:
        try:
            return await asyncio.gather(*(call() for call in calls), return_exceptions=True)
        finally:
            await door.close()  # or the test database could not be emptied

    return asyncio.run(run())


def this_half_hour() -> HalfHour:
    return calendar.half_hour_of(clock.now())
