"""Figures are kept by how far the log reaches and when: two tests that travel to the same instant would read each other's."""

import pytest

from dure.foundations.impact import queries


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    queries.forget_kept()
