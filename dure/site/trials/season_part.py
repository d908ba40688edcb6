"""A server, or what settles, of a season that is played, as a program by the moved clock, so that it can be killed:

    python -m dure.site.trials.season_part CLOCK serve PORT PROCESSES
    python -m dure.site.trials.season_part CLOCK settle

Both do what `dure serve` and the worker's tasks do.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from dure.base import clock
from dure.site import boot, readiness, supervision
from dure.site.cli import operate
from dure.site.unmasking import hands

ROUND: Final = 0  # what a periodic task is told of when it is run: nothing that these ask for


def serve(port: str, processes: str) -> int:
    """Serve until SIGTERM."""
    boot.prepare()
    readiness.demand_migrated()
    boot.let_go()
    supervisor = supervision.Supervisor(operate.servers("127.0.0.1", int(port), int(processes)), print)
    supervisor.start()
    return supervisor.watch()


def settle() -> int:
    """Make the books of every season that is being settled, then hand its refunds over."""
    boot.prepare()
    boot.let_go()
    tasks: Any = import_module("dure.services.pledges.tasks")  # it has tables
    tasks.settle_seasons(ROUND)
    tasks.return_deposits(ROUND)
    return 0


DEEDS: Final[dict[str, Callable[..., int]]] = {"serve": serve, "settle": settle}


def main(moved: str, deed: str, *rest: str) -> None:
    """Go by the clock in the file `moved`, and do it."""
    clock.run_by(hands.read(Path(moved)))
    sys.exit(DEEDS[deed](*rest))


if __name__ == "__main__":
    main(*sys.argv[1:])
