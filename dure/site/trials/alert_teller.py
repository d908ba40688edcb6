"""A teller of alerts as a process of its own, for trials that kill it: python -m dure.site.trials.alert_teller SECONDS READERS

Its clock goes so many seconds ahead, as the trial's does; it tells so many readers a round. Works until SIGTERM.
"""

import signal
import sys
import threading
from datetime import timedelta
from importlib import import_module

from dure.base import clock
from dure.site import boot


def main(ahead: str, most: str) -> None:
    """Tell whom alerts concern, round by round."""
    boot.prepare()
    boot.let_go()
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())
    with clock.read_from(clock.ahead(timedelta(seconds=int(ahead)))):
        import_module("dure.site.trials.alert_told").tell_until(stopping, int(most))  # it has tables


if __name__ == "__main__":
    main(*sys.argv[1:])
