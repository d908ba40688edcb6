"""audit: verify a public log offline; copy one to verify. keys: destroy what has ended, trust the clock."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dure.base import clock
from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.foundations.vault import rules
from dure.foundations.vault.types import NotSigned, TileUnfit
from dure.kit import tx
from dure.site import boot

out = Console(highlight=False, soft_wrap=True)
WAIT_SECONDS_MAX = 30
FILE_BYTES_MAX = 20_000_000  # a full bundle of the longest entries is 16.8 MB
FOUND = 1
OWN_KEY = "verifier"

audit = typer.Typer(
    name="audit", help="Verify what is public, without trusting who published it.", no_args_is_help=True
)
keys = typer.Typer(name="keys", help="Keys that end.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(audit)
    app.add_typer(keys)


@audit.command("log")
def log(
    folder: Annotated[Path, typer.Argument(help="A copied log: checkpoint, tile/...")],
    key: Annotated[str, typer.Option(help="The log's key as you were told it, name+id+key.")] = "",
    witness: Annotated[list[str] | None, typer.Option(help="Key of a witness who should have signed; repeat.")] = None,
    needed: Annotated[int, typer.Option(help="How many witnesses have to have signed; all when not said.")] = -1,
) -> None:
    """Verify a copied log offline: signatures, root, every tile, every entry. Exit code: 0 holds, 1 does not."""
    try:
        witnesses = [rules.read_verifier(line) for line in witness or ()]
        verifier = rules.read_verifier(key or _own(folder))
        if not key:
            out.print("[yellow]![/] The key came with the copy: give --key as you were told it elsewhere.")
        columns = (TextColumn("entries"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
            task = bars.add_task("entries", total=None)
            found = rules.audited(
                _reader(folder),
                verifier,
                witnesses,
                len(witnesses) if needed < 0 else needed,
                lambda done, total: bars.update(task, completed=done, total=total),
            )
    except Refusal as refusal:
        out.print(f"[red]✗[/] {refusal!r}")
        raise typer.Exit(FOUND) from None
    head = found.checkpoint
    out.print(f"[green]✓[/] {head.origin}: {found.entries} entries in {found.tiles} tiles, root {head.root.hex()}")
    out.print(f"  cosigned by {', '.join(found.cosigned_by) or 'nobody: it may be a view that only you were shown'}")


@audit.command("copy")
def copy(
    address: Annotated[str, typer.Argument(help="Where the log is served: https://dure.example.org/log/visits")],
    folder: Annotated[Path, typer.Argument(help="Where to put the copy.")],
) -> None:
    """Copy a log as it is served. Nothing in it is believed yet: verify the copy with dure audit log."""
    with httpx.Client(timeout=WAIT_SECONDS_MAX) as client:
        raw = _fetched(client, address, rules.CHECKPOINT)
        size = rules.checkpoint_of(rules.read_note(raw.decode()).text).size
        _put(folder, OWN_KEY, _fetched(client, address, OWN_KEY))
        count = 0
        for path in _paths(size):
            if not (folder / path).exists():
                _put(folder, path, _fetched(client, address, path))
            count += 1
        _put(folder, rules.CHECKPOINT, raw)  # last: a copy that broke off has none
    out.print(f"{folder}: {size} entries in {count} files. Now: dure audit log {folder} --key ...")


@keys.command("destroy")
def destroy() -> None:
    """Destroy the keys whose end has come, and tell it in the logs. The worker does so every hour."""
    boot.prepare()
    from dure.foundations.vault import actions

    with tx.durable():
        gone = actions.destroy_keys(system("shell.destroy"), clock.today())
    for note in gone:
        out.print(f"destroyed: {note.name}, ended on {note.ends_on}")
    out.print(f"{len(gone)} keys.")


@keys.command("trust-clock")
def trust_clock(day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day it is today.")]) -> None:
    """Say that the clock is right after a sleep of more than 35 days, so that keys may be destroyed again."""
    boot.prepare()
    from dure.foundations.vault import actions

    actions.trust_clock(system("shell.trust_clock"), day.date())
    out.print(f"{day.date()} is trusted.")


def _own(folder: Path) -> str:
    path = folder / OWN_KEY
    if not path.is_file():
        raise NotSigned(origin="")
    return path.read_text(encoding="utf-8", errors="replace")


def _reader(folder: Path) -> rules.Read:
    def read(path: str) -> bytes | None:
        file = folder / path
        if not file.is_file():
            return None
        if file.stat().st_size > FILE_BYTES_MAX:
            raise TileUnfit(path=path, why="length")
        return file.read_bytes()

    return read


def _paths(size: int) -> Iterator[str]:
    for tile in rules.tiles_of(size):
        yield rules.path_of(tile)
        if tile.level == 0:
            yield rules.path_of(rules.TilePath(None, tile.index, tile.width))


def _fetched(client: httpx.Client, address: str, path: str) -> bytes:
    answer = client.get(f"{address.rstrip('/')}/{path}")
    if answer.status_code != httpx.codes.OK or len(answer.content) > FILE_BYTES_MAX:
        raise TileUnfit(path=path, why="missing")
    return answer.content


def _put(folder: Path, path: str, content: bytes) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
