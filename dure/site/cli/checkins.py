"""simulate checkins: a day at the visit party's door (dure/site/trials/checkins.py)."""

from enum import StrEnum
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console

from dure.site import config, parties, stage

DAYS = {"mean": 6_600_000, "peak": 18_700_000}  # check-ins of the whole country a day: all of it, and January 2022
out = Console(highlight=False, soft_wrap=True)
app = typer.Typer()


class Day(StrEnum):
    """Which day is played."""

    MEAN = "mean"
    PEAK = "peak"


@app.callback()
def _checkins() -> None:
    """Loads for the check-in."""


@app.command()
def checkins(
    day: Annotated[Day, typer.Option(help="The country's mean day, or its peak.")] = Day.PEAK,
    scale: Annotated[int, typer.Option(min=1, help="One visit for so many of the country's.")] = 100,
    seconds: Annotated[
        int, typer.Option(min=15, max=600, help="The day from six to ten in the evening takes so long.")
    ] = 90,
    lines: Annotated[int, typer.Option(min=1, max=1_000, help="How many scanners are connected at a time.")] = 128,
    processes: Annotated[int, typer.Option(min=1, max=16, help="Server processes.")] = 2,
) -> None:
    """Play a day of check-ins through the visit party's door, then open its tables with two shares and count.

    Exit code: 0 everybody who was welcome has one row and nobody else, 1 something differs.
    """
    directory = config.read().ground / "simulate-checkins"
    visits = DAYS[day] // scale
    out.print(
        f"A visit party of its own in {directory}: {visits:,} visits, one in {scale:,} of the country's.", style="dim"
    )
    with stage.party(directory, parties.VISITS), stage.serving_at(directory, "visits", processes) as address:
        code = import_module("dure.site.trials.checkins").run(address, visits, seconds, lines, out)
    raise typer.Exit(code)
