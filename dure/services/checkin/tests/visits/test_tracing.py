"""The visit party's door for a query: one hour at one venue, for what stands in the authority's log, until day 28 and not after.

And what an audit finds in its database: a row that is too old, a copy that nobody took away.
"""

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings
from django.db import connection

from dure.base.actors import NOBODY, Actor, system
from dure.base.refusals import NotAllowed
from dure.foundations.vault import actions as keeping
from dure.foundations.vault import queries as vault
from dure.foundations.vault import rules as logs
from dure.foundations.vault.tests.test_told_keys import told_in
from dure.foundations.vault.types import KeyEnded, KeyLost, NotSigned, ToldProof, Trust
from dure.kit import seals, tx
from dure.kit.verify import silent
from dure.services.checkin.actions import visits_tracing as actions
from dure.services.checkin.commands import visits as commands
from dure.services.checkin.queries import visits_hours as queries
from dure.services.checkin.rules import buckets, calendar, days, issuing, scopes, seeds, statements
from dure.services.checkin.tests.making import BAKERY, CLINIC
from dure.services.checkin.types import (
    Bucket,
    DayClosed,
    Epoch,
    HalfHour,
    Hour,
    LegalBasis,
    NotInScope,
    NotLogged,
    OfficerId,
    Party,
    Query,
    QueryId,
    QueryState,
    Row,
    Scope,
    SealedSeed,
    Seed,
    Visit,
)
from dure.services.checkin.types.query_messages import HourGiven

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
DAY = Epoch(calendar.epoch_of(NOON) - 1)
AUTHORITY, MAKER, STEWARD = system("party.authority"), system("checkin.begin_days"), system("shell")
ORIGIN, LOG_KEY = "authority.example.org/log/authority", b"\x21" * 32
TRUST = Trust(logs.verifier_of(ORIGIN, LOG_KEY))
NINE, NEXT, ELSEWHERE = Hour(DAY, BAKERY, 9), Hour(DAY, BAKERY, 11), Hour(DAY, CLINIC, 9)
OTHERS = {party: bytes([0x40 + at]) * 32 for at, party in enumerate(Party)}  # private halves of the other two
SEALING = b"\x05" * 32
QUERY = Query(
    QueryId(UUID(int=5)),
    UUID(int=6),
    "2026-감염-0001",
    LegalBasis.INVESTIGATION,
    Scope(DAY, BAKERY, 9, 2),
    OfficerId(UUID(int=11)),
    NOON,
    b"\x0b" * 32,
    state=QueryState.LOGGED,
    decided_by=OfficerId(UUID(int=12)),
    log_entry=0,
)


def proof(query: Query = QUERY, key: bytes = LOG_KEY) -> ToldProof:
    return told_in(ORIGIN, key, statements.query_statement(query))[0]


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        with tx.durable():
            keeping.make_key(MAKER, days.key_name(Party.VISITS, days.SHARES, DAY), calendar.day_of(DAY) + timedelta(28))
        with connection.cursor() as cursor:
            cursor.execute("SELECT checkin_lay_day(%s)", [DAY])
    with time_machine.travel(NOON, tick=True):
        vault.forget_opened()
        yield


def seal(party: Party, context: bytes, share: bytes) -> bytes:
    if party is Party.VISITS:
        public = vault.public_half(days.key_name(Party.VISITS, days.SHARES, DAY))
    else:
        public = seals.public_half(OTHERS[party])
    return seals.seal_to(public, context, share)


def write(hour: Hour, guests: int, part: int = 0) -> list[bytes]:
    """Guests in a part of an hour, as they lie in the tables; their handles."""
    handles = [os.urandom(issuing.HANDLE_BYTES) for _ in range(guests)]
    public = seals.public_half(SEALING)
    sealed = [seals.seal_to(public, issuing.sealing_context(DAY), handle) for handle in handles]
    bucket = Bucket(DAY, hour.venue, 2 * hour.hour + part)
    seed = seeds.fresh(hour, part, os.urandom)
    visits = {os.urandom(16): Visit(bucket, each) for each in sealed}
    rows = buckets.written(visits, HalfHour(DAY, bucket.number), {hour: seed}, os.urandom(32))
    deal = vault.dealt(scopes.seed_context(hour, part), seed.secret)
    kept = seeds.kept(seed, deal, lambda party, context, share: seal(party, context, vault.written_share(share)))
    _insert(rows, kept)
    return handles


def _insert(rows: tuple[Row, ...], kept: SealedSeed) -> None:
    hour = kept.hour
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO checkin_visit (epoch, id, venue, number, part, body) VALUES (%s, %s, %s, %s, %s, %s)",
            [(row.epoch, UUID(bytes=row.id), row.venue, row.number, row.part, row.body) for row in rows],
        )
        cursor.execute(
            "INSERT INTO checkin_seed VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [hour.epoch, hour.venue, hour.hour, kept.part, *kept.shares, kept.commitments],
        )


def release(hour: Hour = NINE, query: Query = QUERY, told: ToldProof | None = None, by: Actor = AUTHORITY) -> HourGiven:
    return actions.release_hour(by, query, told or proof(), hour, TRUST)


