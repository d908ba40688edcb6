"""Fixtures of village broadcast: a village with its people."""

from collections.abc import Iterator
from typing import Any

import pytest

from dure.kit.twins import Server

from . import homing, making, telephoning


@pytest.fixture
def ground(db: None) -> making.Ground:
    return making.ground()


@pytest.fixture
def real_ground(transactional_db: None) -> making.Ground:
    """The same with committed rows, for races between threads."""
    return making.ground(listeners=12)


@pytest.fixture
def gateway(settings: Any) -> Iterator[Server]:
    """A gateway that takes calls and whose clock stands at noon."""
    with telephoning.gateway(settings, making.NOON) as server:
        yield server


@pytest.fixture
def town(ground: making.Ground, gateway: Server) -> making.Ground:
    """A village of which some have telephones."""
    with making.later(minutes=-1):
        telephoning.known(ground)
    return ground


@pytest.fixture
def exchange() -> homing.Exchange:
    """What makes calls."""
    return homing.Exchange()


@pytest.fixture
def listens(ground: making.Ground, exchange: homing.Exchange, gateway: Server) -> making.Ground:
    """A village that a land line hears, which said yes an hour before noon."""
    homing.agreed(ground, exchange, gateway)
    return ground
