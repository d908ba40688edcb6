"""Fixtures of the roof: an installation that is made once and copied for each test that breaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.site.tests import installation
from dure.site.tests.installation import Installation


@pytest.fixture(scope="session")
def made_installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return installation.make(tmp_path_factory.mktemp("made") / "var")


@pytest.fixture
def copied(made_installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A copy of its own for this test; nothing that runs is left behind."""
    copy = installation.copy(made_installation, tmp_path / "var")
    yield copy
    copy.end()
