"""The parent looks after its children: starts them again, ends them together, and none outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from dure.site.config import ROOT

pytestmark = pytest.mark.crash
BEGIN = """
import os, signal, sys, time
from pathlib import Path
from dure.site import supervision
from dure.site.supervision import Part, Supervisor
box = Path(sys.argv[1])
def note(name):
    with (box / name).open("a") as file:
        print(os.getpid(), file=file)
def calm(name):
    def run():
        note(name)
        time.sleep(600)
    return Part(name, run)
"""
END = "\nsupervisor = Supervisor(tuple(parts), print)\nsupervisor.start()\nsys.exit(supervisor.watch())\n"

type Town = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Starts a parent with the parts that a piece of code makes; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(parts: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", BEGIN + parts + END, str(tmp_path)]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for parent in started:
        for one in psutil.Process(parent.pid).children(recursive=True) if parent.poll() is None else []:
            one.kill()
        parent.kill()
        parent.communicate()


def pids(box: Path, name: str, count: int = 1) -> list[int]:
    """The pids of a part's lives, once there are `count`."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if (box / name).exists() and len(found := (box / name).read_text().split()) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.02)
    raise AssertionError(f"{name} did not start {count} times")


def ended(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_ends_all_and_leaves_well(town: Town, tmp_path: Path, number: signal.Signals) -> None:
    parent = town('parts = [calm("one"), calm("two")]')
    children = pids(tmp_path, "one") + pids(tmp_path, "two")
    parent.send_signal(number)
    assert parent.wait(10) == 0
    assert all(ended(child) for child in children)


def test_a_part_that_dies_is_started_again(town: Town, tmp_path: Path) -> None:
    parent = town('supervision.QUICK_DEATH_SECONDS = 0\nparts = [calm("one"), calm("two")]')
    [first] = pids(tmp_path, "one")
    os.kill(first, signal.SIGKILL)
    lives = pids(tmp_path, "one", 2)
    assert lives[1] != first
    assert len(pids(tmp_path, "two")) == 1
    parent.terminate()
    assert "one ended (exit code -9); starting it again" in parent.communicate(timeout=10)[0]


def test_a_part_that_cannot_start_ends_everything_with_its_reason(town: Town, tmp_path: Path) -> None:
    parent = town("""
def broken():
    time.sleep(0.5)
    raise RuntimeError("no such table")
parts = [calm("one"), Part("two", broken)]
""")
    [one] = pids(tmp_path, "one")
    said = parent.communicate(timeout=10)[0]
    assert parent.returncode == 1
    assert "no such table" in said
    assert "two could not start (exit code 1)" in said
    assert ended(one)


def test_no_child_outlives_kill_9_of_its_parent(town: Town, tmp_path: Path) -> None:
    parent = town('parts = [calm("one"), calm("two")]')
    children = pids(tmp_path, "one") + pids(tmp_path, "two")
    parent.kill()
    assert all(ended(child) for child in children)


def test_a_child_that_will_not_end_is_killed(town: Town, tmp_path: Path) -> None:
    parent = town("""
supervision.STOP_SECONDS_MAX = 1
def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn")
    while True:
        time.sleep(1)
parts = [Part("stubborn", stubborn)]
""")
    [child] = pids(tmp_path, "stubborn")
    parent.terminate()
    assert "did not end in 1 s and is killed" in parent.communicate(timeout=10)[0]
    assert parent.returncode == 0
    assert ended(child)


def test_a_child_has_its_own_group_so_that_ctrl_c_reaches_the_parent_only(town: Town, tmp_path: Path) -> None:
    parent = town('parts = [calm("one")]')
    [child] = pids(tmp_path, "one")
    assert os.getpgid(child) != os.getpgid(parent.pid)
