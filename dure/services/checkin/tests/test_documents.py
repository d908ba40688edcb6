"""What docs/life-of-a-scan.md promises is there: sizes, a word on every threat. Its tests: tests/architecture/test_threats.py."""

import re
from pathlib import Path

from dure.services.checkin.rules import passes, scopes

ROOT = Path(__file__).resolve().parents[4]
LIFE = (ROOT / "docs" / "life-of-a-scan.md").read_text(encoding="utf-8")
ROWS_MIN = 26  # the threats that were known when the protocol was decided


def threats() -> list[tuple[str, str]]:
    """(attack, what shows the defence or remains) of the table."""
    table = LIFE.split("## Threats")[1].split("## What remains")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", table)
    return [row for row in rows if row[0] not in ("attack", "---")]


def test_every_threat_has_a_test_a_remaining_risk_or_the_mark_of_what_is_not_built() -> None:
    assert len(threats()) >= ROWS_MIN
    for attack, shown_by in threats():
        assert "`test_" in shown_by or "**Remains**" in shown_by or "○" in shown_by, attack


def test_sizes_are_those_of_the_code() -> None:
    sizes = dict(re.findall(r"(?m)^\| ([a-z ]+) \| (\d+) \|", LIFE))
    assert int(sizes["pass"]) == passes.PASS_BYTES
    assert int(sizes["sealed handle"]) == passes.SEALED_BYTES
    assert int(sizes["nonce"]) == passes.NONCE_BYTES
    assert int(sizes["authenticator"]) == passes.AUTHENTICATOR_BYTES
    assert f"16 + 21 + {scopes.BODY_BYTES}" in LIFE
