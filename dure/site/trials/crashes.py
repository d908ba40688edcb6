"""`dure simulate crashes`: kill -9 of server, one of its children, worker or database, again and again, under load."""

import random
from collections.abc import Callable

from rich.console import Console

from dure.kit import database
from dure.kit.importing import Bars, bars
from dure.site import boot, config, readiness

from .parts import Parts, kill_postmaster
from .trial import Trial, tell, under_load

SERVER, CHILD, WORKER, DATABASE = "server", "server's child", "worker", "database"
TARGETS = (SERVER, CHILD, WORKER, DATABASE)
KILLS_A_PAYOUT = 4
PAYOUTS_MAX = 40


def run(times: int, people: int, seed: int, out: Console) -> int:
    """Do it `times` times in the town that this process is set up for; answers the exit code."""
    home = config.read().var
    readiness.migrate()
    readiness.collect_static()
    with bars(out) as shown:
        payouts = min(PAYOUTS_MAX, 1 + times // KILLS_A_PAYOUT)
        with under_load(Parts(home), people, payouts, seed, shown) as trial:
            _strike_all(trial, times, shown)
            trial.conclude()
    boot.let_go()
    return tell(trial, "crashes", out)


def _strike_all(trial: Trial, times: int, shown: Bars) -> None:
    home, parts = config.read().var, trial.parts

    def look_after(killed: str) -> Callable[[], None]:
        def again() -> None:
            if killed == DATABASE:
                database.start(home / "pg")
            parts.look_after(killed)

        return again

    kills: dict[str, Callable[[], None]] = {
        SERVER: parts.server.kill,
        CHILD: parts.kill_child,
        WORKER: parts.worker.kill,
        DATABASE: lambda: kill_postmaster(home / "pg"),
    }
    shown.begin("crashes", times)
    for target in targets(times, trial.chance):
        trial.strike(target, kills[target], look_after(target))
        shown.advance()
        if trial.findings:
            return


def targets(times: int, chance: random.Random) -> list[str]:
    """What is killed, in which order: by chance, but each of the four comes once in every four."""
    found: list[str] = []
    while len(found) < times:
        found += chance.sample(TARGETS, len(TARGETS))
    return found[:times]
