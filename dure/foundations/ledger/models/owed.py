"""What was done about refunds that a provider refused. It only grows."""

from django.conf import settings
from django.db import models

from dure.foundations.ledger.types.owed import OwedWant
from dure.foundations.ledger.types.payments import RefundState

from .payments import STATE_LENGTH_MAX, Refund

NOTE_LENGTH_MAX = 500


class RefundStep(models.Model):
    """One step; the refund itself says how it stands."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="steps")
    want = models.CharField(max_length=STATE_LENGTH_MAX, choices=[(each.value, each.value) for each in OwedWant])
    after = models.CharField(max_length=STATE_LENGTH_MAX, choices=[(each.value, each.value) for each in RefundState])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=NOTE_LENGTH_MAX, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_refund_step"

    def __str__(self) -> str:
        return f"{self.want} {self.after}"
