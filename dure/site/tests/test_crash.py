"""`dure simulate crashes` and `dure simulate failover`, with few blows: kill -9 under load loses and doubles nothing."""

import re
import subprocess
from pathlib import Path

import pytest

from dure.kit import database, database_url
from dure.site.config import ROOT
from dure.site.tests.installation import plain
from dure.site.tests.test_demo import DURE, environment
from dure.site.trials.parts import NAMES

pytestmark = [pytest.mark.crash, pytest.mark.slow]
SECONDS_MAX = 280
LOG_TAIL_BYTES = 4_000
HELD = "After every blow all promises held"


def simulated(home: Path, *words: str) -> str:
    """What it said. It leaves nothing behind that runs, whatever happened."""
    try:
        done = subprocess.run(
            [*DURE, "simulate", *words],
            cwd="/",
            env=environment(home) | {"COLUMNS": "160"},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
        )
    finally:
        for name in ("crashes/pg", "campaign/pg", "broadcast/pg", *(f"failover/{each}" for each in NAMES)):
            database.stop(home / name)
    logs = "".join(log.read_text(errors="replace")[-LOG_TAIL_BYTES:] for log in home.rglob("failover/*/log"))
    assert done.returncode == 0, done.stdout + done.stderr + logs
    assert not (home / "pg").exists(), "the town of the installation is not touched"
    return plain(done.stdout)


def acknowledged(said: str) -> int:
    found = re.search(r"([\d,]+) gift\b", said)
    assert found, said
    return int(found[1].replace(",", ""))


@pytest.mark.timeout(SECONDS_MAX + 20)
def test_kill_9_of_each_part_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "crashes", "--times", "4", "--people", "8")
    for part in ("server", "server's child", "worker", "database"):
        assert f"{part} killed" in said
    assert "4 kills" in said
    assert acknowledged(said) > 0
    assert HELD in said


@pytest.mark.timeout(SECONDS_MAX + 20)
def test_the_standby_takes_over_with_all_that_was_acknowledged(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "failover", "--times", "2", "--people", "8")
    assert re.search(r"primary killed +│ 2 times; no gifts for [\d.]+ s", said), said
    assert acknowledged(said) > 0
    assert HELD in said


def test_the_url_of_the_guide_follows_a_fail_over() -> None:
    guide = (ROOT / "docs" / "standby.md").read_text(encoding="utf-8")
    (url,) = re.findall(r'DATABASE_URL="([^"]+)"', guide)
    said = database_url.parse(url)
    assert len(database_url.hosts_of(said)) == 2
    assert database_url.finds_the_writable(said)
