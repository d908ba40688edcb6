"""Codes to read out, many verifiers at once: one acceptance, and no more wrong tries than a venue has. Each with its twin."""

import asyncio
import os
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from dure.kit import sqlfiles
from dure.services.checkin import hot
from dure.services.checkin.rules import spoken
from dure.services.checkin.tests import visit_party
from dure.services.checkin.tests.visit_party import DAY, NUMBER

pytestmark = pytest.mark.crash
FIND = sqlfiles.load("dure.services.checkin", "find_spoken").text
VENUE, HOUR, MINE = UUID(int=1), 500_000, UUID(int=3)
TRIES = 30
TAG, SEALED = b"\x01" * 16, b"\x02" * 64


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with visit_party.own_database("checkin_spoken_races") as own:
        yield own


@pytest.fixture(autouse=True)
def laid(url: str) -> None:
    asyncio.run(visit_party.lay(url))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO checkin_spoken VALUES (%s, %s, %s, %s)", [DAY, MINE, UUID(int=4), SEALED])


async def guessed(url: str, *, locked: bool) -> list[int]:
    """How many wrong ones each of many verifiers was told of before its own, all at the same time."""
    open_lines = [await visit_party.connect(url, autocommit=locked) for _ in range(TRIES)]
    asked = [
        visit_party.asking(line)(
            FIND, (VENUE, HOUR, DAY, UUID(int=99), spoken.WRONG_AN_HOUR_MAX, UUID(bytes=os.urandom(16)))
        )
        for line in open_lines
    ]
    answers = await asyncio.gather(*asked)
    for line in open_lines:  # without the lock: committed together, so that none saw another's
        await line.commit()
        await line.close()
    return [wrong for [(wrong, _)] in answers]


def noted(url: str) -> int:
    with psycopg.connect(url) as connection:
        (count,) = connection.execute("SELECT count(*) FROM checkin_wrong").fetchone() or (0,)
    return int(count)


def test_however_many_guess_at_once_a_venue_has_twenty_tries(url: str) -> None:
    answers = asyncio.run(guessed(url, locked=True))
    assert sorted(answers) == [*range(20), *[20] * 10]
    assert noted(url) == spoken.WRONG_AN_HOUR_MAX


def test_the_race_is_real_without_the_lock_of_the_venue(url: str) -> None:
    """The twin: the same function without its lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_get_functiondef('checkin_find_spoken'::regproc)").fetchone()
        assert row
        lock = "PERFORM pg_advisory_xact_lock(hashtextextended('checkin_find_spoken ' || of_venue, 0));"
        assert lock in row[0]
        connection.execute(row[0].replace(lock, "").encode())
    assert asyncio.run(guessed(url, locked=False)) == [0] * TRIES
    assert noted(url) == TRIES


def admitted() -> hot.Admitted:
    marks = spoken.marks_of(b"\x04" * 32, DAY, TAG, SEALED)
    return hot.Admitted(DAY, marks, DAY, NUMBER, os.urandom(16), b"sealed")


def test_one_code_at_many_verifiers_is_taken_once(url: str) -> None:
    async def together() -> list[bool | None]:
        return [answer for [answer] in await asyncio.gather(*(visit_party.accept(url, admitted()) for _ in range(8)))]

    assert asyncio.run(together()).count(True) == 1
    assert asyncio.run(visit_party.accept(url, admitted())) == [False]


def test_a_code_would_be_taken_as_often_as_it_is_typed_without_the_lock_of_the_index(url: str) -> None:
    """The twin: the same statement where the tables of what is spent have no unique index to wait at."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE checkin_spent_new DROP CONSTRAINT checkin_spent_new_pkey")
        connection.execute("ALTER TABLE checkin_spent_new DROP CONSTRAINT checkin_spent_new_epoch_mark_b_key")
        connection.execute("ALTER TABLE checkin_spent_new DROP CONSTRAINT checkin_spent_new_epoch_envelope_key")
    answers = [asyncio.run(visit_party.accept(url, admitted())) for _ in range(3)]
    assert answers == [[True]] * 3
