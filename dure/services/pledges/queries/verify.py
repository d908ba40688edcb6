"""Do the records of pledges keep their promises? One statement a promise, over everything at once; nothing is changed.

An auditor holds what two houses wrote side by side, so these statements also read the ledger's tables. Nothing else here does.
"""

from django.db import connection

from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding

PACKAGE = "dure.services.pledges"


def findings(check: str, statement: str) -> tuple[Finding, ...]:
    """The first records that break a promise, as `sql/<statement>.sql` lists them. Ids and sums, no names."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, {"most": FINDINGS_MAX})
        return tuple(Finding(check, what, str(subject)) for subject, what in cursor.fetchall())
