"""`dure simulate campaign` with small numbers: kill -9 of sender and database; nobody left out, twice or after leaving."""

import re
from pathlib import Path

import pytest

from dure.foundations.channels.types import Purpose
from dure.site.tests.test_crash import SECONDS_MAX, simulated

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.timeout(SECONDS_MAX + 20)
def test_a_campaign_under_fire_leaves_nobody_out_and_reaches_nobody_twice(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "campaign", "--people", "500", "--kills", "3", "--notices", "1000")
    assert all(f"{purpose}: delivered outside the inbox" in said for purpose in Purpose)
    assert re.search(r"ads in a day +│ at most 2; [1-9]\d* wait for the next day", said), said
    assert re.search(r"left meanwhile +│ [1-9]", said), said
    assert "100 urgent ones" in said
    assert "Nobody was left out, nobody got it twice" in said
