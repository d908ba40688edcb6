"""Gifts: ours over HTTP beside pgbench and django-hordak posting the same transfers, at 1, 20 and 110 boxes."""

import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from bench import peers
from bench.measuring import CROWD_LINES, LINES, Comparison, Measured, Side, Step, compare, over_http, pause
from dure.kit import crowd

if TYPE_CHECKING:
    from dure.services.giving import demo

SEED = 20200301
READY_A_SECOND = 15_000  # requests made before a round, so that making them costs the round nothing
PAGES_A_SECOND = 500  # more than two processes serve
AMOUNTS = (1_000, 2_000, 3_000, 5_000, 10_000)
SPREADS = (1, 20, 110)  # over how many boxes the gifts go
HORDAK_PROCESSES = 8
PGBENCH_RATIO_MIN = 2.5
HORDAK_RATIO_MIN = 20.0
P99_MS_MAX = 60.0
SERVERS_RATIO_MIN = 1.0
GROWN_RATIO_MIN = 0.9


@dataclass(frozen=True, slots=True)
class Ports:
    """The servers that are compared. `grown` None: no town of many rows was made."""

    one: int
    two: int  # two processes behind one port
    grown: int | None


@dataclass(frozen=True, slots=True)
class Bench:
    """Where the rounds take place."""

    ground: "demo.Ground"
    url: str
    ports: Ports
    rounds: int
    seconds: int
    scratch: Path


def measure(bench: Bench, step: Step) -> list[Comparison]:
    """All comparisons of gifts. In each round every side has its turn, so that a slow minute meets all."""
    mills = {count: _Mill(bench.ground, count) for count in SPREADS}
    sides: dict[str, list[Measured]] = {}
    peer: dict[str, list[float]] = {}
    commits = _Commits(bench.url)
    peers.prepare_hordak(bench.url)
    _warm(bench, mills[110])
    for number in range(1, bench.rounds + 1):
        for count in SPREADS:
            step(f"gifts to {count} boxes, round {number}")
            with commits.counted(count == max(SPREADS)):
                sides.setdefault(f"{count} boxes", []).append(_round(bench, bench.ports.one, mills[count]))
            step(f"pgbench to {count} boxes, round {number}")
            rate = peers.transfers_per_second(bench.url, peers.gifts(count), bench.seconds, bench.scratch)
            peer.setdefault(f"{count} boxes", []).append(rate)
        step(f"pgbench, accounts apart, round {number}")
        peer.setdefault("apart", []).append(
            peers.transfers_per_second(bench.url, peers.APART, bench.seconds, bench.scratch)
        )
        step(f"gifts of a crowd, round {number}")
        sides.setdefault("crowd", []).append(_round(bench, bench.ports.one, mills[110], CROWD_LINES))
        step(f"the hot room without a server, round {number}")
        room = peers.room_per_second(bench.ground, bench.seconds, CROWD_LINES)
        peer.setdefault("room", []).append(room)
        for processes in (1, HORDAK_PROCESSES):
            step(f"django-hordak, {processes} processes, round {number}")
            rate = peers.hordak_per_second(bench.url, bench.seconds, processes)
            peer.setdefault(f"hordak {processes}", []).append(rate)
        step(f"two server processes, round {number}")
        sides.setdefault("two", []).append(_round(bench, bench.ports.two, mills[110]))
        for name, port in (("visits", bench.ports.one), ("visits, two", bench.ports.two)):
            step(f"{name}, round {number}")
            sides.setdefault(name, []).append(_visits(bench, port, mills[110]))
        if bench.ports.grown is not None:
            _beside_new(bench, bench.ports.grown, mills[110], sides, step)
    return _compared(sides, peer, commits)


def _compared(sides: dict[str, list[Measured]], peer: dict[str, list[float]], commits: "_Commits") -> list[Comparison]:
    ours = _side("Dure, durable gifts over HTTP to 110 boxes, 64 lines", sides["110 boxes"])
    found = [
        compare(
            "gifts beside pgbench",
            ours,
            Side("pgbench, the same transfer in 3 statements, 64 clients", "/s", peer["110 boxes"]),
            PGBENCH_RATIO_MIN,
            _notes(sides["110 boxes"], commits),
        ),
        _patience(sides["110 boxes"]),
    ]
    for count in SPREADS[:-1]:
        name = "1 box" if count == 1 else f"{count} boxes"
        side = _side(f"Dure, gifts to {name}", sides[f"{count} boxes"])
        same = Side(f"pgbench, the same transfer to {name}", "/s", peer[f"{count} boxes"])
        found.append(compare(f"gifts to {name} beside pgbench", side, same, PGBENCH_RATIO_MIN))
        found.append(compare(f"{name} beside 110", side, ours, None))
    crowd_of = _side(f"Dure, durable gifts over HTTP to 110 boxes, {CROWD_LINES} lines", sides["crowd"])
    room = Side(f"Dure, the hot room in one process, {CROWD_LINES} givers", "/s", peer["room"])
    hordak = Side("django-hordak, one process", "/s", peer["hordak 1"])
    crowded = Side(f"django-hordak, {HORDAK_PROCESSES} processes", "/s", peer[f"hordak {HORDAK_PROCESSES}"])
    strangers = Side("pgbench, 20,000 accounts that hardly ever meet", "/s", peer["apart"])
    found += [
        compare("posting beside django-hordak, neither over HTTP", room, hordak, HORDAK_RATIO_MIN),
        compare("gifts of a crowd over HTTP beside django-hordak without", crowd_of, hordak, None),
        compare("gifts beside django-hordak", ours, hordak, None),
        compare("gifts of a crowd beside many django-hordaks", crowd_of, crowded, None),
        compare("gifts beside transfers that never wait for each other", ours, strangers, None),
        compare(
            "two server processes beside one",
            _side("people who open a box's page and give, two processes", sides["visits, two"]),
            _side("people who open a box's page and give, one process", sides["visits"]),
            SERVERS_RATIO_MIN,
        ),
        compare("the same, gifts that nobody looked at a page for", _side("two processes", sides["two"]), ours, None),
    ]
    if "grown" in sides:
        grown = _side("Dure, a book of many rows", sides["grown"])
        new = _side("Dure, a new book, in turn with it", sides["new"])
        found.append(compare("a book of many rows beside a new one", grown, new, GROWN_RATIO_MIN))
    return found


