"""The import contracts bite: a small skeleton of Dure keeps them all, and each wrong import breaks the one it should."""

import configparser
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".importlinter"
FACES = ("pages", "api", "bot", "feeds", "tasks", "admin", "demo", "commands")
ROOMS = (
    *FACES,
    "documents",
    "names",
    "actions",
    "hot",
    "providers",
    "queries",
    "models",
    "rules",
    "types",
    "twins",
    "apps",
)
PARTIES = ("identity", "visits", "authority")
PARTY_ROOMS = ("models", "queries", "actions", "pages", "api", "tasks", "demo", "commands")
HOUSES = ("services/shed", "services/barn", "foundations/ledger", "foundations/people", "foundations/impact")
BARE = ("foundations/places", "foundations/channels")  # named in contracts; a room each is enough

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
        ("services/shed/twins.py", "from . import types"),
        ("services/shed/actions.py", "from . import names"),
        ("services/shed/pages.py", "from . import api"),
        ("services/shed/hot.py", "from . import actions"),
        ("services/shed/documents.py", "from . import pages"),
        ("services/shed/demo.py", "from . import commands"),
        ("services/shed/stuff.py", '"""A room nobody drew."""'),
    ],
    "faces": [
        ("services/shed/pages.py", "from .models import Tool"),
        ("services/shed/hot.py", "from . import models"),
        ("foundations/ledger/commands.py", "from dure.foundations.ledger import models"),
    ],
    "twins": [
        ("services/shed/providers.py", "from dure.services.shed import twins"),
        ("services/shed/demo.py", "from dure.services.shed.twins import Twin"),
        ("foundations/ledger/actions.py", "from dure.kit.twins import Server"),
    ],
    "tables": [
        ("services/shed/actions.py", "from dure.foundations.ledger import models"),
        ("site/urls.py", "from dure.foundations.people.models import Person"),
    ],
    "visits": [
        ("services/gate/actions/visits.py", "from dure.services.gate.models import identity"),
        ("services/gate/pages/visits.py", "from dure.foundations.people import queries"),
        ("services/gate/queries/visits.py", "from dure.services.gate.queries import authority"),
    ],
    "authority": [
        ("services/gate/actions/authority.py", "from dure.services.gate.actions import visits"),
        ("services/gate/tasks/authority.py", "from dure.foundations.ledger import queries"),
    ],
    "identity": [
        ("services/gate/queries/identity.py", "from dure.services.gate.models import visits"),
        ("services/gate/api/identity.py", "from dure.services.gate.actions import authority"),
    ],
    "pure": [
        ("base/clock.py", "import django.utils.timezone"),
        ("services/shed/rules.py", "import httpx"),
        ("services/shed/types.py", "from dure.kit import tx"),
        ("foundations/ledger/rules.py", "import psycopg"),
    ],
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """What the linter says of the skeleton as it is and with each wrong import."""
    skeleton = tmp_path_factory.mktemp("skeleton")
    build(skeleton)
    cases = [["", "", ""], *([name, *wrong] for name, all_ in BREAKS.items() for wrong in all_)]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("contract_lint.py")), str(CONTRACTS)],
        cwd=skeleton,
        env=os.environ | {"PYTHONPATH": str(skeleton)},
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: dict[str, tuple[int, str]] = json.loads(done.stdout)
    return answers


def build(skeleton: Path) -> None:
    """Floors, three foundations and two services with all their rooms, empty but for some imports downhill."""
    modules = ["site/urls", "kit/tx", "kit/twins", "base/clock"]
    modules += [f"{house}/{room}" for house in HOUSES for room in ROOMS]
    modules += [f"{house}/tests/test_it" for house in HOUSES]
    modules += [f"{house}/types" for house in BARE]
    modules += [f"services/gate/{room}/{party}" for room in PARTY_ROOMS for party in PARTIES]
    downhill = {
        "services/shed/pages": "from . import actions",
        "services/shed/actions": "from dure.foundations.ledger import actions\nfrom . import models, queries",
        "services/shed/rules": "from dure.base import clock\nfrom . import types",
        "services/shed/admin": "from . import models",
    }
    for module in modules:
        path = skeleton / "dure" / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'"""A room."""\n{downhill.get(module, "")}\n', encoding="utf-8")
    for package in (skeleton / "dure", *(skeleton / "dure").rglob("*")):
        if package.is_dir():
            (package / "__init__.py").touch()


def names() -> list[str]:
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return [section.rsplit(":", 1)[1] for section in parser.sections() if section.startswith("importlinter:contract:")]


def test_the_skeleton_itself_keeps_every_contract(verdicts: dict[str, tuple[int, str]]) -> None:
    code, said = verdicts["  "]
    assert code == 0, said
    assert f"{len(names())} kept, 0 broken" in said


def test_every_contract_is_broken_below() -> None:
    assert set(names()) == set(BREAKS)


@pytest.mark.parametrize(
    ("contract", "file", "line"), [(name, *wrong) for name, all_ in BREAKS.items() for wrong in all_]
)
def test_a_wrong_import_breaks_its_contract(
    verdicts: dict[str, tuple[int, str]], contract: str, file: str, line: str
) -> None:
    code, said = verdicts[f"{contract} {file} {line}"]
    assert code == 1, said
    assert "1 broken" in said, said
