"""Tables of donations that can be receipted, and of receipts. A receipt is never changed but for its reversal."""

from django.conf import settings
from django.db import models

from dure.foundations.ledger.types.receipts import DonationKind


class Donation(models.Model):
    """A gift as the tax office counts it. The id is the gift's."""

    id = models.UUIDField(primary_key=True, editable=False)
    donor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receiver = models.UUIDField()  # people: an organisation
    year = models.PositiveSmallIntegerField()
    on = models.DateField()
    amount = models.BigIntegerField()
    reversed = models.BigIntegerField(default=0)
    note = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=[(each.value, each.value) for each in DonationKind])

    class Meta:
        db_table = "ledger_donation"
        constraints = [
            models.CheckConstraint(
                name="ledger_donation_amounts",
                condition=models.Q(amount__gt=0, reversed__gte=0, reversed__lte=models.F("amount")),
            )
        ]
        indexes = [models.Index(fields=["donor", "year", "receiver"], name="ledger_donation_of")]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"


class ReceiptSeries(models.Model):
    """The last serial number an issuer gave in a year. Its row is locked while a receipt is issued: no gaps, no doubles."""

    issuer = models.UUIDField()
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "ledger_receipt_series"
        verbose_name_plural = "receipt series"
        constraints = [models.UniqueConstraint(fields=["issuer", "year"], name="ledger_receipt_series_once")]

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"


class DonationReceipt(models.Model):
    id = models.UUIDField(primary_key=True, editable=False)
    issuer = models.UUIDField()
    year = models.PositiveSmallIntegerField()  # of issue
    serial = models.PositiveIntegerField()
    tax_year = models.PositiveSmallIntegerField()
    donor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issuer_as_was = models.JSONField()  # types.Issuer on the day of issue
    collector_as_was = models.JSONField()
    sealed_identity = models.BinaryField(null=True)  # types.DonorIdentity; null once purged
    keep_identity_until = models.DateField(db_index=True)
    total = models.BigIntegerField()
    issued_at = models.DateTimeField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    reversed_at = models.DateTimeField(null=True)
    reversed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "ledger_donation_receipt"
        constraints = [
            models.UniqueConstraint(fields=["issuer", "year", "serial"], name="ledger_donation_receipt_number"),
            models.CheckConstraint(name="ledger_donation_receipt_total", condition=models.Q(total__gt=0)),
        ]
        indexes = [models.Index(fields=["donor", "tax_year"], name="ledger_donation_receipt_of")]

    def __str__(self) -> str:
        return f"{self.year}-{self.serial:06d}"


class DonationReceiptLine(models.Model):
    receipt = models.ForeignKey(DonationReceipt, models.PROTECT, related_name="lines")
    donation = models.ForeignKey(Donation, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    on = models.DateField()
    note = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    live = models.BooleanField(default=True)  # False once its receipt was reversed

    class Meta:
        db_table = "ledger_donation_receipt_line"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["donation"], condition=models.Q(live=True), name="ledger_donation_receipted_once"
            ),
            models.CheckConstraint(name="ledger_donation_receipt_line_amount", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.amount}"
