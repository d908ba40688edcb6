"""import: the lists that ministries publish, into the house that knows them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from dure.kit.importing import Importer, Report, bars
from dure.site import boot, readiness, rooms

BAD_ROWS_SHOWN = 50
out = Console(highlight=False)
app = typer.Typer(help="Load lists that others publish. The same files again change nothing.", no_args_is_help=True)
Source = Annotated[Path, typer.Option("--from", help="A file, or a folder with the files as they are published.")]


def mount(parent: typer.Typer) -> None:
    """Add `import` to the command line."""
    parent.add_typer(app, name="import")


@app.command()
def regions(source: Source) -> None:
    """Regions of Korea: codes, names, residents, polygons, changes of codes."""
    _run("regions", source)


@app.command()
def markets(source: Source) -> None:
    """Traditional markets of Korea, as the Small Enterprise and Market Service lists them."""
    _run("markets", source)


@app.command()
def zones(source: Source) -> None:
    """Warning zones of the weather authority: files zones-YYYY-MM-DD.csv with zone, name and beginnings of region codes."""
    _run("zones", source)


def _run(name: str, source: Path) -> None:
    boot.prepare()
    readiness.demand_migrated()
    load = importers()[name]
    with bars() as progress:
        report = load(source, progress)
    tell(report)
    raise typer.Exit(1 if report.bad else 0)


def importers() -> dict[str, Importer]:
    """What the houses offer, by name. Django must be ready."""
    return rooms.importers()


def tell(report: Report) -> None:
    """Say what an import did, and every row that it left out."""
    out.print(f"{report.loaded:,} loaded, {report.skipped:,} there already, {len(report.bad):,} left out.")
    for note in report.notes:
        out.print(note, markup=False)
    for row in report.bad[:BAD_ROWS_SHOWN]:
        out.print("[red]✗[/]", escape(f"{row.file}:{row.line} {row.reason} {row.found}"))
    if len(report.bad) > BAD_ROWS_SHOWN:
        out.print(f"… and {len(report.bad) - BAD_ROWS_SHOWN:,} more.")
