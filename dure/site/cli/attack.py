"""attack: the simulator that tries to lose a won (dure/site/attack)."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from dure.site import config
from dure.site.attack.campaign import Campaign, run
from dure.site.attack.played import Length

out = Console(highlight=False, soft_wrap=True)
BROKE = 1
SHOWN_MAX = 12
app = typer.Typer()


@app.callback()
def _attack() -> None:
    """The simulator that attacks the money."""


@app.command()
def attack(
    seed: Annotated[int, typer.Option(help="The first seed. The same seed does the same.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, one after the other.")] = 1,
    operations: Annotated[int, typer.Option(min=1, help="Operations of each seed.")] = 1_000,
    mix: Annotated[str, typer.Option(help="drive: gifts by the hundred; desk: payments, refunds, payouts.")] = "drive",
    until_broken: Annotated[bool, typer.Option(help="Stop at the first break.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes, each with a database of its own.")] = 2,
) -> None:
    """Try to lose a won: faults, repeats, late and lost answers, all from the seed; every step is checked against a model.

    Exit code: 0 every step of every seed held, 1 something broke; the line to replay it is printed.
    """
    directory = config.read().var / "attack"
    out.print(
        f"A town of its own in {directory}; yours is not touched. fsync is off: processes die here, the machine does not."
    )
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, disable=not out.is_terminal) as bars:
        done = bars.add_task("operations", total=seeds * operations)
        whole = bars.add_task("seeds", total=seeds)

        def told(more: int, played: int) -> None:
            bars.advance(done, more)
            bars.advance(whole, played)

        campaign = run(directory, range(seed, seed + seeds), Length(operations, mix, until_broken), workers, told)
    out.print(_figures(campaign, workers))
    for one in sorted(campaign.broken, key=lambda played: played.seed)[:SHOWN_MAX]:
        out.print(f"[red]✗[/] seed {one.seed}, at {escape(one.at)}: {escape(one.broken)}")
        out.print(f"    replay: dure simulate attack --seed {one.seed} --operations {operations} --mix {mix}")
    if campaign.broken:
        out.print(f"[red]{len(campaign.broken)} of {seeds} seeds broke.[/]")
        raise typer.Exit(BROKE)
    out.print(f"[green]✓[/] {seeds:,} seeds, {campaign.operations:,} operations: nothing lost, doubled or invented.")


def _figures(campaign: Campaign, workers: int) -> Table:
    table = Table(title="the attack", show_header=False)
    played = campaign.played
    rate = campaign.operations / max(campaign.seconds, 0.001)
    rows = [
        (
            "operations",
            f"{campaign.operations:,} in {campaign.seconds:,.1f} s ({rate:,.0f} a second, {workers} processes)",
        ),
        (
            "work",
            f"{sum(one.seconds for one in played):,.0f} s of Python, {campaign.database_seconds:,.0f} s of the database",
        ),
        ("of them", _counted(one.kinds for one in played)),
        ("answers", _counted(one.answers for one in played)),
        ("faults", _counted(one.faults for one in played) or "none"),
        ("steps checked", f"{sum(one.steps for one in played):,}"),
        ("statements", f"{sum(one.statements for one in played) / max(1, campaign.operations):.2f} an operation"),
        ("statements of", _counted(one.statements_of for one in played)),
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
