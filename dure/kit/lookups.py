"""`field__any=[...]`: one of many values, sent as one array.

`__in` sends each value by itself, and for a thousand of them taking the statement apart costs more than asking it.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Lookup
from django.db.models.fields.related import ForeignObject


class AnyOf(Lookup[Any]):
    """`lhs = ANY (array)`. Of nothing, nothing is found."""

    lookup_name = "any"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, values = self.process_lhs(compiler, connection)
        of = self.lhs.output_field
        of = of.target_field if isinstance(of, ForeignObject) else of
        return f"{left} = ANY (%s::{of.db_type(connection)}[])", (*values, self.rhs)


def register() -> None:
    """Every field has it from now on."""
    Field.register_lookup(AnyOf)
    ForeignObject.register_lookup(AnyOf)
