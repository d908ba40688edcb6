"""What every check of the book does: ask one statement for what breaks a promise, and say that it is through."""

from typing import Any

from django.db import connection

from dure.kit import sqlfiles
from dure.kit.verify import FINDINGS_MAX, Finding, Progress

from .book import PACKAGE

__all__: list[str] = []


def counted(found: list[Finding], progress: Progress, total: int = 1) -> list[Finding]:
    """What was found, after saying that the check is through."""
    progress(total, total)
    return found


def rows_of(statement: str) -> list[tuple[Any, ...]]:
    """What a named statement of this house found, at most FINDINGS_MAX rows."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, statement).text, {"most": FINDINGS_MAX})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
