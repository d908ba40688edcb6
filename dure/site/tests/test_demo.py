"""`dure demo` as somebody lives with it: start, look, start twice, pull the plug, start again, Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dure.kit import database

pytestmark = [pytest.mark.crash, pytest.mark.slow]
DURE = [sys.executable, "-c", "from dure.site.cli import main; main()"]
START_SECONDS_MAX = 400  # a minute on a machine of its own; this one runs other tests beside
LAST_PART_SECONDS_MAX = 30  # a part of a demo whose parent was killed ends by itself within half of this
SECOND_START_SECONDS_MAX = 30  # 8 on a machine of its own; this one runs other tests beside


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "var"
    database.stop(tmp_path / "var" / "pg")


def environment(home: Path) -> dict[str, str]:
    """Nothing of the environment of the tests but where the town lies."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "PG"))}
    return clean | {"DURE_VAR": str(home), "DURE_ENV_FILE": "", "PYTHONUNBUFFERED": "1", "COLUMNS": "200"}


class Running:
    """A demo in the background."""

    def __init__(self, home: Path, *options: str) -> None:
        self.log = home.with_name(f"log{time.monotonic_ns()}")
        with self.log.open("w") as log:
            self.parent = subprocess.Popen(
                [*DURE, "demo", *options], cwd="/", env=environment(home), stdout=log, stderr=subprocess.STDOUT
            )
        self.address = ""
        self.twins: list[str] = []  # where the twins of providers answer
        self.others: list[str] = []  # where the other parties of check-in do

    def ready(self, seconds: float) -> "Running":
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.parent.poll() is None:
            said = self.log.read_text()
            if "Ready in" in said and (found := re.search(r"http://\S+/", said)):
                self.address = found[0].replace("localhost", "127.0.0.1")
                self.twins = re.findall(r"to pay at: (http://\S+/)", said)
                return self
            time.sleep(0.1)
        raise AssertionError(f"not ready (exit code {self.parent.poll()}): {self.log.read_text()}")

    def with_others(self, seconds: float) -> "Running":
        """Once the other parties of check-in are there too."""
        deadline = time.monotonic() + seconds
        while len(self.others) < 2 and time.monotonic() < deadline:
            found = re.findall(r"of QR check-in is ready: (http://\S+/)", self.log.read_text())
            self.others = [each.replace("localhost", "127.0.0.1") for each in found]
            time.sleep(0.1)
        assert len(self.others) == 2, self.log.read_text()
        return self

    def end(self, number: int) -> int:
        self.parent.send_signal(number)
        return self.parent.wait(40)


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _refused(home: Path, port: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*DURE, "demo", "--port", port],
        cwd="/",
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _closed(address: str, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}health", timeout=2)
        except httpx.TimeoutException:
            continue  # slow is not closed
        except httpx.TransportError:
            return True
        time.sleep(0.1)
    return False


def _silent(address: str, seconds: float = 15) -> bool:
    """Whether nobody answers there any more."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(address, timeout=2, trust_env=False)
        except httpx.TimeoutException:
            continue  # slow is not silent
        except httpx.TransportError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.timeout(900)
def test_a_life_of_the_demo(home: Path) -> None:
    port = str(_free_port())
    first = Running(home, "--port", port).ready(START_SECONDS_MAX).with_others(START_SECONDS_MAX)
    assert httpx.get(first.address, timeout=20).status_code == 200
    assert httpx.get(f"{first.address}ready", timeout=20).json() == {"status": "ready"}
    assert [httpx.get(twin, timeout=20).status_code for twin in first.twins] == [200, 200]
    assert [httpx.get(f"{other}ready", timeout=20).json() for other in first.others] == [{"status": "ready"}] * 2
    assert 'part="dure worker"' in httpx.get(f"{first.address}metrics", timeout=20).text

    # a second one on the same town leaves at once and says where the first is
    second = subprocess.run(
        [*DURE, "demo"], cwd="/", env=environment(home), capture_output=True, text=True, check=False
    )
    assert second.returncode == 2
    assert f":{port}/" in second.stderr

    # pull the plug: servers and worker go with their parent, the database stays
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert _closed(first.address)
    assert all(_silent(each) for each in (*first.twins, *first.others))
    assert database.url_of(home / "pg")

    # the next start joins it, quickly; with the port taken it takes the next one
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # lines of the killed server are still ending
        squatter.bind(("127.0.0.1", int(port)))
        squatter.listen()
        refused = _refused(home, port)
        deadline = time.monotonic() + LAST_PART_SECONDS_MAX
        while (
            "already runs" in refused.stderr and time.monotonic() < deadline
        ):  # the worker of the first is still ending
            time.sleep(0.5)
            refused = _refused(home, port)
        assert refused.returncode == 2
        assert f"Port {port} is taken" in refused.stderr
    again = Running(home, "--port", port).ready(SECOND_START_SECONDS_MAX)
    assert httpx.get(again.address, timeout=20).status_code == 200
    assert again.twins == first.twins, "who was sent to a provider before comes back from it"
    again.with_others(SECOND_START_SECONDS_MAX)

    # Ctrl-C stops everything
    assert again.end(signal.SIGINT) == 0
    assert _closed(again.address)
    assert all(_silent(each) for each in (*again.twins, *again.others))
    assert database.url_of(home / "pg") is None
    assert "Stopped." in again.log.read_text()
    assert "Traceback" not in first.log.read_text() + again.log.read_text()


@pytest.mark.timeout(120)
def test_a_wrong_setting_is_said_in_a_sentence_before_anything_starts(home: Path) -> None:
    for said, why in (({"DURE_ORIGN": "x"}, "did you mean DURE_ORIGIN"), ({"DURE_FLAGS": "shed.qiet"}, "shed.qiet")):
        done = subprocess.run(
            [*DURE, "doctor"], cwd="/", env=environment(home) | said, capture_output=True, text=True, check=False
        )
        assert done.returncode in (1, 2)
        assert why in done.stdout + done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.timeout(120)
def test_a_demo_that_cannot_start_leaves_a_database_that_ran_before_it_alone(home: Path) -> None:
    home.mkdir()
    database.start(home / "pg", durable=False)
    done = subprocess.run(
        [*DURE, "demo", "--port", str(_free_port())],
        cwd="/",
        env=environment(home) | {"DURE_FLAGS": "shed.qiet"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "shed.qiet" in done.stderr
    assert database.url_of(home / "pg"), "a real town may be served from it just now"
