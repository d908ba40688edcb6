"""Does what stands about friends and messages keep its promises? One statement a promise; nothing is changed."""

from datetime import timedelta
from typing import Any

from django.db import connection

from dure.base import clock
from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding

from .channels import HOUSE

__all__ = ["findings"]

WHOLE = timedelta(days=300)  # sendings that ended longer ago may be forgotten in part


def findings(check: str, statement: str) -> tuple[Finding, ...]:
    """The first records that break a promise, as `sql/<statement>.sql` lists them. Ids, no names."""
    parameters: dict[str, Any] = {"most": FINDINGS_MAX, "kept": clock.now() - WHOLE}
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, statement).text, parameters)
        return tuple(Finding(check, what, str(subject)) for subject, what in cursor.fetchall())
