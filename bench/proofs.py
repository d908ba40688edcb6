"""How many days are proved a second? `python -m bench.proofs --projects 10`, and a part of `dure bench` (`--proofs 10`).

Ours: proofs of days, each with its own person's token and a key of its own, over HTTP, durable when answered: once a pledge and
day, by the rules of the season, counted for the hour. Theirs: pgbench inserting one row a transaction on the same server, a row
as wide as a proof into a table with one index; it asks nothing. Rounds alternate; client, server and database share the cores.

Beside it the path without HTTP: as many callers in two processes, each waiting for its proof to be durable. pgbench has no HTTP
either (and two threads), so this says what the path itself costs, and the difference to the first figure what the protocol does.
"""

import argparse
import asyncio
import multiprocessing
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench import peers  # noqa: E402 - found beside this file also when run by itself
from bench.measuring import LINES, Comparison, Measured, Side, Step, compare, over_http, pause  # noqa: E402 - the same
from dure.base import clock, ids  # noqa: E402 - the same
from dure.base.actors import PersonId  # noqa: E402 - the same
from dure.kit import crowd  # noqa: E402 - the same
from dure.site import boot, stage  # noqa: E402 - the same

SEED = 20200323
PEOPLE = 20_000
PROJECTS = 10
DAY = 50  # of the season, today
READY_A_SECOND = 15_000  # requests made before a round, so that making them costs the round nothing
RATIO_MIN = 0.5
PROCESSES = 2  # as pgbench has threads
WORDS = ("걸었어요", "마을을 한 바퀴 걸었어요", "비가 와서 집 안에서 걸었습니다")
API = "/api/v1/pledges"
# Straight into the tables: it is the proving that is measured. Everybody is in every project, each with a deposit.
_SEASON = """
INSERT INTO pledges_season (id, code, name, starts_on, propose_until, join_until, deposit, grace_minutes, fee_percent, state,
  opened_by, opened_at, root)
VALUES (%(season)s, 'BENCH', 'bench', %(starts_on)s, %(starts_on)s::date - 3, %(starts_on)s::date - 2, 10000, 60, 0, 'open',
  %(season)s, %(at)s, '')
"""
_PROJECTS = """
INSERT INTO pledges_project (id, code, season_id, leader_id, title, promise, how, proof, unit, capacity, days_a_week,
  window_start, window_until, state, proposed_at)
SELECT gen_random_uuid(), 'BN' || n, %(season)s, %(leader)s, 'bench ' || n, 'bench', 'bench', 'text', '', 10000, 7, 0, 1440,
  'open', %(at)s
FROM generate_series(1, %(projects)s) n
"""
_PLEDGES = """
INSERT INTO pledges_pledge (id, project_id, person_id, state, deposit, gives, payment, asked_at, held_at)
SELECT gen_random_uuid(), j.id, p.id, 'joined', 10000, false, gen_random_uuid(), %(at)s, %(at)s
FROM pledges_project j CROSS JOIN unnest(%(people)s::uuid[]) AS p (id) WHERE j.season_id = %(season)s
RETURNING id, person_id
"""
_TABLE = """
DROP TABLE IF EXISTS bench_proof;
CREATE TABLE bench_proof (id uuid PRIMARY KEY, pledge uuid NOT NULL, day integer NOT NULL, state text NOT NULL, text text
  NOT NULL, sent_at timestamptz NOT NULL)
"""
_INSERT = f"INSERT INTO bench_proof VALUES (uuidv7(), gen_random_uuid(), {DAY}, 'counts', '{WORDS[1]}', now());\n"


@dataclass(frozen=True, slots=True)
class Town:
    """Where the rounds take place: people of a town that is served by one process at the first port, by two at the second."""

    url: str
    ports: tuple[int, int]
    people: Sequence[PersonId]
    scratch: Path


def measure(town: Town, projects: int, rounds: int, seconds: int, step: Step) -> list[Comparison]:
    """Proofs of everybody in so many projects each, beside pgbench's rows."""
    step(f"{len(town.people) * projects:,} pledges")
    pledges = _pledges(town, projects)
    wishes = _wishes(pledges)
    sides: dict[str, list[Measured]] = {"one": [], "two": []}
    inserts: list[float] = []
    by_itself: list[float] = []
    for port in town.ports:
        over_http(port, list(islice(wishes, READY_A_SECOND)), 1)
    others = reversed(pledges)  # those whose turn over HTTP comes last
    _call(others, 1)
    before, called = _kept(town.url), 0
    for number in range(1, rounds + 1):
        for name, port in zip(sides, town.ports, strict=True):
            step(f"proofs, {name} server process, round {number}")
            ready = list(islice(wishes, READY_A_SECOND * seconds))
            pause()
            sides[name].append(over_http(port, ready, seconds))
        step(f"proofs, the path without HTTP, round {number}")
        pause()
        done, took = _call(others, seconds)
        called += done
        by_itself.append(done / took)
        step(f"pgbench, one row, round {number}")
        inserts.append(peers.transfers_per_second(town.url, _INSERT, seconds, town.scratch))
    _demand_kept(_kept(town.url) - before - called, sides)
    peer = Side(f"pgbench, one row a transaction, {LINES} clients", "/s", inserts)
    one, two = (_side(name, seen) for name, seen in sides.items())
    alone = Side(f"Dure, days proved, durable, {LINES} callers in {PROCESSES} processes, no HTTP", "/s", by_itself)
    better = max(one, two, key=lambda side: side.median)
    return [
        compare(
            "proofs beside pgbench's rows", better, peer, RATIO_MIN, _notes(sides["one" if better is one else "two"])
        ),
        compare("two server processes beside one, proofs", two, one, None),
        compare("proofs without HTTP beside pgbench's rows", alone, peer, RATIO_MIN),
    ]


