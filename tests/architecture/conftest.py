"""Marks everything here as `shape`: `make check` runs it, `make test` does not run it a second time."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The mark by folder, so that nobody has to remember it."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("shape")
