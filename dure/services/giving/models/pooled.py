"""Sums that people gave elsewhere in Dure for a box."""

from django.db import models

from .core import Box

TITLE_LENGTH_MAX = 80


class Pooled(models.Model):
    """One sum that was handed over; it has the id of its transfer in the ledger."""

    id = models.UUIDField(primary_key=True, editable=False)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="pooled")
    account = models.UUIDField()  # ledger: where it came from
    amount = models.BigIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH_MAX)
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "giving_pooled"
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="giving_pooled_amount")]

    def __str__(self) -> str:
        return str(self.id)
