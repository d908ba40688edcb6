"""Tables of reconciliation. They only grow (migration 0004): what somebody wrote about a difference stays."""

from django.conf import settings
from django.db import models

from dure.foundations.ledger.types.providers import DifferenceKind
from dure.foundations.ledger.types.reconciling import DifferenceState, DifferenceWant, ReconciliationOutcome

WORD_LENGTH_MAX = 20
NOTE_LENGTH_MAX = 500


class Reconciliation(models.Model):
    """One run over a stretch of time at one provider."""

    id = models.UUIDField(primary_key=True, editable=False)
    provider = models.CharField(max_length=WORD_LENGTH_MAX)
    since = models.DateTimeField()
    until = models.DateTimeField()
    outcome = models.CharField(
        max_length=WORD_LENGTH_MAX, choices=[(each.value, each.value) for each in ReconciliationOutcome]
    )
    ours = models.BigIntegerField()
    theirs = models.BigIntegerField()
    found = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "ledger_reconciliation"
        indexes = [models.Index(fields=["-at"], name="ledger_reconciliation_latest")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome}"


class Difference(models.Model):
    """What one run found and no run before. Its id follows from what it says: the same one is never entered twice."""

    id = models.UUIDField(primary_key=True, editable=False)
    run = models.ForeignKey(Reconciliation, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=WORD_LENGTH_MAX)
    kind = models.CharField(max_length=WORD_LENGTH_MAX, choices=[(each.value, each.value) for each in DifferenceKind])
    order = models.CharField(max_length=64)
    payment_key = models.CharField(max_length=200)
    ours = models.BigIntegerField()
    theirs = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_difference"
        indexes = [models.Index(fields=["provider", "at"], name="ledger_difference_period")]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"


class DifferenceStep(models.Model):
    """What happened to a difference; the last step says how it stands."""

    difference = models.ForeignKey(Difference, models.PROTECT, related_name="steps")
    want = models.CharField(max_length=WORD_LENGTH_MAX, choices=[(each.value, each.value) for each in DifferenceWant])
    after = models.CharField(max_length=WORD_LENGTH_MAX, choices=[(each.value, each.value) for each in DifferenceState])
    run = models.ForeignKey(Reconciliation, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=NOTE_LENGTH_MAX, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_difference_step"

    def __str__(self) -> str:
        return f"{self.want} {self.after}"
