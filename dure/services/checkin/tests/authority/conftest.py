"""The authority of a test: a folder of keys of its own, empty at the beginning."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings: Any) -> Path:
    """Where this test's keys and anchors lie."""
    folder = tmp_path / "keys"
    settings.DURE = replace(settings.DURE, vault_keys=folder, vault_root_file=tmp_path / "root", vault_root_key="")
    return folder
