"""audit: verify a public log offline; copy one to verify."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dure.base import clock
from dure.foundations.vault import rules
from dure.foundations.vault.types import Trust
from dure.site import boot
from dure.site.cli import copies, reports

out = Console(highlight=False, soft_wrap=True)
WAIT_SECONDS_MAX = 30
SHOWN_MAX = 20

audit = typer.Typer(
    name="audit", help="Verify what is public, without trusting who published it.", no_args_is_help=True
)


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(audit)


@audit.command("log")
def log(
    folder: Annotated[Path, typer.Argument(help="A copied log: checkpoint, tile/...")],
    key: Annotated[str, typer.Option(help="The log's key as you were told it, name+id+key.")] = "",
    witness: Annotated[list[str] | None, typer.Option(help="Key of a witness who should have signed; repeat.")] = None,
    needed: Annotated[int, typer.Option(help="How many witnesses have to have signed; all when not said.")] = -1,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day (UTC) since which witnesses have to have signed."),
    ] = None,
    old: Annotated[
        list[Path] | None, typer.Option(help="A head (file) that you kept: the log has to have grown out of it.")
    ] = None,
) -> None:
    """Verify a copied log offline: signatures, root, every tile, every entry, every older head. Exit code: 0 holds, 1 not."""
    with copies.in_words():
        witnesses = tuple(rules.read_verifier(line) for line in witness or ())
        verifier = rules.read_verifier(key or copies.own_key(folder))
        if not key:
            out.print("[yellow]![/] The key came with the copy: give --key as you were told it elsewhere.")
        second = 0 if since is None else int(since.replace(tzinfo=UTC).timestamp())
        trust = Trust(verifier, witnesses, len(witnesses) if needed < 0 else needed, second)
        columns = (TextColumn("entries"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        told = rules.Told()
        with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
            task = bars.add_task("entries", total=None)
            found = rules.audited(
                copies.reader(folder),
                trust,
                lambda done, total: bars.update(task, completed=done, total=total),
                told.hear,
            )
        head = found.checkpoint
        heads = copies.older_heads(folder, verifier, tuple(old or ()))
        for one in heads:
            rules.check_grown(copies.reader(folder), one, head)
    out.print(f"[green]✓[/] {head.origin}: {found.entries} entries in {found.tiles} tiles, root {head.root.hex()}")
    out.print(f"  cosigned by {', '.join(found.cosigned_by) or 'nobody: it may be a view that only you were shown'}")
    smallest = min((one.size for one in heads), default=None)
    out.print(
        "  no older head to compare with"
        if smallest is None
        else f"  grew out of {len(heads)} older heads, from {smallest} entries on"
    )
    out.print(f"  keys: {told.made} made, {told.taken} taken in, {told.destroyed} destroyed")
    late = told.waiting(rules.moment_of(clock.local(clock.now())))
    for name in late[:SHOWN_MAX]:
        out.print(f"[yellow]![/] {name} is past its end, and this copy does not say that it was destroyed")
    if late:
        out.print(f"  {len(late)} such keys: copy the log again; if it still does not say so, ask why")
    for line in told.wrong():
        out.print(f"[red]✗[/] {line}")
    if told.wrong():
        raise typer.Exit(copies.FOUND)


@audit.command("copy")
def copy(
    address: Annotated[str, typer.Argument(help="Where the log is served: https://dure.example.org/log/visits")],
    folder: Annotated[Path, typer.Argument(help="Where to put the copy; take the same one each time.")],
) -> None:
    """Copy a log as it is served. A head that was copied before is kept, and the new one has to have grown out of it.

    The entries are not believed yet: verify the copy with dure audit log.
    """
    with copies.in_words(), httpx.Client(timeout=WAIT_SECONDS_MAX) as client:
        new, old = copies.copy(client, address, folder)
    before = "" if old is None else f", grown out of the {old.size} copied before"
    out.print(f"{folder}: {new.size} entries{before}. Now: dure audit log {folder} --key ...")


@audit.command("checkin")
def checkin(
    copied: Annotated[
        list[str], typer.Argument(help="The three copied logs: identity=FOLDER visits=FOLDER authority=FOLDER")
    ],
    key: Annotated[
        list[str] | None, typer.Option(help="A log's key as you were told it, party=name+id+key; repeat.")
    ] = None,
    language: Annotated[str, typer.Option(help="ko or en.")] = "ko",
    pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF into this file, too.")] = None,
) -> None:
    """Verify the three logs of QR check-in offline and print what they say: which days are destroyed, how many queries there
    were, what should not be. Exit code: 0 all is as it should be, 1 not.
    """
    boot.settle()
    with copies.in_words():
        made, on = reports.made(reports.folders(copied), reports.keys(key or []), out.print)
        is_well = reports.told(made, on, language, pdf, out.print)
    raise typer.Exit(0 if is_well else copies.FOUND)
