"""`dure bench`: prints, from one run, what Dure does a second beside its peers and limits, and the ratio of the two.

The rounds of all sides alternate, so that a slow minute of the machine meets all. Client, server and database share the
machine's cores. Exit code 1 when a ratio is below its limit.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import gifts, growth, matching, peers, proofs, pushes, scans
from bench.measuring import Comparison, Side, Step, compare, over_http
from dure.base import clock
from dure.kit import crowd
from dure.kit.importing import Silent
from dure.site import boot, stage

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
ROUND_SECONDS = 4
ROWS = 10_000_000  # of the town of many rows
TURNS_A_ROUND = 3 + 3 + 1 + 1 + 1 + 2 + 1 + 2 + 4 + 2 + 3 + 2 + 3 + 3
PAGES_RATIO_MIN = 0.5
PAGE = "/"
BOXES, DONORS = 110, 20_000
VAR = ROOT / "var" / "bench"
out = Console(highlight=False)


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; answers the exit code."""
    asked = _asked(arguments)
    with _progress() as progress:
        task = progress.add_task("a new town", total=asked.rounds * TURNS_A_ROUND + 3)

        def step(what: str) -> None:
            progress.update(task, advance=1, description=what)

        with _bench(asked, step) as bench, peers.granian(port := stage.free_port(), VAR / "granian.log", bench.url):
            compared: list[Comparison] = []
            for part in _parts(asked, bench, port, step):
                _print(part)  # at once: what was measured is not lost when a later part breaks
                compared += part
            step("done")
    _keep(compared)
    return 0 if all(each.holds for each in compared) else 1


def _parts(asked: argparse.Namespace, bench: gifts.Bench, port: int, step: Step) -> Iterator[list[Comparison]]:
    """Each part as it is measured."""
    yield gifts.measure(bench, step)
    yield [_pages(bench, port, step)]
    if asked.proofs:
        town = proofs.Town(bench.url, (bench.ports.one, bench.ports.two), bench.ground.donors, bench.scratch)
        yield proofs.measure(town, asked.proofs, bench.rounds, bench.seconds, step)
    yield pushes.measure(bench.rounds, bench.seconds, step)
    if asked.scans:
        yield scans.measure(bench.rounds, bench.seconds, step, asked.scans)
    if asked.friends:
        yield [matching.measure(bench.url, asked.friends, asked.rounds, step)]


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dure bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of each side, {ROUNDS} when not said")
    parser.add_argument(
        "--seconds", type=int, default=ROUND_SECONDS, help=f"seconds a round, {ROUND_SECONDS} when not said"
    )
    parser.add_argument(
        "--rows",
        type=int,
        default=ROWS,
        help=f"gifts in the town of many rows, {ROWS:,} when not said; 0: no such town",
    )
    parser.add_argument(
        "--friends",
        type=int,
        default=matching.FRIENDS,
        help=f"friends that a message is queued for, {matching.FRIENDS:,} when not said; 0: not measured",
    )
    parser.add_argument(
        "--scans",
        type=int,
        default=scans.LONG_SECONDS,
        help=f"seconds of the long round of check-ins, {scans.LONG_SECONDS} when not said; 0: check-ins are not measured",
    )
    parser.add_argument(
        "--proofs",
        type=int,
        default=proofs.PROJECTS,
        help=f"projects in which each of the people proves a day, {proofs.PROJECTS} when not said; 0: not measured",
    )
    return parser.parse_args(list(arguments))


@contextmanager
def _bench(asked: argparse.Namespace, step: Step) -> Iterator[gifts.Bench]:
    """A new town with boxes and people, a copy of it with many rows, and the servers that are compared."""
    with stage.ground(VAR):
        from django.db import connections

        from dure.services.giving import demo

        step(f"a town with {BOXES} boxes and {DONORS:,} people")
        url = boot.keeper_url()
        ground = demo.open_ground(BOXES, DONORS, Silent())
        connections.close_all()  # a database is copied while nobody is connected to it
        grown = growth.copy_of(url) if asked.rows else None
        if grown:
            step(f"a copy of it with {asked.rows:,} gifts")
            growth.fill(grown, asked.rows)
        peers.prepare(url)
        with (
            stage.serving_at(VAR, "one process") as one,
            stage.serving_at(VAR, "two processes", 2) as two,
            _grown_server(grown) as many,
        ):
            yield gifts.Bench(ground, url, gifts.Ports(one[1], two[1], many), asked.rounds, asked.seconds, VAR)


@contextmanager
def _grown_server(url: str | None) -> Iterator[int | None]:
    if url is None:
        yield None
        return
    with stage.serving_at(VAR, "many rows", DATABASE_URL=url) as address:
        yield address[1]


def _pages(bench: gifts.Bench, other_port: int, step: Step) -> Comparison:
    """The same page through the bridge and under granian."""
    raw = crowd.request("GET", PAGE, "localhost", {"Accept-Language": "ko"})
    ours, theirs = [], []
    for each in (bench.ports.one, other_port):
        over_http(each, repeat(crowd.Wish(raw)), 1)
    for number in range(1, bench.rounds + 1):
        step(f"pages through the bridge, round {number}")
        ours.append(over_http(bench.ports.one, repeat(crowd.Wish(raw)), bench.seconds).per_second)
        step(f"pages under granian, round {number}")
        theirs.append(over_http(other_port, repeat(crowd.Wish(raw)), bench.seconds).per_second)
    side, other = Side("Dure, pages over the bridge", "/s", ours), Side("granian WSGI, the same view", "/s", theirs)
    return compare("pages beside granian", side, other, PAGES_RATIO_MIN, {"page": PAGE})


def _progress() -> Progress:
    columns = (TextColumn("{task.description:45}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print(compared: list[Comparison]) -> None:
    table = Table(title="dure bench: medians of alternating rounds")
    for heading in ("what", "a second", "rounds"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for each in compared:
        for side in (each.ours, each.theirs):
            table.add_row(side.name, f"{side.median:,.0f}", "  ".join(f"{value:,.0f}" for value in side.rounds))
        limit = f"(at least {each.least}: {'holds' if each.holds else 'FAILS'})" if each.least else "(for information)"
        table.add_row(
            f"[bold]{each.name}[/]", f"[bold]{each.ratio:.{2 if each.ratio >= 2 else 3}f} x[/]", limit, end_section=True
        )
    out.print(table)
    for each in compared:
        for name, value in each.notes.items():
            out.print(f"{each.name}: {name.replace('_', ' ')} = {value}", style="dim")


def _keep(compared: list[Comparison]) -> None:
    file = ROOT / "var" / "bench.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode({"at": clock.now(), "compared": compared})))
    out.print(f"written to {file.relative_to(ROOT)}", style="dim")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