def opened(given: HourGiven, hour: Hour, second: Party = Party.AUTHORITY) -> list[bytes]:
    """What the authority finds: our share, a second one, and its own key of the day."""
    found: list[bytes] = []
    for part in given.parts:
        sealed = {Party.AUTHORITY: part.authority, Party.IDENTITY: part.identity}[second]
        share = seals.unseal_from(OTHERS[second], scopes.share_context(hour, part.part, second), sealed)
        kept = SealedSeed(hour, part.part, (part.identity, b"", part.authority), part.commitments)
        both = (vault.read_share(part.share), vault.read_share(share))
        secret = vault.recombined(scopes.seed_context(hour, part.part), both, seeds.commitments_of(kept))
        rows = [Row(row.id, DAY, hour.venue, row.number, part.part, row.body) for row in part.rows]
        handles = buckets.read(Seed(hour, part.part, secret), rows)
        found += [seals.unseal_from(SEALING, issuing.sealing_context(DAY), each) for each in handles]
    return found


@pytest.mark.parametrize("second", [Party.AUTHORITY, Party.IDENTITY])
def test_an_hour_is_given_with_our_share_and_opens_with_a_second_one(second: Party) -> None:
    there = [*write(NINE, 3), *write(NINE, 6, part=1)]
    write(NEXT, 2)
    write(ELSEWHERE, 2)
    given = release()
    assert [len(part.rows) for part in given.parts] == [5, 10], "decoys are given too"
    assert sorted(opened(given, NINE, second)) == sorted(there)


def test_what_was_given_is_told_in_our_log_once() -> None:
    write(NINE, 1)
    release()
    release()
    said = [json.loads(entry.body) for entry in vault.entries("visits", 0, 50)]
    [answered] = [one for one in said if one["kind"] == "query.answered"]
    assert (answered["query"], answered["entry"], answered["party"]) == (str(QUERY.id), 0, "visits")
    assert str(BAKERY) not in json.dumps(answered)


def test_nobody_came_and_nothing_is_given() -> None:
    write(ELSEWHERE, 2)
    assert release().parts == ()


@pytest.mark.parametrize("by", [NOBODY, system("party.identity"), system("checkin.begin_days")])
def test_nobody_but_the_authority_asks(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        release(by=by)


def test_what_the_log_does_not_hold_word_for_word_gives_nothing() -> None:
    write(NINE, 2)
    wider = replace(QUERY, scope=replace(QUERY.scope, hours=3))
    with pytest.raises(NotLogged):
        release(query=wider)
    with pytest.raises(NotLogged):
        release(told=proof(wider))
    with pytest.raises(NotSigned):
        release(told=proof(key=b"\x22" * 32))
    for hour in (NEXT, ELSEWHERE, Hour(Epoch(DAY - 1), BAKERY, 9)):
        with pytest.raises(NotInScope):
            release(hour)
    assert not vault.entries("visits", 0, 50)[1:], "nothing but the key stands in the log"


def test_a_lost_key_gives_the_rows_and_no_share() -> None:
    write(NINE, 2)
    name = days.key_name(Party.VISITS, days.SHARES, DAY)
    vault.forget_opened()
    _take_away_the_key(name)
    with pytest.raises(KeyLost):
        vault.opened(name)
    [part] = release().parts
    assert (part.share, len(part.rows)) == (b"", 5)


def _take_away_the_key(name: Any) -> None:
    for file in settings.DURE.vault_keys.rglob(f"*{name}*"):
        file.unlink()


# The restore drill


def test_a_copy_of_40_days_ago_that_is_put_back_shows_nothing() -> None:
    write(NINE, 3)
    given = release()
    assert len(opened(given, NINE)) == 3
    backup = {table: _dumped(table) for table in ("checkin_visit", "checkin_seed")}
    with time_machine.travel(NOON + timedelta(days=39), tick=True):
        with tx.durable():
            keeping.trust_clock(STEWARD, calendar.day_of(Epoch(DAY + 40)))
            keeping.destroy_keys(MAKER)
        _drop()
        for table, rows in backup.items():
            _restored(table, rows)
        assert len(queries.rows_of(NINE)) == 5, "the rows are back"
        with pytest.raises(DayClosed):
            release()
        [seed] = queries.seeds_of(NINE)
        name, context = days.key_name(Party.VISITS, days.SHARES, DAY), scopes.share_context(NINE, 0, Party.VISITS)
        with pytest.raises(KeyEnded):
            vault.unseal_letter(name, context, queries.share_of(seed, Party.VISITS))
        found = [one.subject.split(".")[1].split(" ")[0] for one in _found()]
        assert found == [f"checkin_seed_{DAY}", f"checkin_visit_{DAY}"], "and the audit names what was put back"


def test_a_row_of_29_days_ago_and_a_copied_table_are_each_found() -> None:
    write(NINE, 1)
    assert _found() == []
    with time_machine.travel(NOON + timedelta(days=27), tick=True):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept_for_later AS SELECT epoch, id, body FROM checkin_visit")
        _drop()
        assert [one.subject for one in _found()] == [f"public.kept_for_later {calendar.day_of(DAY).isoformat()}"]
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE kept_for_later")
            cursor.execute(
                "INSERT INTO checkin_spent_new (epoch, mark_a, mark_b, envelope)"
                " VALUES (%s, gen_random_uuid(), gen_random_uuid(), gen_random_uuid())",
                [DAY],
            )
        [row] = _found()
        assert row.subject.startswith("public.checkin_spent_new")


def _found() -> list[Any]:
    [check] = [one for one in commands.verify_checks() if one.name == commands.GONE]
    return sorted(check.run(silent), key=lambda one: one.subject)


def _drop() -> None:
    """As the job does on day 28; that asks the database's own clock, which a test cannot set."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE checkin_visit, checkin_seed")


def _dumped(table: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return list(cursor.fetchall())


def _restored(table: str, rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
