"""Fixtures of market: a small market with its people."""

import pytest

from . import learning, making


@pytest.fixture
def ground(db: None) -> making.Ground:
    return making.ground()


@pytest.fixture
def real_ground(transactional_db: None) -> making.Ground:
    """The same with committed rows, for races between threads."""
    return making.ground(customers=6)


@pytest.fixture
def school(db: None) -> learning.School:
    return learning.school()


@pytest.fixture
def real_school(transactional_db: None) -> learning.School:
    """A shop in a course, with committed rows."""
    return learning.school()
