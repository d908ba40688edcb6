"""`dure bench`: prints, from one run, what Dure does a second beside its peers and limits, and the ratio of the two.

The rounds of both sides alternate, so that a slow minute of the machine meets both. Client, server and database share the
machine's cores. Exit code 1 when a ratio is below its limit.
"""

import argparse
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bench import peers
from dure.base import clock
from dure.kit import crowd
from dure.kit.importing import Silent
from dure.site import boot, stage

if TYPE_CHECKING:
    from dure.services.giving import demo

ROOT = Path(__file__).resolve().parents[1]
LINES = 64
SEED = 20200301
ROUNDS = 3
ROUND_SECONDS = 5
READY_A_SECOND = 15_000  # requests made before a round, so that making them costs the round nothing
GIFTS_RATIO_MIN = 1.5
PAGES_RATIO_MIN = 0.5
PAGE = "/"
BOXES, DONORS = 110, 20_000
AMOUNTS = (1_000, 2_000, 3_000, 5_000, 10_000)
HOST = "localhost"
VAR = ROOT / "var" / "bench"
out = Console(highlight=False)


class Side(msgspec.Struct, frozen=True):
    """One side of a comparison: what it is and what each round measured."""

    name: str
    unit: str
    rounds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


class Comparison(msgspec.Struct, frozen=True):
    """Ours beside theirs. `least` None: for information."""

    name: str
    ours: Side
    theirs: Side
    ratio: float
    least: float | None
    notes: dict[str, Any]

    @property
    def holds(self) -> bool:
        return self.least is None or self.ratio >= self.least


class Measured(msgspec.Struct, frozen=True):
    """What one round over HTTP saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    statuses: dict[int, int]


def main(arguments: Sequence[str] = ()) -> int:
    """Measure and print; answers the exit code."""
    asked = _asked(arguments)
    rounds, seconds = asked.rounds, asked.seconds
    with stage.town(VAR, worker=False) as (_host, port), _progress() as progress:
        from dure.services.giving import demo

        task = progress.add_task(f"a town with {BOXES} boxes and {DONORS:,} people", total=rounds * 5 + 1)

        def step(what: str) -> None:
            progress.update(task, advance=1, description=what)

        url, other_port = boot.database_url(), stage.free_port()
        ground = demo.open_ground(BOXES, DONORS, Silent())
        peers.prepare(url)
        with peers.granian(other_port, VAR / "granian.log", url):
            compared = [
                *_gifts(ground, url, port, (rounds, seconds), step),
                _pages(port, other_port, (rounds, seconds), step),
            ]
        step("done")
    _print(compared)
    _keep(compared)
    return 0 if all(each.holds for each in compared) else 1


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dure bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"rounds of each side, {ROUNDS} when not said")
    parser.add_argument(
        "--seconds", type=int, default=ROUND_SECONDS, help=f"seconds a round, {ROUND_SECONDS} when not said"
    )
    return parser.parse_args(list(arguments))


def _wishes(ground: "demo.Ground") -> Iterator[crowd.Wish]:
    """Requests, each a gift of its own with a receipt and a key of its own, for ever."""
    from dure.services.giving import demo

    chance = random.Random(SEED)
    tokens = [demo.token(person) for person in ground.donors]
    while True:
        giver, box = chance.randrange(len(tokens)), chance.choice(ground.boxes)
        yield crowd.Wish(demo.gift_request(HOST, ground.donors[giver], box, chance.choice(AMOUNTS), tokens[giver]))


def _gifts(
    ground: "demo.Ground", url: str, port: int, measure: tuple[int, int], step: Callable[[str], None]
) -> list[Comparison]:
    """Durable gifts over HTTP beside pgbench driving the same transfer; for information, beside accounts that hardly meet."""
    rounds, seconds = measure
    wishes = _wishes(ground)
    _over_http(port, list(islice(wishes, READY_A_SECOND)), 2)
    ours, same, apart, seen = [], [], [], []
    commits = gifts = 0
    for number in range(1, rounds + 1):
        step(f"gifts over HTTP, round {number}")
        before = _commits(url)
        found = _over_http(port, list(islice(wishes, READY_A_SECOND * seconds)), seconds)
        commits += _commits(url) - before
        gifts += found.statuses.get(201, 0)
        ours.append(found.per_second)
        seen.append(found)
        step(f"pgbench, the same transfer, round {number}")
        same.append(peers.transfers_per_second(url, peers.GIFTS, seconds, VAR))
        step(f"pgbench, accounts apart, round {number}")
        apart.append(peers.transfers_per_second(url, peers.APART, seconds, VAR))
    side = Side("Dure, durable gifts over HTTP, 64 lines", "/s", ours)
    notes = {
        "p50_ms": round(statistics.median(each.p50_ms for each in seen), 1),
        "p99_ms": round(statistics.median(each.p99_ms for each in seen), 1),
        "gifts_a_commit": round(gifts / max(1, commits), 1),
        "statements_a_group": 1,
        "statuses": dict(sum((Counter(each.statuses) for each in seen), Counter())),
    }
    peer = Side("pgbench, the same transfer in 3 statements, 64 clients", "/s", same)
    strangers = Side("pgbench, 20,000 accounts that hardly ever meet", "/s", apart)
    return [
        _compare("gifts beside pgbench", side, peer, GIFTS_RATIO_MIN, notes),
        _compare("gifts beside transfers that never wait for each other", side, strangers, None, {}),
    ]


def _pages(port: int, other_port: int, measure: tuple[int, int], step: Callable[[str], None]) -> Comparison:
    """The same page through the bridge and under granian."""
    rounds, seconds = measure
    raw = crowd.request("GET", PAGE, HOST, {"Accept-Language": "ko"})
    ours, theirs = [], []
    for each in (port, other_port):
        _over_http(each, repeat(crowd.Wish(raw)), 1)
    for number in range(1, rounds + 1):
        step(f"pages through the bridge, round {number}")
        ours.append(_over_http(port, repeat(crowd.Wish(raw)), seconds).per_second)
        step(f"pages under granian, round {number}")
        theirs.append(_over_http(other_port, repeat(crowd.Wish(raw)), seconds).per_second)
    side, other = Side("Dure, pages over the bridge", "/s", ours), Side("granian WSGI, the same view", "/s", theirs)
    return _compare("pages beside granian", side, other, PAGES_RATIO_MIN, {"page": PAGE})


def _over_http(port: int, wishes: Iterable[crowd.Wish], seconds: float) -> Measured:
    statuses: Counter[int] = Counter()
    waits: list[float] = []

    def heard(answer: crowd.Answer) -> None:
        statuses[answer.status] += 1
        waits.append(answer.seconds)

    took = crowd.run(("127.0.0.1", port), wishes, heard, lines=LINES, until=seconds)
    waits.sort()
    good = sum(count for status, count in statuses.items() if 200 <= status < 300)
    return Measured(
        per_second=good / took,
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
        statuses=dict(statuses),
    )


def _commits(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        time.sleep(1)  # servers tell their counts once a second
        row = connection.execute(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return int(row[0]) if row else 0


def _compare(name: str, ours: Side, theirs: Side, least: float | None, notes: dict[str, Any]) -> Comparison:
    return Comparison(name, ours, theirs, round(ours.median / theirs.median, 2), least, notes)


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
        table.add_row(f"[bold]{each.name}[/]", f"[bold]{each.ratio:.2f} x[/]", limit, end_section=True)
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