def _call(whose: Iterator[tuple[UUID, PersonId]], seconds: int) -> tuple[int, float]:
    """(proofs that were durable, in how many seconds) with LINES callers in PROCESSES processes that each wait for their own."""
    parts = [list(islice(whose, READY_A_SECOND * seconds // PROCESSES)) for _ in range(PROCESSES)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as processes:
        found = processes.starmap(_called, [(part, seconds) for part in parts], chunksize=1)
    return sum(done for done, _took in found), max(took for _done, took in found)


def _called(whose: Sequence[tuple[UUID, PersonId]], seconds: int) -> tuple[int, float]:
    return asyncio.run(_calling(iter(whose), seconds))


async def _calling(whose: Iterator[tuple[UUID, PersonId]], seconds: int) -> tuple[int, float]:
    from dure.services.pledges import hot

    began = time.perf_counter()
    done = 0

    async def caller() -> None:
        nonlocal done
        for pledge, person in whose:
            if time.perf_counter() >= began + seconds:
                return
            await hot.prove(UUID(str(person)).bytes, pledge, DAY, hot.SentProof(text=WORDS[1]), ids.new().hex)
            done += 1

    await asyncio.gather(*(caller() for _ in range(LINES // PROCESSES)))
    took = time.perf_counter() - began
    await hot.close()
    return done, took


def _side(name: str, seen: Sequence[Measured]) -> Side:
    return Side(f"Dure, days proved, durable, over HTTP, {name} process", "/s", [each.per_second for each in seen])


def _notes(seen: Sequence[Measured]) -> dict[str, Any]:
    return {
        "p50_ms": round(statistics.median(each.p50_ms for each in seen), 1),
        "p99_ms": round(statistics.median(each.p99_ms for each in seen), 1),
        "statements_a_group": 1,
        "statuses": dict(sum((Counter(each.statuses) for each in seen), Counter())),
    }


def _pledges(town: Town, projects: int) -> list[tuple[UUID, PersonId]]:
    """(pledge, person) of everybody in every project of a season that is on its 50th day; and the peer's table."""
    named = {
        "season": ids.new(),
        "at": clock.now(),
        "starts_on": clock.today() - timedelta(days=DAY - 1),
        "projects": projects,
        "leader": town.people[0],
        "people": list(town.people),
    }
    with psycopg.connect(town.url, autocommit=True) as line:
        line.execute(_TABLE)
        line.execute(_SEASON, named)
        line.execute(_PROJECTS, named)
        found = line.execute(_PLEDGES, named).fetchall()
        line.execute("VACUUM ANALYZE pledges_pledge, pledges_project, pledges_season")
    return [(pledge, person) for pledge, person in found]


def _wishes(pledges: list[tuple[UUID, PersonId]]) -> Iterator[crowd.Wish]:
    """Requests that each prove today for another pledge; where a run needs more than there are, they begin anew and replace."""
    from dure.services.giving import demo

    chance = random.Random(SEED)
    chance.shuffle(pledges)
    tokens = {person: demo.token(person) for person in {person for _, person in pledges}}
    while True:
        for pledge, person in pledges:
            headers = {"Authorization": f"Bearer {tokens[person]}", "Idempotency-Key": ids.new().hex}
            body = msgspec.json.encode({"text": chance.choice(WORDS)})
            yield crowd.Wish(crowd.request("PUT", f"{API}/mine/{pledge}/days/{DAY}", "localhost", headers, body))


def _kept(url: str) -> int:
    with psycopg.connect(url) as line:
        row = line.execute("SELECT count(*) FROM kit_kept_answer WHERE verb = 'pledges.prove'").fetchone()
    return row[0] if row else 0


def _demand_kept(kept: int, sides: dict[str, list[Measured]]) -> None:
    """As many answers were kept in the rounds as were told, and no more than were on their way when a round ended. Raises
    RuntimeError.
    """
    told = sum(each.good for seen in sides.values() for each in seen)
    on_their_way = LINES * sum(len(seen) for seen in sides.values())
    if not told <= kept <= told + on_their_way:
        raise RuntimeError(f"{told} proofs were told to be kept, and {kept} are")


def _say(what: str) -> None:
    print(what, file=sys.stderr)


def main() -> int:
    """Run it in a town of its own and print the figures; answers 1 when the ratio is below its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name, usual in (("projects", PROJECTS), ("rounds", 3), ("seconds", 4), ("people", PEOPLE)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    var = ROOT / "var" / "bench-proofs"
    with stage.ground(var):
        from django.db import connections

        from dure.foundations.people import demo as folk

        people = folk.crowd(given.people, lambda count: None)
        connections.close_all()
        with stage.serving_at(var, "one") as one, stage.serving_at(var, "two", 2) as two:
            town = Town(boot.keeper_url(), (one[1], two[1]), people, var)
            found = measure(town, given.projects, given.rounds, given.seconds, _say)
    for each in found:
        for side in (each.ours, each.theirs):
            print(f"{side.name}: {side.median:,.0f}/s  ({'  '.join(f'{value:,.0f}' for value in side.rounds)})")
        limit = f" (at least {each.least}: {'holds' if each.holds else 'FAILS'})" if each.least else ""
        print(f"{each.name}: {each.ratio:.3f} x{limit}", each.notes or "")
    return 0 if all(each.holds for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
