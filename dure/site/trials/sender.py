"""A sender as a process of its own, for trials that kill it: python -m dure.site.trials.sender ORIGIN. Works until SIGTERM."""

import signal
import sys
import threading
from importlib import import_module

from dure.site import boot

from .loopback import LoopbackDealer


def main(origin: str) -> None:
    """The loops of the worker that send, with the trial's dealer."""
    boot.prepare()
    boot.let_go()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
    dealer = LoopbackDealer(origin)
    import_module("dure.foundations.channels.tasks").send_until(stopping, lambda: (dealer,))  # it has tables


if __name__ == "__main__":
    main(sys.argv[1])
