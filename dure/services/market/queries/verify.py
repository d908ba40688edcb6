"""Do the records of market keep their promises? One statement a promise, over everything at once; nothing is changed.

An auditor holds what two houses wrote side by side, so these statements also read the ledger's tables. Nothing else here does.
"""

from typing import Any

from django.db import connection

from dure.base import clock
from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding
from dure.services.market.rules import keeping

PACKAGE = "dure.services.market"


def findings(check: str, statement: str) -> tuple[Finding, ...]:
    """The first records that break a promise, as `sql/<statement>.sql` lists them. Ids and sums, no names. What was forgotten
    when its time was over is no broken promise.
    """
    now = clock.now()
    asked: dict[str, Any] = {
        "most": FINDINGS_MAX,
        "cut": keeping.cut_before(now),
        "books": keeping.books_before(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, asked)
        return tuple(Finding(check, what, str(subject)) for subject, what in cursor.fetchall())
