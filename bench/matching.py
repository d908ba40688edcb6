"""How fast is an audience matched and queued? `python -m bench.matching --friends 1000000`, and a part of `dure bench`.

Ours: a segment of a channel's friends becomes dispatches, in parts of 20,000, each a commit that a crash cannot halve, with
every index and foreign key. Theirs: PostgreSQL's COPY of the same finished rows into a table of the same columns and indexes,
its fastest way in; it matches nobody and checks no foreign key.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import psycopg

from bench.measuring import Comparison, Side, Step, compare
from dure.site import boot, stage

FRIENDS = 1_000_000
SECONDS_MAX = 60  # for a million, on two cores
RATIO_MIN = 0.25
WORDS = "예시: 내일 아침 마을회관 앞길을 고칩니다."
ROOT = Path(__file__).resolve().parents[1]
CHUNK_BYTES = 1 << 20


def measure(url: str, count: int, rounds: int, step: Step) -> Comparison:
    """Match `count` friends `rounds` times, each time beside COPY of the same rows."""
    from django.db import connection

    from dure.site.trials import campaign_town, friends

    step(f"{count:,} friends")
    channel = campaign_town.channel_of_a_village()
    friends.befriend(url, channel, count, reached=False)
    ours: list[float] = []
    theirs: list[float] = []
    before = psutil.Process().memory_info().rss
    for number in range(rounds):
        step(f"matching {count:,} friends, round {number + 1}")
        ours.append(count / _matched(channel, f"bench-{number}"))
        step(f"COPY of the same rows, round {number + 1}")
        theirs.append(count / _copied(url))
    grown = psutil.Process().memory_info().rss - before
    connection.close()
    notes = {
        "friends": count,
        "seconds": [round(count / each, 1) for each in ours],
        "memory_grew_by_MB": round(grown / 1024**2, 1),
        "seconds_at_most_for_a_million": SECONDS_MAX,
    }
    side = Side("Dure, a segment matched and queued", "rows/s", ours)
    return compare("matching beside COPY", side, Side("COPY of the same rows", "rows/s", theirs), RATIO_MIN, notes)


def _matched(channel: UUID, key: str) -> float:
    """Seconds from asking for a sending to its last dispatch."""
    from dure.base.actors import system
    from dure.foundations.channels import actions
    from dure.foundations.channels.types import EVERYBODY, ChannelId, Content, Lane, NewSending, Purpose, Text
    from dure.kit import tx

    by, said = system("bench"), Content((Text(WORDS),))
    began = time.perf_counter()
    with tx.durable():
        new = NewSending(ChannelId(channel), Purpose.INFO, said, key, segment=EVERYBODY, lane=Lane.BULK)
        actions.queue_sending(by, new)
    while True:
        with tx.durable():
            if not actions.match_more(by):
                return time.perf_counter() - began


def _copied(url: str) -> float:
    """Seconds that COPY takes for the rows of the newest sending."""
    wanted = "(SELECT id FROM channels_sending ORDER BY at DESC LIMIT 1)"
    with tempfile.TemporaryFile() as rows, psycopg.connect(url, autocommit=True) as line:
        line.execute("DROP TABLE IF EXISTS bench_dispatch")
        line.execute("CREATE TABLE bench_dispatch (LIKE channels_dispatch INCLUDING ALL)")
        out: Any = f"COPY (SELECT * FROM channels_dispatch WHERE sending_id = {wanted}) TO STDOUT"
        with line.cursor() as cursor, cursor.copy(out) as copy:
            for part in copy:
                rows.write(bytes(part))
        rows.seek(0)
        began = time.perf_counter()
        with line.cursor() as cursor, cursor.copy("COPY bench_dispatch FROM STDIN") as copy:
            while part := rows.read(CHUNK_BYTES):
                copy.write(part)
        took = time.perf_counter() - began
        line.execute("DROP TABLE bench_dispatch")
        return took


def main() -> None:
    """Run it in a town of its own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--friends", type=int, default=FRIENDS)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    with stage.ground(ROOT / "var" / "bench-matching"):
        found = measure(boot.keeper_url(), given.friends, given.rounds, print)
    print(f"{found.ours.name}: {found.ours.median:,.0f} rows/s; {found.theirs.name}: {found.theirs.median:,.0f} rows/s")
    print(f"{found.ratio} x; {found.notes}")


if __name__ == "__main__":
    main()
