"""What the command line takes from the houses' `commands` rooms. A house has any of these names, or none:

verify_checks() -> tuple[Check, ...]        for `dure verify`   (kit/verify.py)
importers() -> dict[str, Importer]          for `dure import`   (kit/importing.py)
diagnoses() -> tuple[Diagnosis, ...]        for `dure doctor`   (kit/diagnosis.py)
simulate: typer.Typer                       for `dure simulate`
twins() -> dict[str, TwinAsked -> twin]     for `dure twin`     (kit/twins)
"""

from collections.abc import Callable, Iterator
from typing import Any

import typer

from dure.kit import house
from dure.kit.diagnosis import Diagnosis
from dure.kit.importing import Importer
from dure.kit.twins import LoopbackTwin
from dure.kit.twins.asking import TwinAsked
from dure.kit.verify import Check


def verify_checks() -> list[Check]:
    """Every promise of every house."""
    return [check for offer in _offers("verify_checks") for check in offer()]


def importers() -> dict[str, Importer]:
    """What can be imported, by name."""
    return {name: importer for offer in _offers("importers") for name, importer in offer().items()}


def diagnoses() -> dict[str, Callable[[], tuple[Diagnosis, ...]]]:
    """How to ask each house what it knows of trouble, by the name of the house."""
    found = ((name, getattr(room, "diagnoses", None)) for name, room in house.rooms("commands"))
    return {name: offer for name, offer in found if offer is not None}


def twins() -> dict[str, Callable[[TwinAsked], LoopbackTwin]]:
    """The loopback twins of somebody else's machines, by name."""
    return {name: make for offer in _offers("twins") for name, make in offer().items()}


def simulations() -> typer.Typer:
    """All simulations under one name."""
    together = typer.Typer(name="dure simulate", help="Replay a load through a running server.", no_args_is_help=True)
    together.callback()(_simulate)
    for offer in _offers("simulate"):
        together.add_typer(offer)
    return together


def _simulate() -> None:
    """Replay a load through a running server, then reconcile."""


def _offers(name: str) -> Iterator[Any]:
    for _house, room in house.rooms("commands"):
        offer = getattr(room, name, None)
        if offer is not None:
            yield offer
