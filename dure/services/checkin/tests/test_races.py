"""One code, many verifiers, one acceptance: at once, in groups, over a kill -9 of a verifier and of the database."""

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from dure.kit import database
from dure.services.checkin import hot
from dure.services.checkin.tests import visit_party
from dure.services.checkin.tests.visit_party import accept, admitted

pytestmark = pytest.mark.crash
VERIFIERS = 8
ROUNDS = 10
KNOCKS_MAX = 400
NAIVE = """
INSERT INTO naive_spent SELECT $1::uuid WHERE NOT EXISTS (SELECT FROM naive_spent WHERE mark = $1) RETURNING 1
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("visits") / "pg"
    database.start(directory)
    yield directory
    database.stop(directory)


@pytest.fixture
def url(server: Path) -> str:
    """The visit party's own database, with nothing spent."""
    own = database.ensure_database(database.start(server), "dure_visits")
    asyncio.run(visit_party.lay(own))
    return own


def counted(url: str) -> tuple[int, int]:
    """(passes spent, entries journalled)"""
    with psycopg.connect(url) as connection:
        (spent,) = connection.execute("SELECT count(*) FROM checkin_spent_new").fetchone() or (0,)
        (journalled,) = connection.execute("SELECT count(*) FROM checkin_journal").fetchone() or (0,)
    return spent, journalled


async def together(url: str, group: list[hot.Admitted]) -> list[bool | None]:
    """Each pass by a verifier of its own, all at the same time."""
    open_lines = [await visit_party.connect(url) for _ in group]
    asked = [hot.accept(visit_party.asking(line), [each]) for line, each in zip(open_lines, group, strict=True)]
    answers = await asyncio.gather(*asked)
    for line in open_lines:
        await line.close()
    return [answer for [answer] in answers]


def test_one_code_at_many_verifiers_is_let_in_once(url: str) -> None:
    for number in range(ROUNDS):
        a, b, envelope = number * 10 + 1, number * 10 + 2, number * 10 + 3
        code = [admitted(a, b, envelope, row=1000 * number + at) for at in range(VERIFIERS)]
        assert asyncio.run(together(url, code)).count(True) == 1
    assert counted(url) == (ROUNDS, ROUNDS)


def test_a_second_telephone_at_another_venue_at_the_same_moment_is_refused(url: str) -> None:
    """They share one of the person's two marks, and not the envelope."""
    for number in range(ROUNDS):
        base = 100 * number
        pair = [
            admitted(base + 1, base + 2, base + 3, row=base + 4),
            admitted(base + 5, base + 2, base + 6, row=base + 7),
        ]
        assert asyncio.run(together(url, pair)).count(True) == 1


