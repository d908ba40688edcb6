"""Every test has a folder of keys and a root key of its own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dure.foundations.vault import queries


@pytest.fixture(autouse=True)
def keys_folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "keys"
    settings.DURE = replace(settings.DURE, vault_keys=folder, vault_root_file=tmp_path / "root", vault_root_key="")
    queries.forget_opened()
    yield folder
    queries.forget_opened()
