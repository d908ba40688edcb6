"""Fixtures for every test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import translation

NEVER_EMPTIED = ("ledger_account", "ledger_balance", "ledger_transfer", "ledger_chain")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests on real transactions empty all tables afterwards; the ledger's guards against that are off for them."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in NEVER_EMPTIED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_never_emptied")


@pytest.fixture(autouse=True)
def in_no_language() -> None:
    """A page that answered in English leaves its thread speaking English; the next test begins in the town's own language."""
    translation.deactivate()


@pytest.fixture
def api_client(db: Any) -> Iterator[Any]:
    """The whole API in this process, as an httpx client that shares the test's transaction.

    `api_client.post("/api/v1/...", json=..., headers={"Authorization": f"Bearer {bearer.mint(person.id, verified=True)}"})`.
    A hot room has connections of its own: its tests take `transactional_db` as well.
    """
    from django_bolt.testing import TestClient

    from dure.site.api import api

    with TestClient(api, base_url="http://localhost", read_django_settings=False) as client:
        yield client
