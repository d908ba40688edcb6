"""Reading the official list of traditional markets, as it is published."""

from pathlib import Path

from dure.base.actors import system
from dure.kit.importing import BadRow, Importer, Progress, Report, bad, rows_of
from dure.services.market import actions
from dure.services.market.rules import listing
from dure.services.market.types import ListedMarket

BY = system("market.import_markets")


def importers() -> dict[str, Importer]:
    """What `dure import` offers from this house."""
    return {"markets": import_markets}


def import_markets(source: Path, progress: Progress) -> Report:
    """Load the list of traditional markets from a file or a folder of them. Loading it again changes nothing.

    A row that does not fit is left out and named with its line and reason. A market that the list names twice with the same
    addresses is one; what a newer list no longer has stays, and is counted.
    """
    files = sorted(source.glob("*.csv")) if source.is_dir() else [source]
    rows: list[ListedMarket] = []
    left_out: list[BadRow] = []
    for path in files:
        _read(path, rows, left_out, progress)
    progress.begin("markets", len(rows))
    done = actions.load_markets(BY, rows, progress.advance)
    notes = [f"{done.missing} known markets are not in this list; they stay."] if done.missing else []
    nowhere = sum(one.at is None for one in rows)
    if nowhere:
        notes.append(f"{nowhere} markets have no position: they are found by name, not on the map.")
    return Report(done.new + done.renewed, done.unchanged, tuple(left_out), tuple(notes))


def _read(path: Path, rows: list[ListedMarket], left_out: list[BadRow], progress: Progress) -> None:
    seen: dict[str, int] = {}
    progress.begin(path.name, 1)
    for line, row in rows_of(path, listing.COLUMNS):
        try:
            market = listing.listed(row)
        except listing.BadCell as cell:
            left_out.append(bad(path, line, cell.reason, cell.found))
            continue
        key = listing.key_of(market)
        if key in seen:
            left_out.append(bad(path, line, "twice", f"{market.name}, line {seen[key]}"))
            continue
        seen[key] = line
        rows.append(market)
    progress.advance()
