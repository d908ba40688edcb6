"""The visit party of a test: a folder of keys of its own, empty at the beginning."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's keys and anchors lie."""
    folder = tmp_path / "keys"
    ours = replace(settings.DURE, vault_keys=folder, vault_root_file=tmp_path / "root", vault_root_key="")
    monkeypatch.setattr(settings, "DURE", ours)
    return folder
