"""`dure simulate campaign` with small numbers: kill -9 of sender and database; nobody left out, nobody twice, urgent first."""

from pathlib import Path

import pytest

from dure.site.tests.test_crash import SECONDS_MAX, simulated

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.timeout(SECONDS_MAX + 20)
def test_a_campaign_under_fire_leaves_nobody_out_and_reaches_nobody_twice(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "campaign", "--people", "500", "--kills", "3", "--notices", "1000")
    assert "most often 1 time" in said
    assert "300 urgent ones" in said
    assert "Nobody was left out, nobody got it twice" in said
