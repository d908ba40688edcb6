"""The import contracts bite: a small skeleton of Dure keeps them all, and each wrong import breaks the one it should."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".importlinter"
FACES = ("pages", "api", "bot", "feeds", "tasks", "admin", "demo", "commands")
ROOMS = (*FACES, "documents", "actions", "hot", "providers", "queries", "models", "rules", "types", "apps")
HOUSES = ("services/shed", "services/barn", "foundations/ledger", "foundations/people", "foundations/impact")

# contract: wrong imports, as (file that gets the line, line)
BREAKS = {
    "floors": [
        ("kit/tx.py", "from dure.foundations.people import types"),
        ("base/clock.py", "from dure.kit import tx"),
        ("services/shed/pages.py", "from dure.site import urls"),
        ("foundations/people/queries.py", "def late() -> None:\n    from dure.services.shed import queries"),
        ("elsewhere/__init__.py", '"""A floor nobody drew."""'),
    ],
    "services": [
        ("services/shed/actions.py", "from dure.services.barn import queries"),
        ("services/shed/types.py", "from dure.services.barn.types import Cow"),
    ],
    "foundations": [
        ("foundations/people/actions.py", "from dure.foundations.ledger import actions"),
        ("foundations/ledger/tests/test_it.py", "from dure.foundations.impact import queries"),
        ("foundations/nowhere/__init__.py", '"""A foundation without a place in the order."""'),
    ],
    "rooms": [
        ("services/shed/queries.py", "from . import actions"),
        ("services/shed/types.py", "from . import rules"),
        ("services/shed/rules.py", "from .models import Tool"),
        ("services/shed/pages.py", "from . import api"),
        ("services/shed/hot.py", "from . import actions"),
        ("services/shed/documents.py", "from . import pages"),
        ("services/shed/stuff.py", '"""A room nobody drew."""'),
    ],
    "faces": [
        ("services/shed/pages.py", "from .models import Tool"),
        ("services/shed/hot.py", "from . import models"),
        ("foundations/ledger/commands.py", "from dure.foundations.ledger import models"),
    ],
    "tables": [
        ("services/shed/actions.py", "from dure.foundations.ledger import models"),
        ("site/urls.py", "from dure.foundations.people.models import Person"),
    ],
    "pure": [
        ("base/clock.py", "import django.utils.timezone"),
        ("services/shed/rules.py", "import httpx"),
        ("services/shed/types.py", "from dure.kit import tx"),
        ("foundations/ledger/rules.py", "import psycopg"),
    ],
}


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """Floors, three foundations and two services with all their rooms, empty but for one import downhill each."""
    modules = ["site/urls", "kit/tx", "base/clock"]
    modules += [f"{house}/{room}" for house in HOUSES for room in ROOMS]
    modules += [f"{house}/tests/test_it" for house in HOUSES]
    for module in modules:
        path = tmp_path / "dure" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('"""A room."""\n', encoding="utf-8")
    for package in (tmp_path / "dure").rglob("*"):
        if package.is_dir():
            (package / "__init__.py").touch()
    (tmp_path / "dure" / "__init__.py").touch()
    write(tmp_path, "services/shed/pages.py", "from . import actions")
    write(
        tmp_path,
        "services/shed/actions.py",
        "from dure.foundations.ledger import actions\nfrom . import models, queries",
    )
    write(tmp_path, "services/shed/rules.py", "from dure.base import clock\nfrom . import types")
    write(tmp_path, "services/shed/admin.py", "from . import models")
    return tmp_path


def write(skeleton: Path, file: str, line: str) -> None:
    """Add `line` to a file of the skeleton."""
    path = skeleton / "dure" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}{line}\n", encoding="utf-8")


def lint(root: Path, contract: str | None = None) -> tuple[int, str]:
    """Check the contracts (or one of them) against the code under `root`."""
    only = ["--contract", contract] if contract else []
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--config", str(CONTRACTS), *only],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def names() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return [section.rsplit(":", 1)[1] for section in parser.sections() if section.startswith("importlinter:contract:")]


def test_the_skeleton_itself_keeps_every_contract(skeleton: Path) -> None:
    code, said = lint(skeleton)
    assert code == 0, said
    assert f"{len(names())} kept, 0 broken" in said


def test_every_contract_is_broken_below() -> None:
    assert set(names()) == set(BREAKS)


@pytest.mark.parametrize(
    ("contract", "file", "line"), [(name, *wrong) for name, all_ in BREAKS.items() for wrong in all_]
)
def test_a_wrong_import_breaks_its_contract(skeleton: Path, contract: str, file: str, line: str) -> None:
    write(skeleton, file, line)
    code, said = lint(skeleton, contract)
    assert code == 1, said
    assert "1 broken" in said, said
