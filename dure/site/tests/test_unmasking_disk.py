"""The attack on a real disk: who has the visit party's tables with their pages and transactions, and saw people come in."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dure.services.checkin import hot
from dure.services.checkin.tests import visit_party
from dure.services.checkin.types import HalfHour
from dure.site.unmasking import disks

GUESTS = 60
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with visit_party.own_database("dure_disk") as found:
        asyncio.run(visit_party.lay(found))
        yield found


@pytest.fixture(scope="module")
def guests(url: str) -> list[hot.Admitted]:
    """Who came, one after the other, each in a commit of its own."""
    came = [visit_party.guest(number) for number in range(GUESTS)]

    async def knock() -> None:
        async with await visit_party.connect(url) as connection:
            for each in came:
                assert await hot.accept(visit_party.asking(connection), [each]) == [True]

    asyncio.run(knock())
    return came


def test_a_disk_tells_nothing_of_who_came_when_once_the_half_hour_is_written(
    url: str, guests: list[hot.Admitted]
) -> None:
    """Whoever has the visit party's own keys knows which mark is whose; the minute is what the disk must not add."""
    order = [each.marks[0] for each in guests]
    with psycopg.connect(url) as connection:
        before = disks.read(connection)
        bytes_before = disks.raw(connection)
    assert disks.by_page(before, order) == 1.0  # the twin: what the disk says until then, and would say for days
    assert disks.by_transaction(before, order) == 1.0
    assert asyncio.run(visit_party.write(url)) == 60
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        after = disks.read(connection)
        bytes_after = disks.raw(connection)
    assert disks.by_page(after, order) < 0.5  # of 60 in order of chance: 0.13 is one standard deviation
    assert disks.by_transaction(after, order) == 0.0
    assert after.journal == ()
    assert len({row.transaction for row in (*after.spent, *after.visits)}) == 1
    for each in guests:
        assert each.entry in bytes_before
        assert each.entry not in bytes_after
        assert each.id not in bytes_after  # the id of an entry is nowhere beside the row that it became
    assert not [half for half in waiting(url) if half == visit_party.HALF]


def waiting(url: str) -> list[HalfHour]:
    async def ask() -> list[HalfHour]:
        async with await visit_party.connect(url) as connection:
            return await hot.waiting(visit_party.asking(connection))

    return asyncio.run(ask())


def test_the_disk_that_is_read_is_that_of_the_database(url: str) -> None:
    with psycopg.connect(url) as connection:
        assert all(Path(path).is_absolute() for path in disks.files(connection))
