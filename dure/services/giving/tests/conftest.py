"""Fixtures of giving: a town, and a gate that opens at one agreement."""

import pytest

from . import making


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> making.Town:
    making.gate_of(monkeypatch, 1)
    return making.town()


@pytest.fixture
def real_town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> making.Town:
    """The same with committed rows, for races between threads."""
    making.gate_of(monkeypatch, 1)
    return making.town()
