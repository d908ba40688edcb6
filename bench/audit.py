"""How long does it take to look through everything that the visit party has? `python -m bench.audit --rows 10000000`.

A visit party of its own, filled with so many rows over its 28 days, and a copy of all of them in a table without an index, as
somebody might have left one. Measured is what an auditor starts, `dure verify --role visits`; then a row of 29 days ago is
planted among them, and it has to be found. The audit of the logs is beside it, offline, and does not grow with the rows.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any, Final

ROWS: Final = 10_000_000
DAYS: Final = 28
TEN_TIMES: Final = 10
SECONDS_MAX: Final = 300
FILL: Final = """
INSERT INTO checkin_visit (epoch, id, venue, number, part, body)
SELECT %(day)s, gen_random_uuid(), %(venue)s::uuid, n %% 48, 0, decode(repeat('5a', 81), 'hex')
FROM generate_series(1, %(rows)s) n
"""
COPY: Final = "CREATE TABLE kept_for_later AS SELECT epoch, body FROM checkin_visit"
PLANT: Final = "INSERT INTO kept_for_later SELECT %(day)s, body FROM kept_for_later LIMIT 1"


def main() -> None:
    """Fill, look, plant, look again; print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=ROWS)
    rows = asked.parse_args().rows
    from dure.site import parties, stage

    with (
        tempfile.TemporaryDirectory(prefix="dure-audit.") as there,
        stage.party(Path(there) / "var", parties.VISITS),
    ):
        Path(there).chmod(0o755)
        _measure(rows)


def _measure(rows: int) -> None:
    from django.db import connection

    from dure.base import clock
    from dure.services.checkin.rules import calendar

    today = calendar.epoch_of(clock.now())
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        started = time.monotonic()
        for day in range(today - DAYS + 1, today + 1):
            cursor.execute("SELECT checkin_lay_day(%s)", [day])
            cursor.execute(FILL, {"day": day, "venue": "0" * 32, "rows": rows // DAYS})
        cursor.execute(COPY)
        _say(f"{rows:,} rows over {DAYS} days, and a copy of them, written in", started)
        cursor.execute("VACUUM (ANALYZE) checkin_visit")
    clean, seconds = _looked()
    _say(f"verified {2 * rows:,} rows, {clean} findings, in", started=time.monotonic() - seconds)
    with connection.cursor() as cursor:
        cursor.execute(PLANT, {"day": today - DAYS - 1})
    found, again = _looked()
    slower = max(seconds, again)
    print(f"one row of {DAYS + 1} days ago among them: {found} finding in {again:.1f} s")
    print(
        f"{2 * rows / slower:,.0f} rows a second; {TEN_TIMES * rows:,} rows and their copy: {slower * TEN_TIMES:.0f} s"
    )
    if (clean, found) != (0, 1) or slower * TEN_TIMES > SECONDS_MAX:
        raise SystemExit(1)


def _looked() -> tuple[int, float]:
    """How many findings, in how many seconds."""
    from dure.kit.verify import silent
    from dure.site import rooms

    started = time.monotonic()
    findings: list[Any] = [finding for check in rooms.verify_checks() for finding in check.run(silent)]
    return len(findings), time.monotonic() - started


def _say(what: str, started: float) -> None:
    print(f"{what} {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()
