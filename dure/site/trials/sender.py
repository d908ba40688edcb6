"""A sender as a process of its own, for trials that kill it: python -m dure.site.trials.sender SECONDS NAME=ORIGIN...

Its clock goes so many seconds ahead, as the trial's does. Works until SIGTERM.
"""

import signal
import sys
import threading
from datetime import timedelta
from importlib import import_module

from dure.base import clock
from dure.site import boot

from .loopback import adapters


def main(ahead: str, *dealers: str) -> None:
    """The loops of the worker that send, with the trial's dealers."""
    boot.prepare()
    boot.let_go()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
    carriers = adapters(dict(one.split("=", 1) for one in dealers))
    with clock.read_from(clock.ahead(timedelta(seconds=int(ahead)))):
        import_module("dure.foundations.channels.tasks").send_until(stopping, lambda: carriers)  # it has tables


if __name__ == "__main__":
    main(*sys.argv[1:])
