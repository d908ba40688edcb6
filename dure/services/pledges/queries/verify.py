"""Do the records of pledges keep their promises? One statement a promise, over everything at once; nothing is changed.

An auditor holds what two houses wrote side by side, so these statements also read the ledger's tables. Nothing else here does.
"""

from typing import Any

from django.db import connection

from dure.base import clock
from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding
from dure.services.pledges.rules import keeping

PACKAGE = "dure.services.pledges"


def findings(check: str, statement: str) -> tuple[Finding, ...]:
    """The first records that break a promise, as `sql/<statement>.sql` lists them. Ids and sums, no names."""
    with connection.cursor() as cursor:
        known: dict[str, Any] = {"most": FINDINGS_MAX, "votes_from": keeping.proofs_before(clock.now())}
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, known)
        return tuple(Finding(check, what, str(subject)) for subject, what in cursor.fetchall())
