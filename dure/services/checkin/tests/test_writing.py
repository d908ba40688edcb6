"""From journal to rows: exactly once, over a kill -9 and beside people who come in; and what the disk says afterwards."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dure.kit import sqlfiles
from dure.services.checkin import hot
from dure.services.checkin.rules import buckets, journal, secrets
from dure.services.checkin.tests import visit_party
from dure.services.checkin.tests.visit_party import DAY, HALF, JOURNAL_KEY, accept, admitted, guest, write
from dure.services.checkin.types import Epoch, HalfHour, HalfHourWritten, JournalChanged, Row, VenueId

GUESTS = 23
ROUNDS = 30


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with visit_party.own_database("dure_writing") as url:
        yield url


@pytest.fixture
def url(database: str) -> str:
    """The visit party's tables, with nothing in them."""
    asyncio.run(visit_party.lay(database))
    return database


def asked(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


def came(url: str, count: int = GUESTS) -> list[hot.Admitted]:
    """So many guests, one after the other, each in a commit of its own."""
    guests = [guest(number) for number in range(count)]

    async def knock() -> None:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            for each in guests:
                assert await hot.accept(ask, [each]) == [True]

    asyncio.run(knock())
    return guests


def ids(url: str) -> list[bytes]:
    return [found.bytes for (found,) in asked(url, "SELECT id FROM checkin_visit ORDER BY ctid")]


def wanted(guests: list[hot.Admitted]) -> list[bytes]:
    """The ids of the rows that these guests become, decoys left out."""
    return [secrets.derived(JOURNAL_KEY, b"row", each.id)[:16] for each in guests]


def test_a_half_hour_is_written_once_with_its_shares_and_its_journal_goes(url: str) -> None:
    guests = came(url)
    assert asyncio.run(write(url)) == 30  # 12 at one venue, 11 at the other, each filled up
    assert set(wanted(guests)) < set(ids(url))
    assert asked(url, "SELECT count(*) FROM checkin_seed") == [(2,)]
    assert asked(url, "SELECT count(*) FROM checkin_journal") == [(0,)]
    assert asked(url, "SELECT to_regclass('checkin_journal_2312_24')") == [(None,)]
    before = ids(url)
    with pytest.raises(HalfHourWritten):
        asyncio.run(write(url))
    assert ids(url) == before


def test_a_half_hour_in_which_nobody_came_is_written_too(url: str) -> None:
    assert asyncio.run(write(url)) == 0
    with pytest.raises(HalfHourWritten):
        asyncio.run(write(url))


def test_who_comes_between_reading_and_writing_is_not_lost(url: str) -> None:
    guests = came(url, 3)

    async def slow() -> None:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            read = await visit_party.made(ask)
            guests.append(guest(99))
            assert await accept(url, guests[-1]) == [True]
            with pytest.raises(JournalChanged):
                await hot.write(ask, HALF, *read[:3])
            assert ids(url) == []

    asyncio.run(slow())
    asyncio.run(write(url))
    assert set(wanted(guests)) < set(ids(url))


def test_who_decided_too_late_for_a_half_hour_is_asked_again_and_strangers_are_let_in(url: str) -> None:
    asyncio.run(write(url))
    late, stranger = guest(1), guest(2, HalfHour(DAY, 25))
    unlaid = guest(3, HalfHour(Epoch(DAY + 9), 0))
    assert asyncio.run(accept(url, late, stranger, unlaid)) == [None, True, None]
    assert asked(url, "SELECT count(*) FROM checkin_spent_new") == [(1,)]
    again = hot.Admitted(late.epoch, late.marks, DAY, 25, late.id, late.entry)
    assert asyncio.run(accept(url, again)) == [True]


def test_a_day_that_was_laid_is_not_laid_again(url: str) -> None:
    """Else a half hour that was written would come back, and what is journalled in it would never be read."""

    async def lay() -> tuple[list[HalfHour], frozenset[Epoch]]:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            await hot.lay(ask, [DAY, DAY + 1])
            return await hot.waiting(ask), await hot.laid(ask)

    asyncio.run(write(url))
    waiting, laid = asyncio.run(lay())
    assert waiting == [HalfHour(DAY, number) for number in range(48) if number != 24] + [
        HalfHour(Epoch(DAY + 1), number) for number in range(48)
    ]
    assert laid == {DAY, DAY + 1}


@pytest.mark.crash
@pytest.mark.parametrize(("when", "left"), [("before", GUESTS), ("after", 0)])
def test_a_writer_killed_around_its_commit_writes_every_visit_once(url: str, when: str, left: int) -> None:
    guests = came(url)
    command = [sys.executable, "-m", "dure.services.checkin.tests.visit_party", url, "write", when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "30\n"
        writer.send_signal(signal.SIGKILL)
    assert asked(url, "SELECT count(*) FROM checkin_journal") == [(left,)]
    if when == "before":
        assert asyncio.run(write(url)) == 30
    else:
        with pytest.raises(HalfHourWritten):
            asyncio.run(write(url))
    written = Counter(ids(url))
    assert len(written) == 30
    assert all(written[row] == 1 for row in wanted(guests))
    assert asked(url, "SELECT count(*) FROM checkin_seed") == [(2,)]


def test_a_code_is_let_in_once_also_while_what_is_spent_is_moved(url: str) -> None:
    """Verifiers knock with the same codes while half hours are written: a mark is never between the two tables."""
    codes = [guest(number, HalfHour(DAY, 47)) for number in range(ROUNDS)]

    async def verify(let_in: list[int]) -> None:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            for number, code in enumerate(codes):
                let_in += [number] * (await hot.accept(ask, [code]) == [True])

    async def move() -> None:
        async with await visit_party.connect(url) as connection:
            for number in range(ROUNDS):
                await hot.write(visit_party.asking(connection), HalfHour(DAY, number), 0, (), ())

    async def together() -> list[int]:
        let_in: list[int] = []
        await asyncio.gather(verify(let_in), verify(let_in), verify(let_in), move())
        return let_in

    assert sorted(asyncio.run(together())) == list(range(ROUNDS))
    assert asked(url, "SELECT count(DISTINCT mark_a), count(*) FROM checkin_spent") == [(ROUNDS, ROUNDS)]


def test_people_are_let_in_while_rows_are_written_and_who_still_came_into_that_half_hour_stops_it(url: str) -> None:
    """The long part of writing keeps nobody waiting; what it was not made of is not taken away with its journal."""
    guests = came(url, 3)

    async def meanwhile() -> None:
        holding = await visit_party.connect(url, autocommit=False)
        await holding.execute(
            b"LOCK TABLE checkin_visit IN SHARE MODE"
        )  # rows wait here, as though there were millions
        writing = asyncio.create_task(write(url))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if asked(url, WAITING) != [(0,)]:
                break
        late = guest(51)
        assert await accept(url, guest(50, HalfHour(DAY, 25)), late) == [True, True]
        guests.append(late)
        await holding.rollback()
        await holding.close()
        with pytest.raises(psycopg.errors.SerializationFailure):
            await writing

    asyncio.run(meanwhile())
    assert ids(url) == []
    asyncio.run(write(url))
    assert set(wanted(guests)) < set(ids(url))


def test_a_day_is_forgotten_and_then_destroyed_and_what_comes_of_it_stops_no_half_hour(url: str) -> None:
    came(url, 3)
    asyncio.run(write(url))

    async def end() -> list[int]:
        left = []
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            for take in (hot.forget, hot.forget, hot.destroy, hot.destroy):
                await take(ask, DAY)
                left.append(len(await hot.laid(ask)))
                if take is hot.forget:  # somebody is let in at the very end of the last day on which that goes
                    await hot.accept(ask, [guest(len(left), HalfHour(DAY, 24 + len(left)))])
                    assert await write(url, HalfHour(DAY, 24 + len(left))) == 5
        return left

    assert asyncio.run(end()) == [1, 1, 0, 0]
    for table in ("checkin_spent", "checkin_visit", "checkin_seed"):
        assert asked(url, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_day_that_is_destroyed_takes_along_what_was_never_written(url: str) -> None:
    """Else its journals would lie there for ever, and what was spent in them would stop every half hour to come."""
    came(url, 3)

    async def end() -> tuple[list[HalfHour], int]:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            await hot.lay(ask, [DAY + 28])
            await hot.destroy(ask, DAY)
            return await hot.waiting(ask), await write(url, HalfHour(Epoch(DAY + 28), 0))

    assert asyncio.run(end()) == ([HalfHour(Epoch(DAY + 28), number) for number in range(48)], 0)
    assert asked(url, "SELECT count(*) FROM checkin_spent_new") == [(0,)]


UNLOCKED = (
    "INSERT INTO checkin_spent SELECT * FROM checkin_spent_new ORDER BY mark_a",
    "DELETE FROM checkin_spent_new",
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.mark.parametrize(("locked", "let_in_again"), [(True, False), (False, True)])
def test_who_waits_for_the_move_sees_all_of_it_and_without_the_lock_would_see_nothing(
    url: str, locked: bool, let_in_again: bool
) -> None:
    """A code comes again in the moment in which its marks are moved. The twin moves them without the lock."""
    [one] = came(url, 1)
    again = hot.Admitted(one.epoch, one.marks, DAY, 25, os.urandom(16), one.entry)

    async def both() -> list[bool | None]:
        mover = await visit_party.connect(url, autocommit=False)
        if locked:
            entries, rows, kept, _ = await visit_party.made(visit_party.asking(mover))
            await hot.write(visit_party.asking(mover), HALF, entries, rows, kept)
        else:
            for statement in UNLOCKED:
                await mover.execute(statement.encode())
        knocking = asyncio.create_task(accept(url, again))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if asked(url, WAITING) != [(0,)]:
                break
        await mover.commit()
        await mover.close()
        return await knocking

    assert asyncio.run(both()) == [let_in_again]


def test_a_pass_is_looked_up_by_index_however_the_planner_thinks_of_the_tables(url: str) -> None:
    """Each of its marks among what was spent before, in one day's table only: as fast at night as in the morning."""
    uuid = f"'{{{UUID(int=1)}}}'"
    with psycopg.connect(url) as connection:
        connection.execute("SET plan_cache_mode = force_generic_plan")
        statement = sqlfiles.load("dure.services.checkin", "accept").text
        connection.execute(f"PREPARE accept AS {statement}".encode())
        asked = (
            f"EXPLAIN (COSTS OFF) EXECUTE accept('{{1}}', {uuid}, {uuid}, {uuid}, '{{1}}', '{{1}}', {uuid}, '{{x}}')"
        )
        plan = "\n".join(line for (line,) in connection.execute(asked.encode()))
    assert "Seq Scan" not in plan
    for index in ("pkey", "epoch_mark_b_key", "epoch_envelope_key"):
        assert f"using checkin_spent_{DAY}_{index}" in plan


# What the disk says


def test_what_is_spent_does_not_lie_in_the_order_of_scans(url: str) -> None:
    """Neither by page nor by transaction, once its half hour is written; until then it does, which is said to remain."""
    marks = [each.marks[0] for each in came(url, 60)]
    lying = "SELECT mark_a FROM {} ORDER BY ctid"
    fresh = [found.bytes for (found,) in asked(url, lying.format("checkin_spent_new"))]
    assert fresh == marks  # the twin: this is what there would be for three days
    asyncio.run(write(url))
    settled = [found.bytes for (found,) in asked(url, lying.format("checkin_spent"))]
    assert settled == sorted(marks) != marks
    for table in ("checkin_spent", "checkin_visit", "checkin_seed"):
        assert asked(url, f"SELECT count(DISTINCT xmin::text) FROM {table}") == [(1,)]
    assert asked(url, "SELECT count(*) FROM checkin_spent_new") == [(0,)]
    assert asked(url, "SELECT pg_relation_size('checkin_spent_new')") == [(0,)]
    assert asked(url, "SHOW track_commit_timestamp") == [("off",)]
    assert asyncio.run(accept(url, admitted(int.from_bytes(marks[0])))) == [False]


def test_what_is_spent_was_spent_whichever_of_its_marks_comes_again(url: str) -> None:
    one = came(url, 1)[0]
    asyncio.run(write(url))
    for place in range(3):
        marks = [os.urandom(16), os.urandom(16), os.urandom(16)]
        marks[place] = one.marks[place]
        other = hot.Admitted(DAY, (marks[0], marks[1], marks[2]), DAY, 25, os.urandom(16), one.entry)
        assert asyncio.run(accept(url, other)) == [False]


def test_rows_lie_on_their_pages_in_the_order_of_random_ids(url: str) -> None:
    came(url, 203)

    async def write_shuffled() -> list[Any]:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            entries, rows, kept, seeds = await visit_party.made(ask)
            assert await hot.write(ask, HALF, entries, sorted(rows, key=lambda row: row.body), kept) == 210
            return seeds

    seeds = asyncio.run(write_shuffled())
    lying = asked(url, "SELECT id, epoch, venue, number, part, body FROM checkin_visit ORDER BY ctid")
    rows = [Row(found.bytes, epoch, VenueId(venue), *rest) for found, epoch, venue, *rest in lying]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    for seed in seeds:
        order = [
            int.from_bytes(each) for each in buckets.read(seed, [row for row in rows if row.venue == seed.hour.venue])
        ]
        assert len(order) in (101, 102)
        ascending = sum(one < other for one, other in itertools.pairwise(order))
        assert 25 < ascending < 76  # half of them, give or take more than six standard deviations


def test_an_entry_that_came_late_looks_like_any_other_and_becomes_a_row_of_its_own_day(url: str) -> None:
    today = HalfHour(Epoch(DAY + 1), 0)

    async def settle() -> list[tuple[bytes, bytes]]:
        async with await visit_party.connect(url) as connection:
            ask = visit_party.asking(connection)
            await hot.lay(ask, [DAY + 1])
            assert await hot.accept(ask, [guest(0, today), guest(1, today, Epoch(DAY + 1))]) == [True, True]
            return await hot.read_journal(ask, today)

    entries = asyncio.run(settle())
    assert {len(entry) for _, entry in entries} == {journal.ENTRY_BYTES}
    assert asyncio.run(write(url, today)) == 10
    found = asked(url, "SELECT epoch, part, count(*) FROM checkin_visit GROUP BY epoch, part ORDER BY epoch")
    assert found == [(DAY, 24, 5), (DAY + 1, 0, 5)]
