"""The visit party's worker on the real database and a real folder of keys: half hours written once, keys gone, days ended."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from dure.base import clock
from dure.base.actors import NOBODY, Actor, PlatformRole
from dure.base.refusals import NotAllowed
from dure.foundations.vault import queries as vault
from dure.foundations.vault.types import KeyDestroyed
from dure.kit import inside, peers, seals, tx
from dure.kit.diagnosis import Level
from dure.services.checkin import hot
from dure.services.checkin.commands import visits as commands
from dure.services.checkin.hot import door
from dure.services.checkin.hot import rounds as actions
from dure.services.checkin.queries import visits_days as queries
from dure.services.checkin.rules import buckets, calendar, rounds, scopes, seeds, statements
from dure.services.checkin.tests.visits import knocking
from dure.services.checkin.tests.visits.knocking import BAKERY, BY, SHARES, knock, token
from dure.services.checkin.types import (
    Colour,
    Epoch,
    HalfHour,
    HalfHourWritten,
    Hour,
    Party,
    Row,
    SealedSeed,
    Seed,
    VenueId,
    Verdict,
)
from dure.services.checkin.types.doors import ScanAnswer, ScanAsked

pytestmark = pytest.mark.django_db(transaction=True)
GUESTS = 7


@pytest.fixture
def half(own_keys: Path) -> Iterator[HalfHour]:
    """The half hour in which seven guests came: some minutes after noon."""
    with knocking.noon():
        knocking.unlay()
        knocking.begin_day()
        knocking.open_place()
        now = clock.now()
        here = calendar.half_hour_of(now)
        by, codes = token(), [knocking.code(now) for _ in range(GUESTS)]
        answers = knock(*(lambda code=code: door.scan(by, ScanAsked(code)) for code in codes))
        assert answers == [ScanAnswer(Verdict.WELCOME, Colour.GREEN)] * GUESTS
        with tx.durable():
            assert len(inside.run(hot.read_journal(inside.ask, here))) == GUESTS
        yield here
        knocking.unlay()


def over(half: HalfHour) -> time_machine.travel:
    return time_machine.travel(buckets.ends_at(half) + timedelta(seconds=buckets.WRITTEN_SECONDS), tick=False)


def told(kind: str) -> list[dict[str, Any]]:
    return [said for entry in vault.entries("visits", 0, 400) if (said := json.loads(entry.body))["kind"] == kind]


def rows() -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, epoch, venue, number, part, body FROM checkin_visit ORDER BY ctid")
        return [
            Row(id_.bytes, epoch, VenueId(venue), number, part, bytes(body))
            for id_, epoch, venue, number, part, body in cursor.fetchall()
        ]


def shares_of() -> SealedSeed:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT epoch, venue, hour, part, share_identity, share_visits, share_authority, commitments FROM checkin_seed"
        )
        [(epoch, venue, hour, part, *kept)] = cursor.fetchall()
    one, two, three, commitments = map(bytes, kept)
    return SealedSeed(Hour(Epoch(epoch), VenueId(venue), hour), part, (one, two, three), commitments)


def recombined(sealed: SealedSeed, *parties: Party) -> Seed:
    """What those parties find together."""
    found = []
    for party in parties:
        letter = sealed.shares[list(Party).index(party)]
        context = scopes.share_context(sealed.hour, sealed.part, party)
        found.append(vault.read_share(seals.unseal_from(SHARES[party], context, letter)))
    context = scopes.seed_context(sealed.hour, sealed.part)
    return Seed(sealed.hour, sealed.part, vault.recombined(context, found, seeds.commitments_of(sealed)))


def test_a_half_hour_becomes_rows_that_two_parties_open_and_its_key_goes(half: HalfHour) -> None:
    with over(half):
        assert actions.write_half_hour(BY, half, knocking.half) == 10
        assert actions.end_journal_keys(BY) == 1
        written, sealed = rows(), shares_of()
        for pair in (
            (Party.IDENTITY, Party.AUTHORITY),
            (Party.VISITS, Party.AUTHORITY),
            (Party.IDENTITY, Party.VISITS),
        ):
            assert len(buckets.read(recombined(sealed, *pair), written)) == GUESTS
        assert {row.venue for row in written} == {BAKERY.id}
        with pytest.raises(KeyDestroyed):
            vault.opened(rounds.journal_name(half))
        with pytest.raises(HalfHourWritten):
            actions.write_half_hour(BY, half, knocking.half)
        assert [said["part"] for said in told("key.destroyed")] == [half.number]
        assert actions.end_journal_keys(BY) == 0


def test_what_keeps_a_half_hour_from_being_written_loses_nothing_and_the_next_round_writes_it(half: HalfHour) -> None:
    """The other parties do not answer: no share can be sealed to them. Nothing of the half hour is touched, nor is its key."""

    def silent(party: Party, purpose: str, epoch: Epoch) -> bytes:
        raise peers.PeerSilent(party=party.value)

    with over(half):
        actions.write_due(BY, silent)
        assert actions.end_journal_keys(BY) == 0
        assert rows() == []
        assert actions.write_due(BY, knocking.half) == 1  # all others of the day were empty, and are written
        assert len(rows()) == 10
        assert actions.write_due(BY, knocking.half) == 0


def test_a_crash_between_the_rows_and_the_end_of_their_key_is_made_up_for(half: HalfHour) -> None:
    with over(half):
        actions.write_half_hour(BY, half, knocking.half)
        assert vault.opened(rounds.journal_name(half))  # killed here
        assert actions.end_journal_keys(BY) == 1
        assert len(rows()) == 10


def test_a_key_whose_file_is_gone_and_that_was_not_told_yet_is_told(half: HalfHour, own_keys: Path) -> None:
    """Killed after the files were destroyed and before the commit."""
    with over(half):
        actions.write_half_hour(BY, half, knocking.half)
        folder = own_keys / str(rounds.journal_ends(half))
        for file in folder.iterdir():
            file.unlink()
        assert actions.end_journal_keys(BY) == 1
        assert [said["part"] for said in told("key.destroyed")] == [half.number]


def test_an_hour_that_is_not_over_is_not_written_and_keeps_its_key(half: HalfHour) -> None:
    with time_machine.travel(buckets.ends_at(half) + timedelta(seconds=buckets.WRITTEN_SECONDS - 1), tick=False):
        actions.write_due(BY, knocking.half)
        assert actions.end_journal_keys(BY) == 0
        assert rows() == []


def lay_spent(epoch: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE checkin_spent_{epoch} PARTITION OF checkin_spent FOR VALUES IN ({epoch})")


def test_days_are_forgotten_and_destroyed_by_their_age_and_the_log_says_so_once(own_keys: Path) -> None:
    today = calendar.epoch_of(clock.now())
    knocking.unlay()
    with tx.durable():
        inside.run(hot.lay(inside.ask, [today - 30, today - 5, today]))
    try:
        for gone in ((today - 30,), ()):
            assert actions.end_days(BY) == gone
            assert [said["day"] for said in told("day.forgotten")] == [
                calendar.day_of(Epoch(today - age)).isoformat() for age in (30, 5)
            ]
            assert len(told("day.destroyed")) == 1
        with tx.durable():
            assert inside.run(hot.laid(inside.ask)) == {today - 5, today}
            assert inside.run(hot.spent_days(inside.ask)) == {today}
            lay_spent(today - 5)  # it came back with an old copy of the database, and the log has told of it
        assert actions.end_days(BY) == ()
        with tx.durable():
            assert inside.run(hot.spent_days(inside.ask)) == {today}
        assert len(told("day.forgotten")) == 2
        page = Client(headers={"accept-language": "en"}).get("/log/visits/entries/").content.decode()
        assert "were destroyed on" in page
        assert "is forgotten since" in page
    finally:
        knocking.unlay()


def test_a_statement_of_a_day_says_the_day_and_when_and_nothing_else() -> None:
    on = calendar.day_of(Epoch(2_520))
    assert json.loads(statements.dropped_statement(Epoch(2_400), on)) == {
        "kind": "day.destroyed",
        "day": "2026-07-28",
        "on": "2026-11-25",
    }


@pytest.mark.parametrize("by", [NOBODY, Actor(None, roles=frozenset({PlatformRole.STEWARD}))])
def test_nobody_but_the_worker_writes_hours_and_ends_days(by: Actor) -> None:
    half = HalfHour(Epoch(2_400), 7)
    for refused in (
        lambda: actions.lay_days(by),
        lambda: actions.make_journal_keys(by, [half]),
        lambda: actions.write_half_hour(by, half, knocking.half),
        lambda: actions.write_due(by, knocking.half),
        lambda: actions.end_journal_keys(by),
        lambda: actions.end_days(by),
        lambda: actions.forget_beats(by),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_the_doctor_says_that_half_hours_wait_while_they_can_still_be_written(half: HalfHour) -> None:
    ends = buckets.ends_at(half)
    for later, level in ((0, Level.OK), (16, Level.WARNING), (24 * 60 - 15, Level.WRONG)):
        with time_machine.travel(ends + timedelta(minutes=later), tick=False):
            others = sorted(each for each in queries.unwritten() if each < half)
            inside_a_day = [actions.write_half_hour(BY, each, knocking.half) for each in others]
            assert not any(inside_a_day), "nobody came in those"
            [found] = commands.diagnoses()
            assert found.level is level
    with time_machine.travel(ends + timedelta(minutes=20), tick=False):
        assert actions.write_half_hour(BY, half, knocking.half) == 10
        assert [found.level for found in commands.diagnoses()] == [Level.OK]
