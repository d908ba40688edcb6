"""A town whose clock a journey moves, as a program: `python -m tests.journeys.by_moved_clock CLOCK DEED …`.

    load           the sample people
    serve PORT     the server, until SIGTERM
    two            a second organisation is verified, so that a group has something to vote on
    settle         what the worker does while a season is settled, once

Each goes by the instant in the file CLOCK (dure/site/unmasking/hands.py).
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from dure.base import clock
from dure.foundations.people.types import system
from dure.site import boot, readiness, serving
from dure.site.unmasking import hands

ROUND: Final = 0  # what a periodic task is told of when it is run: nothing that these ask for


def load() -> None:
    boot.prepare()
    import_module("dure.foundations.people.demo").load()


def two() -> None:
    boot.prepare()
    boot.let_go()
    people: Any = import_module("dure.foundations.people.demo")
    queries: Any = import_module("dure.foundations.people.queries")
    actions: Any = import_module("dure.foundations.people.actions")
    types: Any = import_module("dure.foundations.people.types")
    tx: Any = import_module("dure.kit.tx")
    with tx.durable():
        actions.decide_verification(queries.actor(people.STEWARDS[0].id), people.OTHER_NGO, types.Decision.VERIFY)


def serve(port: str) -> None:
    boot.prepare()
    readiness.demand_migrated()
    readiness.collect_static()
    boot.let_go()
    serving.run("127.0.0.1", int(port), 0)


def settle() -> None:
    boot.prepare()
    boot.let_go()
    tasks: Any = import_module("dure.services.pledges.tasks")  # it has tables
    tasks.settle_seasons(ROUND)
    tasks.return_deposits(ROUND)
    import_module("dure.foundations.ledger.actions").settle_refunds(system("ledger.settle_refunds"))


DEEDS: Final[dict[str, Callable[..., None]]] = {"load": load, "two": two, "serve": serve, "settle": settle}


def main(moved: str, deed: str, *rest: str) -> None:
    """Go by the clock in the file `moved`, and do it."""
    clock.run_by(hands.read(Path(moved)))
    DEEDS[deed](*rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
