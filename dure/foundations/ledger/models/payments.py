"""Tables of payments and refunds. What a provider holds is at the provider's; these rows are what we know of it."""

from django.conf import settings
from django.db import models

from dure.foundations.ledger.types.payments import PaymentState, RefundState

STATE_LENGTH_MAX = 20
KEY_LENGTH_MAX = 200
TITLE_LENGTH_MAX = 100


class Payment(models.Model):
    """One order at a provider. Its id is what a gift, a deposit or a purchase names as paid by."""

    id = models.UUIDField(primary_key=True, editable=False)
    order = models.CharField(max_length=64, unique=True)
    provider = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    ref = models.UUIDField()
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=255)  # the idempotency key of whoever began it
    amount = models.BigIntegerField()
    tax_free = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    title = models.CharField(max_length=TITLE_LENGTH_MAX)
    return_to = models.CharField(max_length=300)
    state = models.CharField(max_length=STATE_LENGTH_MAX, choices=[(each.value, each.value) for each in PaymentState])
    payment_key = models.CharField(max_length=KEY_LENGTH_MAX, blank=True)
    declined = models.CharField(max_length=STATE_LENGTH_MAX, blank=True)
    account = models.UUIDField(null=True)  # credited with the money
    posting = models.UUIDField(null=True)
    waiting = models.BooleanField(default=False)  # captured, and no service has said yet where it goes
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)  # when to ask the provider how it stands; null: nothing to ask
    asks = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "ledger_payment"
        constraints = [
            models.CheckConstraint(
                name="ledger_payment_amounts",
                condition=models.Q(amount__gt=0, tax_free__gte=0, tax_free__lte=models.F("amount")),
            ),
            models.CheckConstraint(
                name="ledger_payment_captured_state",
                condition=models.Q(state__in=("captured", "partially_refunded", "refunded"), captured_at__isnull=False)
                | (
                    ~models.Q(state__in=("captured", "partially_refunded", "refunded"))
                    & models.Q(captured_at__isnull=True)
                ),
            ),
            models.UniqueConstraint(fields=["payer", "key"], name="ledger_payment_key_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=["provider", "payment_key"],
                condition=~models.Q(payment_key=""),
                name="ledger_payment_taken_once",
            ),
        ]
        indexes = [
            models.Index(fields=["ask_at"], name="ledger_payment_due", condition=models.Q(ask_at__isnull=False)),
            models.Index(fields=["purpose", "ref"], name="ledger_payment_for"),
            models.Index(fields=["captured_at"], name="ledger_payment_waiting", condition=models.Q(waiting=True)),
            models.Index(
                fields=["provider", "captured_at"],
                name="ledger_payment_captured",
                condition=models.Q(captured_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.order


class Refund(models.Model):
    """Money going back. Its id is the caller's, and the id under which the provider knows the cancellation."""

    id = models.UUIDField(primary_key=True, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=STATE_LENGTH_MAX, choices=[(each.value, each.value) for each in RefundState])
    failure = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asks = models.PositiveIntegerField(default=0)
    retries = models.PositiveIntegerField(default=0)  # how often a steward had the provider asked after it had refused
    reference = models.CharField(max_length=100, blank=True)  # the bank's, of what was paid by hand
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    paid_by = models.UUIDField(null=True)  # the posting that took it out of the bank account

    class Meta:
        db_table = "ledger_refund"
        constraints = [
            models.CheckConstraint(name="ledger_refund_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="ledger_refund_by_hand",
                condition=models.Q(state__in=("entered", "paid"), entered_by__isnull=False)
                & ~models.Q(reference="")
                & (models.Q(state="entered", paid_by__isnull=True) | models.Q(state="paid", paid_by__isnull=False))
                | (~models.Q(state__in=("entered", "paid")) & models.Q(reference="", paid_by__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["reference"], condition=~models.Q(reference=""), name="ledger_refund_reference_once"
            ),
        ]
        indexes = [
            models.Index(fields=["ask_at"], name="ledger_refund_due", condition=models.Q(ask_at__isnull=False)),
            models.Index(
                fields=["asked_at"],
                name="ledger_refund_owed",
                condition=models.Q(state__in=("refused", "entered", "paid")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"
