"""Fixtures for every test."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.module_loading import import_string

from tests import emptying, template


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """A worker's database is a copy of one that is migrated already."""
    connection.settings_dict["TEST"]["TEMPLATE"] = template.ready(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Tests on real transactions empty what they filled, past all guards."""
    emptying.by_rows(connection)


@pytest.fixture(autouse=True)
def in_no_language() -> None:
    """A page that answered in English leaves its thread speaking English; the next test begins in the town's own language."""
    translation.deactivate()


@pytest.fixture
def api_client(db: Any) -> Iterator[Any]:
    """The whole API of this party in this process, as an httpx client that shares the test's transaction.

    `api_client.post("/api/v1/...", json=..., headers={"Authorization": f"Bearer {bearer.mint(person.id, verified=True)}"})`.
    A hot room has connections of its own: its tests take `transactional_db` as well.
    """
    from django_bolt.testing import TestClient

    api = import_string(settings.BOLT_API[0].replace(":", "."))
    with TestClient(api, base_url="http://localhost", read_django_settings=False) as client:
        yield client
