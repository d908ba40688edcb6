"""keys: destroy what has ended, trust the clock, go on after a folder or a database was lost."""

from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Annotated, Final

import typer
from rich.console import Console

from dure.base.actors import system
from dure.foundations.vault import rules
from dure.foundations.vault.types import Trust
from dure.kit import tx
from dure.site import boot, config, readiness
from dure.site.cli import copies

out = Console(highlight=False, soft_wrap=True)
FOUND: Final = 1

keys = typer.Typer(name="keys", help="Keys that end.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(keys)


@keys.command("destroy")
def destroy() -> None:
    """Destroy the keys whose end has come, and tell it in the logs. The worker does so every minute."""
    actions, _ = _vault()
    with tx.durable():
        sweep = actions.destroy_keys(system("shell.destroy"))
    for note in sweep.gone:
        out.print(f"destroyed: {note.name}, ended on {note.ends}")
    out.print(f"{len(sweep.gone)} keys.")
    for trouble in sweep.troubles:
        out.print(f"[red]✗[/] {trouble.where}: {copies.said(trouble.refusal)}")
    if sweep.troubles:
        raise typer.Exit(FOUND)


@keys.command("trust-clock")
def trust_clock(day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day it is today.")]) -> None:
    """Say that the clock is right: after a sleep of more than three days, or after a wrong clock was put right.

    Every log of this place tells it.
    """
    actions, queries = _vault()
    with copies.in_words(), tx.durable():
        actions.trust_clock(system("shell.trust_clock"), day.date())
    if queries.day_seen() != day.date():
        out.print("[red]✗[/] It was told, and the folder of keys could not be written: mend that, then say it again.")
        raise typer.Exit(FOUND)
    out.print(f"{day.date()} is trusted.")


@keys.command("accept-head")
def accept_head(
    log: Annotated[str, typer.Argument(help="The log's name: visits")],
    size: Annotated[int, typer.Argument(help="The entries of the newest head that somebody wrote down.")],
    root: Annotated[str, typer.Argument(help="Its root, as dure doctor or the log's page shows it.")],
) -> None:
    """Go on with a log beside a new folder of keys: the log has to have grown out of a head that was written down elsewhere."""
    actions, _ = _vault()
    with copies.in_words(), tx.durable():
        actions.accept_head(system("shell.accept_head"), log, size, copies.root_in(root))
    out.print(f"{log} goes on from {size} entries.")


@keys.command("restore-log")
def restore_log(
    log: Annotated[str, typer.Argument(help="The log's name: visits")],
    folder: Annotated[Path, typer.Argument(help="A copy of it that is newer than this database: dure audit copy")],
) -> None:
    """Put back into an older database what a copy of its public log still holds. Every entry and the head are verified."""
    actions, queries = _vault()
    with copies.in_words(), tx.durable():
        read = copies.reader(folder)
        head = rules.read_checkpoint(read, Trust(queries.verifier(log))).checkpoint
        bodies = [one.body for one in rules.audited_entries(read, head)]
        count = actions.restore_log(system("shell.restore_log"), log, copies.note_in(folder), bodies)
    out.print(f"{log}: {count} entries put back, {len(bodies)} now.")


def _vault() -> tuple[ModuleType, ModuleType]:
    boot.prepare(any_party=True)
    readiness.check_party(config.read())  # nothing is destroyed in another party's name
    from dure.foundations.vault import actions, queries

    return actions, queries
