"""`dure simulate failover`: a primary and its synchronous standby; the primary is killed under load, the standby takes over."""

import shutil
from pathlib import Path

from rich.console import Console

from dure.kit import database, standby
from dure.kit.importing import Bars, bars
from dure.site import boot, config, readiness

from .parts import NAMES, Parts, kill_machine
from .trial import Trial, tell, under_load

PRIMARY = "primary"
PAYOUTS = 6


def run(times: int, people: int, seed: int, out: Console) -> int:
    """Do it `times` times in the town that this process is set up for; answers the exit code."""
    home = config.read().var
    readiness.migrate()
    readiness.collect_static()
    pair = Pair(home)
    with bars(out) as shown:
        pair.rebuild()
        with under_load(Parts(home), people, min(PAYOUTS, times), seed, shown) as trial:
            _strike_all(trial, pair, times, shown)
            trial.conclude()
    boot.let_go()
    return tell(trial, "fail-overs", out)


class Pair:
    """Two servers, of which one leads and the other follows."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._leading, self._following = NAMES

    def kill(self) -> None:
        """The machine of the one that leads loses power. Nobody has to notice it first: that time comes on top."""
        kill_machine(self._home / self._leading)

    def take_over(self) -> None:
        """The other one leads from now on. What was killed stays down: nothing starts it as a second one that leads."""
        url = database.url_of(self._home / self._following)
        if url is None:
            raise RuntimeError("the standby does not run")
        standby.promote(url)
        self._leading, self._following = self._following, self._leading

    def rebuild(self) -> None:
        """Make what does not lead a standby anew, and let commits wait for it."""
        follower = self._home / self._following
        database.stop(follower)
        shutil.rmtree(follower, ignore_errors=True)
        standby.follow(self._home / self._leading, follower, self._following)
        standby.demand(str(database.url_of(self._home / self._leading)), self._following)


def _strike_all(trial: Trial, pair: Pair, times: int, shown: Bars) -> None:
    def take_over() -> None:
        pair.take_over()
        trial.parts.look_after(PRIMARY)

    shown.begin("fail-overs", times)
    for number in range(times):
        trial.strike(PRIMARY, pair.kill, take_over)
        shown.advance()
        if trial.findings:
            return
        if number + 1 < times:
            pair.rebuild()
