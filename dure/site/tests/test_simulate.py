"""`dure simulate drive`, `forecasts` and `alerts` as somebody runs them: a town of its own, all of it reconciled."""

import subprocess
from pathlib import Path

import pytest

from dure.kit import database
from dure.site.tests.test_demo import DURE, environment

pytestmark = [pytest.mark.crash, pytest.mark.slow]
SECONDS_MAX = 300


@pytest.mark.timeout(SECONDS_MAX + 60)
def test_a_small_drive_goes_through_a_server_and_reconciles_to_the_won(tmp_path: Path) -> None:
    home = tmp_path / "var"
    asked = ["simulate", "drive", "--gifts", "600", "--boxes", "4", "--lines", "32"]
    try:
        done = subprocess.run(
            [*DURE, *asked], cwd="/", env=environment(home), capture_output=True, text=True, timeout=SECONDS_MAX
        )
    finally:
        database.stop(home / "simulate" / "pg")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "600 of 600" in done.stdout
    assert "4 boxes, 1 funds" in done.stdout
    assert "promises hold" in done.stdout
    assert not (home / "pg").exists(), "the town of the installation is not touched"


@pytest.mark.timeout(SECONDS_MAX + 60)
def test_a_small_summer_goes_through_the_tables_and_agrees_with_the_oracle(tmp_path: Path) -> None:
    home = tmp_path / "var"
    asked = ["simulate", "forecasts", "--days", "2", "--readers", "12", "--crowd", "0"]
    try:
        done = subprocess.run(
            [*DURE, *asked], cwd="/", env=environment(home), capture_output=True, text=True, timeout=SECONDS_MAX
        )
    finally:
        database.stop(home / "forecasts" / "pg")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 different" in done.stdout
    assert "exactly what was due" in done.stdout


@pytest.mark.timeout(SECONDS_MAX + 60)
def test_a_few_spoilt_alerts_get_their_verdicts_and_a_few_true_ones_come_back_as_they_were(tmp_path: Path) -> None:
    home = tmp_path / "var"
    asked = ["simulate", "alerts", "--mutants", "60", "--chains", "2", "--readers", "60", "--kills", "1"]
    try:
        done = subprocess.run(
            [*DURE, *asked], cwd="/", env=environment(home), capture_output=True, text=True, timeout=SECONDS_MAX
        )
    finally:
        database.stop(home / "alerts" / "pg")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 spoilt alerts at the door" in done.stdout
    assert "fetched: 0 (the listener counts: 1 of 1 true connection)" in done.stdout
    assert "came back as it was" in done.stdout
