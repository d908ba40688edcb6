"""Who takes part, with which deposit; each day's proof; and what became of the deposit."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.rules.days import SEASON_DAYS
from dure.services.pledges.rules.steps import LIVE
from dure.services.pledges.types import (
    PledgeState,
    ProofState,
)

from .common import PICTURES, PROSE_LENGTH, STATE_LENGTH, private
from .seasons import Project, Receiver


class Pledge(models.Model):
    """One person in one project. Its deposit's transfer and account follow from its id."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="pledges")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in PledgeState])
    deposit = models.PositiveBigIntegerField()
    gives = models.BooleanField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    payment = models.UUIDField(null=True, unique=True)
    asked_at = models.DateTimeField(default=clock.now)
    offered_until = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_pledge"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"],
                condition=Q(state__in=[one.value for one in LIVE]),
                name="pledges_pledge_once",
            ),
            models.CheckConstraint(
                condition=Q(gives=True) | Q(receiver__isnull=True),  # who gives and names nobody lets the group decide
                name="pledges_pledge_consent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["joined", "stopped", "settled"])
                | (Q(payment__isnull=False) & Q(held_at__isnull=False)),
                name="pledges_pledge_held",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "state", "asked_at"], name="pledges_pledge_of"),
            models.Index(fields=["person", "-asked_at"], name="pledges_pledge_person"),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class ConsentStep(models.Model):
    """Every word of a person about what may be given. Only grows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="consents")
    gives = models.BooleanField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_consent_step"
        indexes = [models.Index(fields=["pledge", "-at"], name="pledges_consent_of")]

    def __str__(self) -> str:
        return f"{self.gives} {self.pledge_id}"


class Proof(models.Model):
    """That a day was kept, as its person says; one a pledge and day."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    pledge = models.ForeignKey(
        Pledge, models.PROTECT, related_name="proofs", db_index=False
    )  # the first of pledges_proof_once
    day = models.PositiveIntegerField()
    state = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in ProofState])
    text = models.CharField(max_length=1_000, default="", blank=True)
    number = models.PositiveBigIntegerField(null=True)
    picture = models.FileField(upload_to=PICTURES, storage=private, default="", blank=True)
    print = models.CharField(max_length=64, default="", blank=True)  # SHA-256 of the picture as it came
    sent_at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    appeal = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    judged_by = models.UUIDField(null=True)  # the last one
    rejected_by = models.UUIDField(null=True)  # also after somebody else heard the appeal
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_proof"
        constraints = [
            models.UniqueConstraint(fields=["pledge", "day"], name="pledges_proof_once"),
            models.CheckConstraint(condition=Q(day__gte=1) & Q(day__lte=SEASON_DAYS), name="pledges_proof_day"),
        ]
        indexes = [
            models.Index(fields=["print"], condition=~Q(print=""), name="pledges_proof_print"),
            models.Index(fields=["state"], condition=Q(state__in=["late", "appealed"]), name="pledges_proof_waits"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.pledge_id}"


class Settlement(models.Model):
    """What became of a deposit. Its transfers' ids follow from the pledge."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, primary_key=True, related_name="settlement")
    kept = models.PositiveIntegerField()
    deposit = models.PositiveBigIntegerField()
    refund = models.PositiveBigIntegerField()
    donation = models.PositiveBigIntegerField()
    fee = models.PositiveBigIntegerField()
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=clock.now)
    refunded_at = models.DateTimeField(null=True)  # handed to the provider; the rest is the ledger's

    class Meta:
        db_table = "pledges_settlement"
        constraints = [
            models.CheckConstraint(
                condition=Q(deposit=F("refund") + F("donation") + F("fee")), name="pledges_settlement_sums"
            ),
            models.CheckConstraint(condition=Q(kept__lte=SEASON_DAYS), name="pledges_settlement_kept"),
            models.CheckConstraint(
                condition=Q(receiver__isnull=False) | (Q(donation=0) & Q(fee=0)), name="pledges_settlement_consent"
            ),
        ]
        indexes = [
            models.Index(fields=["pledge"], condition=Q(refunded_at__isnull=True), name="pledges_settlement_owed"),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}"