def test_the_race_is_real_without_the_lock_of_the_index(url: str) -> None:
    """The twin: looked up first, then written, as one would without a unique index."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS naive_spent")
        connection.execute("CREATE TABLE naive_spent (mark uuid)")

    async def naive() -> int:
        open_lines = [await visit_party.connect(url, autocommit=False) for _ in range(VERIFIERS)]
        let_in = 0
        for line in open_lines:
            cursor = await line.execute(NAIVE.encode(), ("00000000-0000-0000-0000-000000000001",))
            let_in += len(await cursor.fetchall())
        for line in open_lines:  # commit together, so that each ran while the others were not yet visible
            await line.commit()
            await line.close()
        return let_in

    assert asyncio.run(naive()) == VERIFIERS


def test_in_one_group_the_same_code_is_let_in_once_and_strangers_all(url: str) -> None:
    group = [
        admitted(),
        admitted(row=5),
        admitted(11, 12, 13, row=6),
        admitted(21, 22, 13, row=7),
        admitted(31, 32, 33, row=8),
    ]
    assert asyncio.run(accept(url, *group)) == [True, False, True, False, True]
    assert asyncio.run(accept(url, *group)) == [False] * 5
    assert counted(url) == (3, 3)


def test_a_group_is_one_statement_however_large(url: str) -> None:
    async def asked() -> tuple[int, int]:
        async with await visit_party.connect(url) as connection:
            ask, count = visit_party.asking(connection), 0

            async def counting(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
                nonlocal count
                count += 1
                return await ask(statement, values)

            group = [admitted(at, at + 1_000, at + 2_000, row=at) for at in range(1, 513)]
            return (await hot.accept(counting, group)).count(True), count

    assert asyncio.run(asked()) == (512, 1)


def test_a_refused_pass_spends_nothing(url: str) -> None:
    """Else whoever tries again and again would be refused for ever."""
    assert asyncio.run(accept(url, admitted(1, 2, 3, row=4))) == [True]
    assert asyncio.run(accept(url, admitted(1, 5, 6, row=7))) == [False]
    assert asyncio.run(accept(url, admitted(8, 5, 6, row=9))) == [True]


@pytest.mark.parametrize(("when", "still_free"), [("before", True), ("after", False)])
def test_a_verifier_killed_around_its_commit_leaves_one_acceptance(url: str, when: str, still_free: bool) -> None:
    command = [sys.executable, "-m", "dure.services.checkin.tests.visit_party", url, "accept", when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as verifier:
        assert verifier.stdout
        assert verifier.stdout.readline() == "True\n"
        verifier.send_signal(signal.SIGKILL)
    assert asyncio.run(accept(url, admitted(row=5))) == [still_free]
    assert counted(url) == (1, 1)


@pytest.mark.slow
def test_a_killed_database_forgets_no_spent_pass(url: str, server: Path) -> None:
    """Verifiers knock with the same codes while it is killed and comes back: nobody was told yes twice."""
    told: list[int] = []
    until = threading.Event()

    async def knock(verifier: int) -> None:
        for number in range(KNOCKS_MAX):
            if until.is_set():
                return
            code = admitted(number * 4 + 1, number * 4 + 2, number * 4 + 3, row=10_000 * verifier + number + 1)
            try:
                if await asyncio.wait_for(accept(url, code), 5) == [True]:
                    told.append(number)
            except (psycopg.Error, TimeoutError):
                await asyncio.sleep(0.05)

    threads = [threading.Thread(target=lambda at=at: asyncio.run(knock(at)), daemon=True) for at in range(1, 4)]
    for thread in threads:
        thread.start()
    while len(told) < 20:
        assert any(thread.is_alive() for thread in threads)
        until.wait(0.01)
    postmaster = int((server / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
    psutil.Process(postmaster).kill()
    database.start(server)
    for thread in threads:
        thread.join(120)
    until.set()
    assert len(told) == len(set(told))
    with psycopg.connect(url) as connection:
        (spent,) = connection.execute("SELECT count(*) FROM checkin_spent_new").fetchone() or (0,)
    assert len(told) <= spent <= KNOCKS_MAX
    codes = [admitted(number * 4 + 1, number * 4 + 2, number * 4 + 3, row=90_000 + number) for number in told]
    assert not any(asyncio.run(accept(url, *codes)))


# What the visit party's disk says


def test_no_table_of_the_visit_party_has_a_time_a_counter_or_a_person(url: str) -> None:
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, udt_name, column_default, is_identity FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name LIKE 'checkin%'"
        ).fetchall()
        counters = connection.execute("SELECT count(*) FROM pg_class WHERE relkind = 'S'").fetchone()
    assert {kind for _, _, kind, _, _ in columns} == {"int4", "int2", "uuid", "bytea"}
    assert all(default is None and identity == "NO" for *_, default, identity in columns)
    names = {name for _, name, *_ in columns}
    spent = {"epoch", "mark_a", "mark_b", "envelope"}
    journal = {"day", "number", "id", "entry"}
    visit = {"epoch", "id", "venue", "number", "part", "body"}
    seed = {"epoch", "venue", "hour", "part", "share_identity", "share_visits", "share_authority", "commitments"}
    assert names == spent | journal | visit | seed | {"owner", "sealed"}
    assert counters == (0,)
