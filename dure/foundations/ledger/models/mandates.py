"""Tables of mandates, and the cards of the embedded sandbox, which stand for another company's database."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.foundations.ledger.types.mandates import MandateState


class Mandate(models.Model):
    """A payer's word that we may charge them again. The key is sealed, bound to the id, and erased when it ends."""

    id = models.UUIDField(primary_key=True, editable=False)
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in MandateState])
    sealed = models.BinaryField(null=True)
    card = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_mandate"
        constraints = [
            models.CheckConstraint(
                name="ledger_mandate_sealed",
                condition=Q(state="active", sealed__isnull=False) | (~Q(state="active") & Q(sealed__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.state}"


class SandboxCard(models.Model):
    """A practice card that the sandbox may be charged by."""

    key = models.CharField(max_length=60, primary_key=True)
    customer = models.UUIDField(unique=True)
    scenario = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_sandbox_card"

    def __str__(self) -> str:
        return self.scenario
