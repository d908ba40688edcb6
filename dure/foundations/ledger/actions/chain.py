"""Seal the log: append a link of the hash chain for each transfer that has none yet."""

from typing import Any

from django.db import connection

from dure.foundations.ledger import queries, rules
from dure.foundations.people.types import Actor
from dure.kit import locks, sqlfiles, tx

__all__ = ["SEAL_MAX", "rebuild_balances", "seal"]

SEAL_MAX = 20_000  # transfers a run
_PACKAGE = "dure.foundations.ledger"


def seal(by: Actor, most: int = SEAL_MAX) -> int:
    """Seal at most `most` committed transfers; answers how many. Zero when there are none, or another sealer is at it.

    The order of the chain is the order of sealing. Within an account it is the order of commits, as no transfer of an
    account becomes visible before those with lower numbers.
    """
    tx.demand()
    rules.may_book(by)
    if not locks.try_lock_name("ledger.seal"):
        return 0
    (ahead,) = _one("seal_ahead")
    settled, looked_ahead, over, strange = _one("seal_mark")
    with connection.cursor() as cursor:
        cursor.execute(_sql("seal_rows"), {"settled": settled, "most": most})
        rows = cursor.fetchall()
        if rows:
            made = list(rules.links(queries.head(), ((row[0], row[2]) for row in rows)))
            with cursor.copy("COPY ledger_chain (position, transfer, hash) FROM STDIN") as copy:
                for link in made:
                    copy.write_row((link.position, link.transfer, link.hash))
        safe = looked_ahead if over else settled
        if len(rows) == most:
            safe = max(settled, min(safe, rows[-1][1]))
        renew = strange or (over and len(rows) < most)
        cursor.execute(_sql("seal_settle"), {"settled": safe, "ahead": ahead, "renew": renew})
    return len(rows)


def rebuild_balances(by: Actor) -> int:
    """Write the balances anew from the log; answers how many were wrong. Only as the owner of the tables; writers wait."""
    tx.demand()
    rules.may_book(by)
    with connection.cursor() as cursor:
        cursor.execute(_sql("rebuild"))
        changed: int = cursor.fetchone()[0]
        return changed


def _sql(name: str) -> str:
    return sqlfiles.load(_PACKAGE, name).text


def _one(name: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name))
        return cursor.fetchone()
