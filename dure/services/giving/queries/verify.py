"""Do the records of giving keep their promises? One statement a promise, over everything at once; nothing is changed.

An auditor holds what two houses wrote side by side, so these statements also read the ledger's tables and the news that
still waits. Nothing else of this house does, but the one statement of the hot path.
"""

from typing import Any

from django.conf import settings
from django.db import connection

from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding
from dure.services.giving import rules
from dure.services.giving.rules.permits import APPROVALS_NEEDED

PACKAGE = "dure.services.giving"


def findings(check: str, statement: str) -> tuple[Finding, ...]:
    """The first records that break a promise, as `sql/<statement>.sql` lists them. Ids and sums, no names."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, _parameters())
        return tuple(Finding(check, what, str(subject)) for subject, what in cursor.fetchall())


def _parameters() -> dict[str, Any]:
    return {
        "most": FINDINGS_MAX,
        "approvals": APPROVALS_NEEDED,
        "needed": settings.DURE.agreements_needed,
        "befores": [before.value for before, _ in rules.STATES],
        "wants": [want.value for _, want in rules.STATES],
        "afters": [after.value for after in rules.STATES.values()],
    }
