"""Scans: verified, once-only, durable, over HTTP, beside pgbench inserting one row a transaction on the same server.

As a program it is the visit party's own process, because that has another database than the platform:
`python -m bench.scans --rounds 3 --seconds 4 --long 60`. It says its steps and results as lines of JSON.
"""

import argparse
import subprocess
import sys
import time
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench import peers  # noqa: E402 - found beside this file also when run by itself
from bench.measuring import LINES, Comparison, Measured, Side, Step, compare, pause  # noqa: E402 - the same
from dure.base import clock  # noqa: E402 - the same
from dure.kit import crowd  # noqa: E402 - the same
from dure.kit.importing import Silent  # noqa: E402 - the same
from dure.services.checkin.rules import calendar  # noqa: E402 - the same
from dure.services.checkin.types.doors import ScanAsked  # noqa: E402 - the same
from dure.site import boot, parties, stage  # noqa: E402 - the same
from dure.site.trials import guests  # noqa: E402 - the same

if TYPE_CHECKING:
    from dure.site.trials.door import Door

VAR = ROOT / "var" / "bench-visits"
LONG_SECONDS = 60
READY_A_SECOND = 9_000  # codes made before a short round
MADE_A_SECOND = 6_000  # by two processes on two shared cores, at the least
SCANNERS = 600
SPARE = 1.25  # more codes than the short rounds took, for the long one
SCANS_WANTED = 5_000.0  # and as many as pgbench inserts: aims, which two busy cores do not reach; for information
P99_MS_MAX = 150.0
# A row as wide as a journal's entry, in a table with one index.
_TABLE = "DROP TABLE IF EXISTS bench_row; CREATE TABLE bench_row (id uuid PRIMARY KEY, entry bytea NOT NULL)"
_INSERT = f"INSERT INTO bench_row VALUES (gen_random_uuid(), '\\\\x{'5a' * 102}');\n"


class Said(msgspec.Struct):
    """A line of the program."""

    step: str = ""
    found: list[Comparison] | None = None


