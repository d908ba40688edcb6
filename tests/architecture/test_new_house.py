"""`make new-house` makes a house that passes the checks as it stands, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import new_house
from tests.architecture import town

BIN = Path(sys.executable).parent
SHAPE = ("shape", "tables", "public_rooms", "cards", "docs")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository without what set-up and git make."""
    root = tmp_path / "a copy"
    for path in town.tracked():
        target = root / path.relative_to(town.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    return root


def run(root: Path, *command: str) -> None:
    """Run a command on the copy, with the packages of this environment and the tests' own database server."""
    here = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    environment = here | {
        "PYTHONPATH": str(root),
        "TEST_DATABASE_URL": os.environ["DATABASE_URL"],
        "DURE_VAR": str(root / "var"),
    }
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def give_place(copy: Path, name: str) -> None:
    """A foundation needs its place in the order first: here the lowest."""
    for file, before, after in (
        (".importlinter", "    (vault)\n", f"    (vault)\n    ({name})\n"),
        ("ARCHITECTURE.md", "places > vault", f"places > vault > {name}"),
    ):
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.slow
def test_empty_houses_pass_the_checks(copy: Path) -> None:
    """One on each floor, in one copy: the checks take longer than the houses."""
    if (known := town.ROOT / ".mypy_cache").is_dir():  # of files that are the same
        shutil.copytree(known, copy / ".mypy_cache")
    run(copy, sys.executable, "scripts/new_house.py", "wells", "services")
    run(copy, sys.executable, "scripts/new_house.py", "wells_of_the_neighbourhood", "services")
    run(copy, sys.executable, "scripts/new_house.py", "markets_under_a_roof", "services")
    give_place(copy, "bedrock")
    run(copy, sys.executable, "scripts/new_house.py", "bedrock", "foundations")
    for readme, state in (("README.md", "being built"), ("README.ko.md", "짓는 중")):
        with (copy / readme).open("a", encoding="utf-8") as file:  # no table of services foresaw it: a line by hand
            for name in ("wells", "wells_of_the_neighbourhood", "markets_under_a_roof"):
                file.write(f"\n| `{name}` | water | {state} |\n")
    run(copy, sys.executable, "scripts/messages.py", "check")
    run(copy, sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")
    houses = ("dure/services/wells", "dure/foundations/bedrock", "dure/site/api.py")
    run(copy, str(BIN / "mypy"), "--no-error-summary", *houses)
    run(copy, str(BIN / "ruff"), "check", "--no-cache", "--quiet", ".")
    run(copy, str(BIN / "ruff"), "format", "--no-cache", "--check", "--quiet", ".")
    run(copy, str(BIN / "lint-imports"), "--no-cache")
    run(copy, str(BIN / "pytest"), "-q", *(f"tests/architecture/test_{part}.py" for part in SHAPE))


def planned() -> str:
    """A service that has no house yet: the one this test is about must not stand already when somebody has built it."""
    readme = (town.ROOT / "README.md").read_text(encoding="utf-8")
    return next(iter(re.findall(r"(?m)^\| `(\w+)` \|.*\| planned \|$", readme)), "")


@pytest.mark.skipif(not planned(), reason="every planned service is built")
def test_a_planned_service_is_no_longer_only_planned(copy: Path) -> None:
    name = planned()
    new_house.make(copy, name, "services")
    for readme, state in (("README.md", "being built"), ("README.ko.md", "짓는 중")):
        row = next(
            line for line in (copy / readme).read_text(encoding="utf-8").split("\n") if line.startswith(f"| `{name}` |")
        )
        assert row.endswith(f"| {state} |")


def test_the_house_is_registered_in_order(copy: Path) -> None:
    give_place(copy, "bedrock")
    new_house.make(copy, "bedrock", "foundations")
    new_house.make(copy, "wells", "services")
    listed = (copy / "dure" / "site" / "parties.py").read_text(encoding="utf-8")
    assert listed.index('"dure.foundations.bedrock"') < listed.index('"dure.services.giving"')
    assert listed.index('"dure.services.giving"') < listed.index('"dure.services.wells"')
    api = (copy / "dure" / "site" / "api.py").read_text(encoding="utf-8")
    assert api.index("giving.routes") < api.index("bedrock.routes") < api.index("wells.routes")
    assert "from dure.services.wells import api as wells\n" in api


@pytest.mark.parametrize(
    ("name", "floor", "why"),
    [
        ("Rides", "services", "no name for a house"),
        ("", "services", "no name for a house"),
        ("data", "services", "no name for a house"),
        ("class", "services", "no name for a house"),
        ("giving", "services", "already"),
        ("ledger", "services", "already"),
        ("wells", "attic", "no floor"),
        ("cellar", "foundations", "no place in the order"),
    ],
)
def test_what_cannot_be_a_house_is_refused_in_a_sentence(copy: Path, name: str, floor: str, why: str) -> None:
    with pytest.raises(new_house.Refused, match=why):
        new_house.make(copy, name, floor)
