"""Column types that Django does not bring along."""

from typing import Any

from django.db import models


class TransactionIdField(models.Field[int, int]):
    """PostgreSQL's 64-bit transaction id. Only the database writes it."""

    def db_type(self, connection: Any) -> str:
        return "xid8"
