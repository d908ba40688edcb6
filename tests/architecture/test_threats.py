"""The threats of check-in: every attack in the list is shown by tests that are there, or is said to remain."""

import re
from pathlib import Path

from tests.architecture import town

SCAN = town.ROOT / "docs" / "life-of-a-scan.md"
PLANNED = "○"
STILL_PLANNED: set[str] = set()  # attacks whose defence has steps that are not built
NAMED = re.compile(r"`(test_\w+)`")
FOUND = re.compile(r"(?m)^\s*(?:async )?def (test_\w+)")


def threats() -> dict[str, tuple[str, str]]:
    """Attack -> (what stands against it, what shows it or remains)."""
    table = SCAN.read_text(encoding="utf-8").split("## Threats")[1].split("\n## ")[0]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| (.+) \|$", table)
    return {attack: (against, shown) for attack, against, shown in rows if attack not in ("attack", "---")}


def names_of_tests() -> set[str]:
    paths: list[Path] = [path for path in town.tracked() if path.name.startswith("test_") and path.suffix == ".py"]
    return {name for path in paths for name in FOUND.findall(path.read_text(encoding="utf-8"))}


def test_every_test_that_the_life_of_a_scan_names_is_there() -> None:
    missing = set(NAMED.findall(SCAN.read_text(encoding="utf-8"))) - names_of_tests()
    assert not missing, "named in docs/life-of-a-scan.md, and nowhere in the tree"


def test_every_attack_is_shown_by_a_test_or_said_to_remain() -> None:
    found = threats()
    assert len(found) >= 30
    silent = [attack for attack, (_, shown) in found.items() if not NAMED.search(shown) and "**Remains**" not in shown]
    assert not silent


def test_an_attack_whose_defence_is_only_planned_is_listed() -> None:
    planned = {attack for attack, row in threats().items() if PLANNED in "".join(row)}
    assert planned == STILL_PLANNED
