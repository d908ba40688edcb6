"""reconcile: our books beside a payment provider's."""

from datetime import datetime, time, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dure.base import clock
from dure.site import boot

out = Console(highlight=False, soft_wrap=True)
AGREES, DIFFERS, NOT_ASKED = 0, 1, 2
SHOWN_MAX = 100
FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]


def mount(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(reconcile)


def reconcile(
    provider: Annotated[str, typer.Option(help="Which provider to compare with.")],
    since: Annotated[
        datetime | None, typer.Option(formats=FORMATS, help="From when on, Seoul time. Default: yesterday.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=FORMATS, help="Up to when, not included. Default: a day later.")
    ] = None,
) -> None:
    """Compare our captured payments with a provider's, both ways. Exit code: 0 agree, 1 differences, 2 could not ask."""
    boot.prepare()
    from dure.foundations.ledger import actions
    from dure.foundations.ledger.types import ReconciliationOutcome
    from dure.foundations.people.types import system

    begin = since or datetime.combine(clock.today() - timedelta(days=1), time.min)
    end = until or begin + timedelta(days=1)
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        task = bars.add_task(f"hours of {escape(provider)}", total=None)
        run = actions.run_reconciliation(
            system("cli.reconcile"),
            provider,
            begin.replace(tzinfo=clock.SEOUL),
            end.replace(tzinfo=clock.SEOUL),
            lambda done, total: bars.update(task, completed=done, total=total),
        )
    if run.outcome is ReconciliationOutcome.SILENT:
        out.print(f"[red]✗[/] {escape(provider)} did not answer; nothing is known. Try again later.")
        raise typer.Exit(NOT_ASKED)
    out.print(f"{run.ours} payments of ours, {run.theirs} of {escape(provider)}, {begin} to {end} in Seoul.")
    if not run.found:
        out.print("[green]✓[/] The books agree.")
        raise typer.Exit(AGREES)
    table = Table("what", "order", "key", "ours", "theirs", "taken at")
    for one in run.differences[:SHOWN_MAX]:
        at = f"{clock.local(one.at):%Y-%m-%d %H:%M:%S}"
        table.add_row(one.kind, one.order, one.payment_key, f"{one.ours:,}", f"{one.theirs:,}", at)
    out.print(table)
    out.print(f"[red]{run.found} differences.[/] They stand on the desk under Reconciliation.")
    raise typer.Exit(DIFFERS)
