"""What is kept in memory goes by itself, asked for again or not. The timer here is one that the test lets ring."""

from collections.abc import Callable

import pytest

from dure.foundations.vault.queries.memory import Memory


class Bell:
    """A timer that rings when it is told to."""

    daemon = False

    def __init__(self, seconds: float, then: Callable[[], None]) -> None:
        self.seconds, self.ring, self.started = seconds, then, False

    def start(self) -> None:
        self.started = True

    def is_alive(self) -> bool:
        return self.started


@pytest.fixture
def bells() -> list[Bell]:
    return []


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(bells: list[Bell], clock: Clock) -> Memory[str, bytes]:
    def later(seconds: float, then: Callable[[], None]) -> Bell:
        bells.append(Bell(seconds, then))
        return bells[-1]

    return Memory(30, 3, later, clock)


def test_a_timer_takes_it_out_though_nobody_asks(memory: Memory[str, bytes], bells: list[Bell], clock: Clock) -> None:
    memory.keep("one", b"1")
    clock.now += 20
    memory.keep("two", b"2")
    [bell] = bells
    assert (bell.started, bell.daemon, bell.seconds > 30) == (True, True, True)
    clock.now += 10.1
    bell.ring()
    assert (memory.get("one"), memory.get("two"), len(memory)) == (None, b"2", 1)
    assert len(bells) == 2  # for the one that is left
    clock.now += 30.1
    assert memory.get("two") is None
    bells[-1].ring()
    assert (len(memory), len(bells)) == (0, 2)


def test_there_is_room_for_so_many_and_one_is_forgotten_when_told_to(memory: Memory[str, bytes]) -> None:
    for name in ("one", "two", "three", "four"):
        memory.keep(name, b"")
        assert len(memory) <= 3
    memory.forget("four")
    assert memory.get("four") is None
    memory.keep("five", b"")
    memory.clear()
    assert len(memory) == 0


def test_after_a_fork_the_timer_that_was_left_behind_is_replaced(memory: Memory[str, bytes], bells: list[Bell]) -> None:
    memory.keep("one", b"1")
    bells[0].started = False  # as a thread is that did not come along
    memory.keep("two", b"2")
    assert len(bells) == 2
