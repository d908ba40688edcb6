"""Fixtures for every test."""

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def api_client(db: Any) -> Iterator[Any]:
    """The whole API in this process, as an httpx client that shares the test's transaction.

    `api_client.post("/api/v1/...", json=..., headers={"Authorization": f"Bearer {bearer.mint(person.id)}"})`.
    A hot room has connections of its own: its tests take `transactional_db` as well.
    """
    from django_bolt.testing import TestClient

    from dure.site.api import api

    with TestClient(api, base_url="http://localhost", read_django_settings=False) as client:
        yield client