def measure(rounds: int, seconds: int, step: Step, long: int = LONG_SECONDS) -> list[Comparison]:
    """The comparisons, from a process of the visit party."""
    command = [
        sys.executable,
        "-m",
        "bench.scans",
        "--rounds",
        str(rounds),
        "--seconds",
        str(seconds),
        "--long",
        str(long),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        if child.stdout is None:
            raise RuntimeError("no line to the child")
        for line in child.stdout:
            said = msgspec.json.decode(line, type=Said)
            if said.found is not None:
                return said.found
            step(said.step)
    raise RuntimeError("the visit party's benchmark ended without a result")


class _Bench:
    """The door, its servers, and how many codes were let in."""

    def __init__(self, opened: "Door", url: str, scratch: Path) -> None:
        self.opened, self.url, self.scratch, self.welcome = opened, url, scratch, 0
        self._tokens = [scanner.token() for scanner in opened.scanners]

    def short(self, port: int, seconds: int) -> Measured:
        """As fast as it goes, for some seconds."""
        count = READY_A_SECOND * seconds
        _, slot = calendar.slot_of(clock.now())
        middle = slot + int((count / MADE_A_SECOND + seconds) / calendar.SLOT_SECONDS / 2) + 1
        return self._round(port, [middle] * count, seconds)

    def long(self, port: int, seconds: int, rate: float) -> Measured:
        """The same for long: each code in its quarter of a minute."""
        count = int(rate * SPARE * seconds)
        _, slot = calendar.slot_of(clock.now())
        first = slot + int(count / MADE_A_SECOND / calendar.SLOT_SECONDS) + 2
        a_slot = int(rate * SPARE * calendar.SLOT_SECONDS)
        return self._round(port, [first + at // a_slot for at in range(count)], seconds, first)

    def _round(self, port: int, slots: list[int], seconds: int, first: int | None = None) -> Measured:
        made = guests.guests(self.opened.keys, slots, lambda count: None)
        self._tokens = [scanner.token() for scanner in self.opened.scanners]
        requests = [
            (slot, guests.request(guests.SCAN, self._tokens[at % len(self._tokens)], ScanAsked(one.code)))
            for at, (slot, one) in enumerate(zip(slots, made, strict=True))
        ]
        if first is not None:
            begins = calendar.slot_starts_at(self.opened.keys.epoch, first)
            time.sleep(max(0.0, (begins - clock.now()).total_seconds()))
        pause()
        return self._sent(port, requests, seconds)

    def _sent(self, port: int, requests: list[tuple[int, bytes]], seconds: int) -> Measured:
        statuses: Counter[int] = Counter()
        waits: list[float] = []
        words: Counter[bool] = Counter()

        def heard(answer: crowd.Answer) -> None:
            statuses[answer.status] += 1
            words[b'"welcome"' in answer.body] += 1
            waits.append(answer.seconds)

        wishes = guests.in_their_time(requests, self.opened.keys.epoch)
        took = crowd.run(("127.0.0.1", port), wishes, heard, lines=LINES, until=seconds)
        waits.sort()
        self.welcome += words[True]
        p50, p99 = (waits[len(waits) * part // 100] * 1000 for part in (50, 99))
        return Measured(words[True] / took, words[True], p50, p99, dict(statuses))


def main() -> int:
    """Measure, and say it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("rounds", 3), ("seconds", 4), ("long", LONG_SECONDS)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    asked = parser.parse_args()
    with (
        stage.party(VAR, parties.VISITS),
        stage.serving_at(VAR, "one process") as one,
        stage.serving_at(VAR, "two processes", 2) as two,
    ):
        _say(Said(step="a visit party with its scanners"))
        opened: Door = import_module("dure.site.trials.door").open_door(SCANNERS, Silent())
        url = boot.database_url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_TABLE)
        bench = _Bench(opened, url, VAR)
        sides: dict[str, list[Measured]] = {"one": [], "two": [], "long": []}
        inserts: list[float] = []
        bench.short(one[1], 1)
        bench.short(two[1], 1)
        for number in range(1, asked.rounds + 1):
            for name, port in (("one", one[1]), ("two", two[1])):
                _say(Said(step=f"scans, {name} process, round {number}"))
                sides[name].append(bench.short(port, asked.seconds))
            _say(Said(step=f"pgbench, one row, round {number}"))
            inserts.append(peers.transfers_per_second(url, _INSERT, asked.seconds, VAR))
        if asked.long:
            best, port = max(
                (each.per_second, port) for name, port in (("one", one[1]), ("two", two[1])) for each in sides[name]
            )
            _say(Said(step=f"scans for {asked.long} s"))
            sides["long"].append(bench.long(port, asked.long, best))
            inserts.append(peers.transfers_per_second(url, _INSERT, asked.seconds, VAR))
        _demand_written(url, bench.welcome)
    _say(Said(found=_compared(sides, inserts)))
    return 0


def _compared(sides: dict[str, list[Measured]], inserts: list[float]) -> list[Comparison]:
    peer = Side(f"pgbench, one row a transaction, {LINES} clients", "/s", inserts)
    one, two = (
        Side(
            f"Dure, verified scans let in once, durable, over HTTP, {name}",
            "/s",
            [each.per_second for each in sides[part]],
        )
        for part, name in (("one", "one process"), ("two", "two processes"))
    )
    better = max(one, two, key=lambda side: side.median)
    long = sides["long"] or sides["two"]
    lasting = Side("Dure, scans for a long round", "/s", [each.per_second for each in long])
    wanted = Side("what was asked for", "/s", [SCANS_WANTED])
    limit, p99 = (
        Side("the limit of p99, ms", "ms", [P99_MS_MAX]),
        Side("Dure, p99 of a scan, ms", "ms", [each.p99_ms for each in long]),
    )
    return [
        compare("scans beside pgbench's rows", better, peer, None, _notes(sides)),
        compare("two server processes beside one, scans", two, one, None),
        compare("scans for long beside what was asked for", lasting, wanted, None, _notes({"long": long})),
        Comparison("p99 of a scan within its limit", limit, p99, P99_MS_MAX / p99.median, 1.0, {}),
    ]


def _notes(sides: dict[str, list[Measured]]) -> dict[str, Any]:
    every = [each for name in sides for each in sides[name]]
    return {
        "p50_ms": round(max(each.p50_ms for each in every), 1),
        "p99_ms": round(max(each.p99_ms for each in every), 1),
        "statuses": dict(sum((Counter(each.statuses) for each in every), Counter())),
    }


def _demand_written(url: str, welcome: int) -> None:
    """Whoever was welcome is spent, and nobody else. Raises RuntimeError."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM checkin_spent_new").fetchone()
    if row != (welcome,):
        raise RuntimeError(f"{welcome:,} codes were let in and {row} are spent")


def _say(said: Said) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
