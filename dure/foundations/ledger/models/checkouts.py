"""What we keep of an order while a provider has it. What only the provider and we may know is sealed."""

from django.db import models

ADDRESS_LENGTH_MAX = 1000


class Checkout(models.Model):
    """One order as it was told to a provider."""

    order = models.CharField(max_length=64, primary_key=True)
    provider = models.CharField(max_length=20)
    payment_key = models.CharField(max_length=200, db_index=True)
    address = models.CharField(max_length=ADDRESS_LENGTH_MAX)  # where the payer decides
    sealed = models.BinaryField(null=True)  # token, secret, accounts; erased when they are of no use any more
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkout"
        indexes = [
            models.Index(fields=["changed_at"], name="ledger_checkout_sealed", condition=models.Q(sealed__isnull=False))
        ]

    def __str__(self) -> str:
        return self.order
