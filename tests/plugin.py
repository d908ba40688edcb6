"""Loaded before Django: tests have a server of their own, thrown away with var/.

A run is of one party of check-in, as a process is: TEST_ROLE=visits takes the tests in folders called `visits`, which need that
party's tables, and nothing else; without it they are left out.
"""

import gc
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from dure.site import parties
from tests import browser, official

ROOT = Path(__file__).resolve().parents[1]
ROLE = os.environ.get("TEST_ROLE") or parties.IDENTITY


def _start() -> None:
    """Start the tests' database once; the worker processes of xdist inherit its address."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    subprocess.run([sys.executable, str(ROOT / "scripts" / "messages.py"), "compile"], check=True)
    for name in [name for name in os.environ if name.startswith("DURE_")]:
        del os.environ[name]
    os.environ["DURE_ENV_FILE"] = ""  # whatever a developer keeps in .env is not for tests
    os.environ["DURE_VAR"] = str(ROOT / "var" / "test")
    os.environ["DURE_SECRET_KEY"] = "test-" * 10
    os.environ["DURE_DEMO"] = "1"
    os.environ["DURE_ROLE"] = ROLE
    if not os.environ.get("TEST_DATABASE_URL"):
        from dure.kit import database

        server = database.start(
            ROOT / "var" / "test" / "pg", durable=False
        )  # tests that kill have servers of their own
        os.environ["DATABASE_URL"] = database.ensure_database(server, parties.DATABASES[ROLE])
    else:
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is slow comes first, with all of its file, in the order that chance gave: so no worker waits for the last one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All that is loaded by now stays to the end: it need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Tests of a party need its tables, which no other process has."""
    parts = collection_path.relative_to(ROOT).parts if collection_path.is_relative_to(ROOT) else ()
    of = next((part for before, part in pairwise(parts) if before == "tests" and part in parties.ROLES), None)
    if of is not None:
        return True if of != ROLE else None
    return True if ROLE != parties.IDENTITY and collection_path.name.startswith("test_") else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A journey without a browser is skipped loudly; on a build server it fails."""
    if item.get_closest_marker("browser") and not browser.path():
        if browser.required():
            pytest.fail(browser.MISSING)
        pytest.skip(browser.MISSING)
    if item.get_closest_marker("official") and not official.folder():
        pytest.skip(official.MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tried, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(official.MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.write_sep("!", official.MISSING, yellow=True, bold=True)


_start()
