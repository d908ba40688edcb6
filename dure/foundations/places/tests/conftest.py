"""Regions and points to test with."""

import pytest

from dure.base.actors import Actor, system
from dure.foundations.places import demo


@pytest.fixture
def by() -> Actor:
    return system("test")


@pytest.fixture
def county(db: None) -> None:
    """The sample county is loaded."""
    demo.load()
