"""The identity party of a test: a folder of keys of its own, empty at the beginning; nothing known of other parties."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dure.foundations.vault import queries as vault
from dure.services.checkin.providers import halves


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Where this test's keys and anchors lie."""
    folder = tmp_path / "keys"
    settings.DURE = replace(settings.DURE, vault_keys=folder, vault_root_file=tmp_path / "root", vault_root_key="")
    vault.forget_opened()
    halves.forget()
    yield folder
    vault.forget_opened()
    halves.forget()
