"""What airs, sends or tells news in the villages of a trial, as a program that can be killed:

    python -m dure.site.trials.village_part CLOCK air
    python -m dure.site.trials.village_part CLOCK news
    python -m dure.site.trials.village_part CLOCK send NAME=ORIGIN...

They do what a worker does. Its clock goes as far ahead of the machine's as the file CLOCK says, and the trial moves it.
"""

import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError, connection

from dure.base import clock
from dure.base.refusals import Busy, Interrupted
from dure.foundations.channels.types import Route
from dure.site import boot
from dure.site.unmasking import hands

from .loopback import LoopbackDealer

LOOK_SECONDS: Final = 0.1
RETRY_SECONDS: Final = 1.0
EPOCH: Final = datetime.fromtimestamp(0, UTC)
RINGS, CALLS = "village_rings", "village_calls"
ROUTES: Final = {RINGS: frozenset({Route.PUSH, Route.SMS}), CALLS: frozenset({Route.VOICE})}
log = structlog.get_logger(__name__)


def ahead_by(file: Path) -> Callable[[], datetime]:
    """The machine's clock, and as much more as the file says."""
    moved = hands.read(file)
    return lambda: clock.ahead(moved() - EPOCH)()


def air(stopping: threading.Event) -> None:
    """What is due on the air, again and again: as the job in the second of each announcement and the one of every minute do."""
    tasks: Any = import_module("dure.services.broadcast.tasks")  # it has tables
    while not stopping.is_set():
        try:
            done = tasks.air_soon()
        except (DatabaseError, InterfaceError, Busy, Interrupted) as error:
            log.warning("airing_waits", error=type(error).__name__)
            connection.close()
            stopping.wait(RETRY_SECONDS)
            continue
        if not done:
            stopping.wait(LOOK_SECONDS)


def send(stopping: threading.Event, *dealers: str) -> None:
    """The loops that send, with the trial's dealers."""
    lines = dict(one.split("=", 1) for one in dealers)
    carriers = [LoopbackDealer(origin, name, ROUTES[name]) for name, origin in lines.items()]
    import_module("dure.foundations.channels.tasks").send_until(stopping, lambda: carriers)


def news(stopping: threading.Event) -> None:
    """What follows from news."""
    import_module("dure.kit.courier").deliver_until(stopping, import_module("dure.site.wiring").wiring)


READY: Final = "ready"
ROOMS: Final = (
    "dure.services.broadcast.tasks",
    "dure.foundations.channels.tasks",
    "dure.kit.courier",
    "dure.site.wiring",
)
DEEDS: Final[dict[str, Callable[..., None]]] = {"air": air, "send": send, "news": news}


def main(moved: str, deed: str, *rest: str) -> None:
    """Go by the moved clock, and do it until SIGTERM."""
    clock.run_by(ahead_by(Path(moved)))
    boot.prepare()
    boot.let_go()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
    for room in ROOMS:  # everything that it needs, so that what is measured is not how fast Python starts
        import_module(room)
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    DEEDS[deed](stopping, *rest)


if __name__ == "__main__":
    main(*sys.argv[1:])
