"""The books of the embedded sandbox provider. They stand for another company's database: no other code reads them, and they
change in transactions of their own.
"""

from django.db import models


class SandboxOrder(models.Model):
    """What we told the sandbox of an order before the payer came."""

    order = models.CharField(max_length=64, primary_key=True)
    amount = models.BigIntegerField()
    tax_free = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    title = models.CharField(max_length=100)
    return_to = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_sandbox_order"

    def __str__(self) -> str:
        return self.order


class SandboxPayment(models.Model):
    """A payer's decision on an order. One order has more than one when somebody pays twice."""

    payment_key = models.CharField(max_length=200, primary_key=True)
    order = models.CharField(max_length=64, db_index=True)
    amount = models.BigIntegerField()
    tax_free = models.BigIntegerField()
    scenario = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    declined = models.CharField(max_length=20, blank=True)
    authorised_at = models.DateTimeField()
    answers_at = models.DateTimeField(null=True)  # in progress until then, taken afterwards
    captured_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "ledger_sandbox_payment"

    def __str__(self) -> str:
        return self.payment_key


class SandboxCancel(models.Model):
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, related_name="cancels")
    cancel_id = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_sandbox_cancel"
        constraints = [
            models.UniqueConstraint(fields=["payment", "cancel_id"], name="ledger_sandbox_cancel_once"),
            models.CheckConstraint(name="ledger_sandbox_cancel_amount", condition=models.Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.cancel_id
