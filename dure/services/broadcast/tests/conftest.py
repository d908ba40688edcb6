"""Fixtures of village broadcast: a village with its people."""

import pytest

from . import making


@pytest.fixture
def ground(db: None) -> making.Ground:
    return making.ground()


@pytest.fixture
def real_ground(transactional_db: None) -> making.Ground:
    """The same with committed rows, for races between threads."""
    return making.ground(listeners=12)