def _beside_new(bench: Bench, grown: int, mill: "_Mill", sides: dict[str, list[Measured]], step: Step) -> None:
    """A book of many rows and a new one right after each other and back, so that neither has the better minute."""
    for name, port in (("new", bench.ports.one), ("grown", grown), ("grown", grown), ("new", bench.ports.one)):
        step(f"a {name} book")
        sides.setdefault(name, []).append(_round(bench, port, mill))


def _patience(seen: Sequence[Measured]) -> Comparison:
    """How often the longest wait of 99 in 100 fits into the limit: a ratio of 1 and more holds."""
    limit = Side("the limit of p99, ms", "ms", [P99_MS_MAX])
    p99 = Side("Dure, p99 of a gift, ms", "ms", [each.p99_ms for each in seen])
    return Comparison("p99 within its limit", limit, p99, P99_MS_MAX / p99.median, 1.0, {})


def _side(name: str, seen: Sequence[Measured]) -> Side:
    return Side(name, "/s", [each.per_second for each in seen])


def _notes(seen: Sequence[Measured], commits: "_Commits") -> dict[str, Any]:
    return {
        "p50_ms": round(statistics.median(each.p50_ms for each in seen), 1),
        "p99_ms": round(statistics.median(each.p99_ms for each in seen), 1),
        "gifts_a_commit": round(sum(each.good for each in seen) / max(1, commits.total), 1),
        "statements_a_group": 1,
        "statuses": dict(sum((Counter(each.statuses) for each in seen), Counter())),
    }


def _warm(bench: Bench, mill: "_Mill") -> None:
    for port in (bench.ports.one, bench.ports.two, bench.ports.grown):
        if port is not None:
            over_http(port, mill.ready(2), 2)


def _round(bench: Bench, port: int, mill: "_Mill", lines: int = LINES) -> Measured:
    wishes = mill.ready(bench.seconds)
    pause()
    return over_http(port, wishes, bench.seconds, lines)


def _visits(bench: Bench, port: int, mill: "_Mill") -> Measured:
    """People who open the page of a box, as everybody does, and then give."""
    wishes = mill.visits(bench.seconds)
    pause()
    return over_http(port, wishes, bench.seconds)


class _Mill:
    """Makes requests, each a gift of its own with a receipt and a key of its own, for ever."""

    def __init__(self, ground: "demo.Ground", boxes: int) -> None:
        self._ground = ground
        self._wishes = _wishes(ground, boxes)

    def visits(self, seconds: int) -> list[crowd.Wish]:
        """A page of a box before each gift."""
        from dure.services.giving import demo

        pages = [crowd.Wish(demo.page_request("localhost", box)) for box in self._ground.boxes]
        gifts = islice(self._wishes, PAGES_A_SECOND * seconds)
        return [wish for number, gift in enumerate(gifts) for wish in (pages[number % len(pages)], gift)]

    def ready(self, seconds: int) -> list[crowd.Wish]:
        return list(islice(self._wishes, READY_A_SECOND * seconds))


def _wishes(ground: "demo.Ground", boxes: int) -> Iterator[crowd.Wish]:
    from dure.services.giving import demo

    chance = random.Random(SEED + boxes)
    tokens = [demo.token(person) for person in ground.donors]
    targets = ground.boxes[:boxes]
    while True:
        giver, box = chance.randrange(len(tokens)), chance.choice(targets)
        yield crowd.Wish(
            demo.gift_request("localhost", ground.donors[giver], box, chance.choice(AMOUNTS), tokens[giver])
        )


class _Commits:
    """How many transactions the database committed in the rounds that count."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.total = 0

    def counted(self, counts: bool) -> "_Counted":
        return _Counted(self, counts)

    def now(self) -> int:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SELECT pg_stat_force_next_flush()")
            time.sleep(1)  # servers tell their counts once a second
            row = connection.execute(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
        return int(row[0]) if row else 0


class _Counted:
    def __init__(self, commits: _Commits, counts: bool) -> None:
        self._commits, self._counts, self._before = commits, counts, 0

    def __enter__(self) -> None:
        self._before = self._commits.now() if self._counts else 0

    def __exit__(self, *_: object) -> None:
        if self._counts:
            self._commits.total += self._commits.now() - self._before
