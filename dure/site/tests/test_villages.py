"""`dure simulate broadcast` with small numbers: all hear, the urgent overtakes, nobody twice or forgotten under kill -9."""

import re
from pathlib import Path

import pytest

from dure.site.tests.test_crash import SECONDS_MAX, simulated

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.mark.timeout(SECONDS_MAX + 20)
def test_small_villages_hear_and_nobody_is_told_twice_or_forgotten(tmp_path: Path) -> None:
    said = simulated(tmp_path / "var", "broadcast", "--villages", "12", "--listeners", "20", "--kills", "4")
    assert re.search(r"villages, listeners +│ 12, 240", said), said
    assert re.search(r"first attempts with a dealer +│ all within", said), said
    assert "240 urgent attempts" in said
    assert re.search(r"kill -9 along the ladder +│ [1-4] times", said), said
    assert re.search(r"final state known +│ 100", said), said
    assert "Nobody twice, nobody forgotten" in said
