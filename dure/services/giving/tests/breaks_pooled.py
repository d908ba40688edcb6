"""How the promise about sums that people gave elsewhere could be broken."""

from collections.abc import Callable
from uuid import UUID

from dure.base import clock, ids
from dure.services.giving import models

from .busy import Busy
from .by_hand import reverse


def pooled(of: Busy, **changed: object) -> UUID:
    """A sum that people gave elsewhere, as it is taken; then its row says something else."""
    row = models.Pooled.objects.get(box_id=of.open)
    models.Pooled.objects.filter(id=row.id).update(**changed)
    return row.id


def pooled_column(**changed: object) -> Callable[[Busy], object]:
    return lambda of: pooled(of, **changed)


def pooled_without_row(of: Busy) -> object:
    one = pooled(of)
    models.Pooled.objects.filter(id=one).delete()
    return one


def pooled_taken_back_in_the_book(of: Busy) -> object:
    one = pooled(of)
    reverse(one)
    return one


POOLED = (
    pooled_column(amount=2_001),
    pooled_column(account=ids.new()),
    pooled_column(returned_at=clock.now()),
    pooled_without_row,
    pooled_taken_back_in_the_book,
)
