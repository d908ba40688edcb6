"""A town to measure in: a database of its own, open boxes, people who give, receipts of money that was taken."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import sql

from dure.base import clock, ids
from dure.kit import crowd

BOXES = 110
DONORS = 20_000
AMOUNTS = (1_000, 2_000, 3_000, 5_000, 10_000)
HOST = "localhost"
_ACCOUNTS = ("account", "match_account", "project_account", "spent_account")


@dataclass(frozen=True, slots=True)
class Town:
    """Where gifts go and who gives."""

    boxes: tuple[UUID, ...]
    donors: tuple[UUID, ...]
    tokens: tuple[str, ...]


def directory(root: Path) -> Path:
    """Where the measurements keep their database."""
    return root / "var" / "bench"


def use(var: Path) -> None:
    """Make this process and its children work in the measurements' own installation."""
    for name in [name for name in os.environ if name.startswith("DURE_")]:
        del os.environ[name]
    os.environ.update(DURE_VAR=str(var), DURE_DEMO="1", DURE_SANDBOX_PAYMENTS="1")
    os.environ.pop("DATABASE_URL", None)


def found(url: str) -> Town:
    """Fill the empty database at `url`. Writes the rows directly: what is measured comes later, over HTTP."""
    from dure.kit import bearer

    with psycopg.connect(url) as connection:
        donors = tuple(ids.new() for _ in range(DONORS))
        _copy(connection, "people_person", [{"id": each, "email": f"{each}@example.org"} for each in donors])
        _open_account(connection, "provider:sandbox", "none")
        boxes = tuple(_open_box(connection, donors[0]) for _ in range(BOXES))
        connection.execute("ANALYZE")
    return Town(boxes, donors, tuple(bearer.mint(each, verified=True, lifetime=timedelta(hours=6)) for each in donors))


def gifts(town: Town, chance: random.Random) -> Iterator[crowd.Wish]:
    """Requests, each a gift of its own with a receipt and a key of its own, for ever."""
    from dure.foundations.ledger.providers import sign_receipt

    while True:
        giver, box, amount = chance.randrange(len(town.donors)), chance.choice(town.boxes), chance.choice(AMOUNTS)
        payment = ids.new()
        receipt = sign_receipt(payment, box, town.donors[giver], amount)
        body = msgspec.json.encode({"amount": amount, "message": "힘내세요", "payment": receipt})
        headers = {"Authorization": f"Bearer {town.tokens[giver]}", "Idempotency-Key": payment.hex}
        path = f"/api/v1/giving/boxes/{box}/gifts"
        yield crowd.Wish(crowd.request("POST", path, HOST, headers, body))


def _open_box(connection: psycopg.Connection[Any], proposer: UUID) -> UUID:
    box, now = ids.new(), clock.now()
    accounts = {
        name: _open_account(connection, f"box:{box}:{name}", "debits_must_not_exceed_credits")
        for name in _ACCOUNTS
        if name in _columns(connection, "giving_box")
    }
    cause = {"id": box, "code": ids.speakable(8), "state": "open", "proposer_id": proposer, "partner_id": ids.new()}
    _copy(connection, "giving_cause", [{**cause, "goal": 1_000_000_000, "title": "bench", "topic": "disaster"}])
    days = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=30)}
    _copy(connection, "giving_box", [{"id": box, "state": "open", **days, **accounts}])
    return box


def _open_account(connection: psycopg.Connection[Any], code: str, limit: str) -> UUID:
    from dure.foundations.ledger.types import account_id

    account = account_id(code)
    _copy(connection, "ledger_account", [{"id": account, "code": code, "currency": "KRW", "limit": limit}])
    return account


def _copy(connection: psycopg.Connection[Any], table: str, rows: list[dict[str, Any]]) -> None:
    """Insert `rows`; columns that must not be null and that nobody named get what means nothing there."""
    nothing = {
        name: _NOTHING.get(kind, "")
        for name, (kind, may_be_left_out) in _columns(connection, table).items()
        if not may_be_left_out
    }
    names = list(nothing | rows[0])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            filled = nothing | row
            copy.write_row([filled[name] for name in names])


_NOTHING: dict[str, Any] = {
    "boolean": False,
    "integer": 0,
    "bigint": 0,
    "smallint": 0,
    "timestamp with time zone": clock.now(),
}


def _columns(connection: psycopg.Connection[Any], table: str) -> dict[str, tuple[str, bool]]:
    rows = connection.execute(
        "SELECT column_name, data_type, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'"
        " FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s",
        [table],
    ).fetchall()
    return {name: (kind, may_be_left_out) for name, kind, may_be_left_out in rows}
