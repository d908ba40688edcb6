"""A server, or what settles, of a season that is played, as a program by the moved clock, so that it can be killed:

    python -m dure.site.trials.season_part CLOCK serve PORT PROCESSES
    python -m dure.site.trials.season_part CLOCK settle_seasons
    python -m dure.site.trials.season_part CLOCK return_deposits

They do what `dure serve` does, and two of the worker's tasks.
"""

import sys
from collections.abc import Callable
from functools import partial
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


def work(task: str) -> int:
    """Run one of the tasks by which a season is settled."""
    boot.prepare()
    boot.let_go()
    tasks: Any = import_module("dure.services.pledges.tasks")  # it has tables
    getattr(tasks, task)(ROUND)
    return 0


TASKS: Final = ("settle_seasons", "return_deposits")
DEEDS: Final[dict[str, Callable[..., int]]] = {"serve": serve} | {one: partial(work, one) for one in TASKS}


def main(moved: str, deed: str, *rest: str) -> None:
    """Go by the clock in the file `moved`, and do it."""
    clock.run_by(hands.read(Path(moved)))
    sys.exit(DEEDS[deed](*rest))


if __name__ == "__main__":
    main(*sys.argv[1:])
