"""Tables of settlements: what providers paid out to the platform's bank account."""

from django.conf import settings
from django.db import models

from dure.foundations.ledger.types.settling import LineKind, SettlementState


class Settlement(models.Model):
    """One payout of a provider, under the number the provider gave it."""

    id = models.UUIDField(primary_key=True, editable=False)
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=100)
    on = models.DateField()
    gross = models.BigIntegerField()
    fee = models.BigIntegerField()
    vat = models.BigIntegerField()
    net = models.BigIntegerField()
    state = models.CharField(max_length=20, choices=[(each.value, each.value) for each in SettlementState])
    version = models.PositiveIntegerField(default=0)  # how often it was booked
    posting = models.UUIDField(null=True)
    bank_amount = models.BigIntegerField(null=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_settlement"
        constraints = [
            models.UniqueConstraint(fields=["provider", "reference"], name="ledger_settlement_once"),
            models.UniqueConstraint(
                fields=["provider", "bank_reference"],
                condition=models.Q(state="booked"),
                name="ledger_settlement_bank_line_once",
            ),
            models.CheckConstraint(
                name="ledger_settlement_adds_up",
                condition=models.Q(gross=models.F("net") + models.F("fee") + models.F("vat")),
            ),
            models.CheckConstraint(
                name="ledger_settlement_bank",
                condition=~models.Q(state="booked") | models.Q(bank_amount=models.F("net"), posting__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.reference}"


class SettlementLine(models.Model):
    """A payment or cancellation in a settlement; in one only."""

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="lines")
    provider = models.CharField(max_length=20)
    order = models.CharField(max_length=64)
    payment_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in LineKind])
    cancel_id = models.CharField(max_length=64, blank=True)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    vat = models.BigIntegerField()

    class Meta:
        db_table = "ledger_settlement_line"
        constraints = [
            models.CheckConstraint(name="ledger_settlement_line_amount", condition=models.Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["provider", "payment_key", "kind", "cancel_id"], name="ledger_settlement_line_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
