"""Group commit: order, one write for many, a full queue, a bad group, a bad message, an end."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import Busy
from dure.kit.group_commit import GroupCommit


async def _doubled(messages: Sequence[int]) -> list[int]:
    await asyncio.sleep(0)
    return [2 * message for message in messages]


def _run[T](work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


@given(st.lists(st.integers(), max_size=60), st.integers(1, 8), st.integers(1, 3))
def test_everyone_gets_the_verdict_of_their_own_message(messages: list[int], group_max: int, writers: int) -> None:
    async def work() -> list[int]:
        commit = GroupCommit(_doubled, group_max=group_max, writers=writers)
        verdicts = await asyncio.gather(*(commit.add(message) for message in messages))
        await commit.close()
        return list(verdicts)

    assert _run(work()) == [2 * message for message in messages]


def test_those_who_arrive_while_a_group_is_written_form_the_next_one() -> None:
    async def work() -> list[list[int]]:
        groups: list[list[int]] = []
        gate = asyncio.Event()

        async def write(messages: Sequence[int]) -> Sequence[int]:
            groups.append(list(messages))
            await gate.wait()
            return messages

        commit = GroupCommit(write)
        first = asyncio.ensure_future(commit.add(0))
        await asyncio.sleep(0.01)
        rest = [asyncio.ensure_future(commit.add(number)) for number in range(1, 6)]
        await asyncio.sleep(0.01)
        gate.set()
        await asyncio.gather(first, *rest)
        assert (commit.groups, commit.written) == (2, 6)
        await commit.close()
        return groups

    assert _run(work()) == [[0], [1, 2, 3, 4, 5]]


def test_a_full_queue_is_busy_at_once_and_open_again_later() -> None:
    async def work() -> None:
        gate = asyncio.Event()

        async def write(messages: Sequence[int]) -> Sequence[int]:
            await gate.wait()
            return messages

        commit = GroupCommit(write, queue_max=2, group_max=1)
        waiting = [asyncio.ensure_future(commit.add(0))]
        await asyncio.sleep(0.01)  # the writer holds this one
        waiting += [asyncio.ensure_future(commit.add(number)) for number in (1, 2)]
        await asyncio.sleep(0.01)
        with pytest.raises(Busy):
            await commit.add(3)
        gate.set()
        assert await asyncio.gather(*waiting) == [0, 1, 2]
        assert await commit.add(4) == 4
        await commit.close()

    _run(work())


def test_a_bad_group_fails_its_own_callers_and_nobody_else() -> None:
    async def work() -> None:
        async def write(messages: Sequence[int]) -> Sequence[int]:
            if 13 in messages:
                raise psycopg.OperationalError("the line broke")
            return messages

        commit = GroupCommit(write, group_max=2)
        said = await asyncio.gather(*(commit.add(n) for n in (1, 2, 13, 4, 5)), return_exceptions=True)
        assert [type(one).__name__ for one in said] == ["int", "int", "OperationalError", "OperationalError", "int"]
        assert await commit.add(6) == 6
        await commit.close()

    _run(work())


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40), st.sets(st.integers(0, 20), max_size=4))
def test_a_message_the_database_cannot_take_fails_alone(messages: list[int], bad: set[int]) -> None:
    async def work() -> list[int | BaseException]:
        async def write(group: Sequence[int]) -> Sequence[int]:
            if bad.intersection(group):
                raise psycopg.DataError("out of range")
            return group

        commit = GroupCommit(write)
        said = await asyncio.gather(*(commit.add(n) for n in messages), return_exceptions=True)
        await commit.close()
        return list(said)

    for message, said in zip(messages, _run(work()), strict=True):
        assert isinstance(said, psycopg.DataError) if message in bad else said == message


def test_a_writer_that_forgets_a_verdict_is_a_bug_its_callers_hear_of() -> None:
    async def work() -> None:
        async def write(messages: Sequence[int]) -> Sequence[int]:
            return messages[1:]

        commit = GroupCommit(write)
        for _ in range(2):  # and the writer lives on
            with pytest.raises(AssertionError):
                await commit.add(1)
        await commit.close()

    _run(work())


def test_a_caller_who_left_takes_nothing_from_the_others() -> None:
    async def work() -> None:
        commit = GroupCommit(_doubled)
        gone, stays = asyncio.ensure_future(commit.add(1)), asyncio.ensure_future(commit.add(2))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == 4
        await commit.close()

    _run(work())


def test_closing_leaves_nobody_waiting() -> None:
    async def work() -> None:
        async def write(messages: Sequence[int]) -> Sequence[int]:
            await asyncio.Event().wait()
            return messages

        commit = GroupCommit(write, group_max=1)
        waiting = [asyncio.ensure_future(commit.add(number)) for number in range(3)]
        await asyncio.sleep(0.01)
        await commit.close()
        said = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 1)
        assert all(isinstance(one, asyncio.CancelledError) for one in said)

    _run(work())
