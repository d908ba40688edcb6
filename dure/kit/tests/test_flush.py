"""Flush: it vouches only for what the same life of the server has committed, and works again after it was closed."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest
from django.db import connection

from dure.kit.flush import Flush
from dure.kit.group_commit import GroupCommit
from dure.kit.line import Line

pytestmark = pytest.mark.django_db(transaction=True)


def _crash(keep: int) -> None:
    """All connections but one end, as they do when the server crashes and is up again at once."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"], host=settings["HOST"], port=settings["PORT"], user=settings["USER"]
    ) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid NOT IN (pg_backend_pid(), %s) AND backend_type = 'client backend'",
            [keep],
        )


def test_it_never_vouches_with_a_connection_opened_after_the_commit() -> None:
    connection.ensure_connection()
    ours = connection.connection.info.backend_pid

    async def work() -> list[str]:
        writer = Line()
        flush, said = Flush(writer), []

        async def crash() -> None:
            await asyncio.to_thread(_crash, ours)

        for step in (flush.ready, flush, crash, flush, flush, flush, flush.ready, flush):
            try:
                await step()
            except psycopg.OperationalError:
                said.append("unknown")
            else:
                said.append("ok")
        await flush.close()
        await writer.close()
        return said

    ok, unknown = "ok", "unknown"
    assert asyncio.run(work()) == [ok, ok, ok, unknown, unknown, unknown, ok, ok]


def test_without_a_connection_nobody_is_told_anything() -> None:
    async def work() -> None:
        with pytest.raises(psycopg.OperationalError, match="before the flush"):
            await Flush(Line())()

    asyncio.run(work())


def test_a_group_commit_that_was_closed_works_again_in_another_loop() -> None:
    writer = Line()
    flush = Flush(writer)

    async def write(messages: Sequence[int]) -> Sequence[int]:
        await flush.ready()
        return messages

    commit = GroupCommit(write, durable=flush)

    async def work() -> list[int]:
        verdicts = await asyncio.gather(*(commit.add(number) for number in range(5)))
        await commit.close()
        await flush.close()
        await writer.close()
        return list(verdicts)

    for _ in range(2):
        assert asyncio.run(work()) == [0, 1, 2, 3, 4]
