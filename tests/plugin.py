"""Loaded before Django: tests have a server of their own, thrown away with var/."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import browser, official

ROOT = Path(__file__).resolve().parents[1]


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
    if not os.environ.get("TEST_DATABASE_URL"):
        from dure.kit import database

        server = database.start(
            ROOT / "var" / "test" / "pg", durable=False
        )  # tests that kill have servers of their own
        os.environ["DATABASE_URL"] = database.ensure_database(server, "dure")
    else:
        os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]


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
