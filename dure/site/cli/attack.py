"""attack: the simulator that tries to lose a won (dure/site/attack)."""

import math
import signal
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from dure.site import config
from dure.site.attack.campaign import Campaign, Told, run
from dure.site.attack.played import FAULTS, Length, Played

out = Console(highlight=False, soft_wrap=True)
BROKE = 1
EACH, EACH_OF_MANY = (
    1_000,
    5_000,
)  # operations of a seed: many short seeds differ more, long ones cost less an operation
STOPPED = 130  # as a program that Ctrl-C ended
SAY_SECONDS = 60
app = typer.Typer()


class Mix(StrEnum):
    """What mostly happens in a seed."""

    BOTH = "both"
    DRIVE = "drive"
    DESK = "desk"


@app.callback()
def _attack() -> None:
    """The simulator that attacks the money."""


@app.command()
def attack(
    seed: Annotated[int, typer.Option(help="The first seed. The same seed does the same.")] = 1,
    seeds: Annotated[int | None, typer.Option(min=1, help="How many seeds; without it and --operations, one.")] = None,
    operations: Annotated[
        int | None, typer.Option(min=1, help="Instead: as many seeds as it takes for so many.")
    ] = None,
    each: Annotated[
        int | None, typer.Option(min=1, help="Operations of a seed; 1000, or with --operations 5000.")
    ] = None,
    mix: Annotated[
        Mix | None, typer.Option(help="drive: gifts by the hundred; desk: payments, refunds, payouts.")
    ] = None,
    until_broken: Annotated[bool, typer.Option(help="Stop at the first break.")] = False,
) -> None:
    """Try to lose a won: faults, repeats, late and lost answers, all from the seed; every step is checked against a model.

    Exit code: 0 every step of every seed held, 1 something broke; the line to replay it is printed.
    """
    if seeds is not None and operations is not None:
        raise typer.BadParameter("give --seeds or --operations, not both (--each says how long a seed is)")
    each = each or (EACH_OF_MANY if operations else EACH)
    mix = mix or (Mix.DRIVE if operations else Mix.BOTH)
    workers = psutil.cpu_count() or 1  # each with a database of its own
    directory = config.read().var / "attack"
    out.print(
        "A town of its own, gone afterwards; yours is not touched. fsync is off: processes die here, the machine does not."
    )
    most = seeds if seeds is not None else math.ceil((operations or 1) / each)
    length = Length(each, mix.value, until_broken, operations)
    how = f"--each {each} --mix {mix.value}"
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell started this in the background
    with _bars(operations or most * each, most, how) as told:
        campaign = run(directory, range(seed, seed + most), length, workers, told)
    out.print(_figures(campaign, workers))
    played = {one.seed for one in campaign.played}
    left = [one for one in range(seed, seed + most) if one not in played]
    if left and not (operations and campaign.operations >= operations):
        out.print(f"    go on: dure simulate attack --seed {left[0]} --seeds {seed + most - left[0]} {how}")
    if campaign.broken:
        out.print(f"[red]{len(campaign.broken)} of {len(played)} seeds broke.[/]")
        raise typer.Exit(BROKE)
    out.print(
        f"[green]✓[/] {len(played):,} seeds, {campaign.operations:,} operations: nothing lost, doubled or invented."
    )
    if left and not operations:
        raise typer.Exit(STOPPED)


def _say_broken(one: Played, how: str) -> None:
    out.print(f"[red]✗[/] seed {one.seed}, at {escape(one.at)}: {escape(one.broken)}")
    out.print(f"    replay: dure simulate attack --seed {one.seed} {how}")


@contextmanager
def _bars(operations: int, seeds: int, how: str) -> Iterator[Told]:
    """Progress; where nobody sees bars, a line a minute; each break at once. Answers who wants to be told."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    started = said = time.monotonic()
    with Progress(*columns, console=out, disable=not out.is_terminal) as bars:
        done = bars.add_task("operations", total=operations)
        whole = bars.add_task("seeds", total=seeds)

        def told(more: int, played: Played | None) -> None:
            nonlocal said
            bars.advance(done, more)
            bars.advance(whole, played is not None)
            if played is not None and played.broken:
                _say_broken(played, how)
            now = time.monotonic()
            if not out.is_terminal and now - said > SAY_SECONDS:
                said = now
                so_far = [int(task.completed) for task in bars.tasks]
                out.print(f"{so_far[1]:,} seeds, {so_far[0]:,} operations, {so_far[0] / (now - started):,.0f} a second")

        yield told


def _figures(campaign: Campaign, workers: int) -> Table:
    table = Table(title="the attack", show_header=False)
    played = campaign.played
    rate = campaign.operations / max(campaign.seconds, 0.001)
    python = sum(one.seconds for one in played)
    work = (python + campaign.database_seconds) / max(1, campaign.operations)
    rows = [
        (
            "operations",
            f"{campaign.operations:,} in {campaign.seconds:,.1f} s ({rate:,.0f} a second, {workers} processes)",
        ),
        (
            "work",
            f"{python:,.0f} s of Python, {campaign.database_seconds:,.0f} s of the database: {work * 1_000:.3f} ms an operation",
        ),
        ("of them", _counted(one.kinds for one in played)),
        ("answers", _counted(one.answers for one in played)),
        ("faults", _counted([Counter(dict.fromkeys(FAULTS, 0)), *(one.faults for one in played)])),
        ("steps checked", f"{sum(one.steps for one in played):,}"),
        ("statements", f"{sum(one.statements for one in played) / max(1, campaign.operations):.2f} an operation"),
        ("promises proved at the end", f"{sum(one.checks for one in played):,}"),
    ]
    if len(played) == 1:
        rows.append(("digest of all answers", played[0].digest))
    for row in rows:
        table.add_row(*row)
    return table


def _counted(counters: Iterable[Counter[str]]) -> str:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return ", ".join(f"{name} {count:,}" for name, count in total.most_common())
