"""One party of a day that is attacked, as a program: its own database server, keys, web server and worker, by the moved clock.

    python -m dure.site.unmasking.party CLOCK PORT ANSWERS

Questions come as lines of JSON on its standard input, answers go to the file descriptor ANSWERS; what stands on its standard
output and error is its log, and is attacked as well. Settings come by its environment, as those of any party.
"""

import json
import multiprocessing
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from dure.base import clock
from dure.site import boot, config, readiness, serving
from dure.site.unmasking import hands

DEEDS: Final = "dure.site.unmasking.deeds"
END_SECONDS_MAX: Final = 15


def main(moved: str, port: str, answers: str) -> None:
    """Get ready, serve, and do what is asked until nobody asks any more."""
    clock.run_by(hands.read(Path(moved)))
    own = config.read()
    boot.prepare(counting=own.role == "identity", any_party=True)
    readiness.demand_party(own)
    readiness.migrate()
    readiness.demand_party(own)
    readiness.demand_purpose(demo=True)
    deeds = import_module(f"{DEEDS}.{own.role}").DEEDS
    boot.let_go()
    forked = multiprocessing.get_context("fork").Process(target=serving.run, args=("127.0.0.1", int(port), 0))
    forked.start()
    try:
        with os.fdopen(int(answers), "w", encoding="utf-8") as out:
            for line in sys.stdin:
                asked = json.loads(line)
                out.write(json.dumps(deeds[asked.pop("deed")](**asked)) + "\n")
                out.flush()
    finally:
        forked.terminate()
        forked.join(END_SECONDS_MAX)
        forked.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
