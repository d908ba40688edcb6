"""Fixtures of pledges: a season with its people."""

from collections.abc import Iterator

import pytest

from dure.kit.tests import rooms
from dure.services.pledges import hot

from . import making


@pytest.fixture
def ground(db: None) -> making.Ground:
    return making.ground()


@pytest.fixture
def real_ground(transactional_db: None) -> making.Ground:
    """The same with committed rows, for races between threads."""
    return making.ground(people=6)


@pytest.fixture
def hot_room(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The hot room behind the API's test client, on committed rows."""
    with rooms.of_its_own(hot, "proofs", monkeypatch):
        yield
