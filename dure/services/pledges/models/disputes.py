"""Disputes of settled counts, every word said in them, and what was corrected. A settlement itself is never changed."""

from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.pledges.rules.days import SEASON_DAYS
from dure.services.pledges.rules.disputes import UNDECIDED
from dure.services.pledges.types import DisputeState

from .common import PROSE_LENGTH, STATE_LENGTH
from .pledges import Pledge
from .seasons import Season

HASH_LENGTH = 64


class Dispute(models.Model):
    """Somebody says that days of their settled pledge should have counted."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="disputes")
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in DisputeState], default="open"
    )
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    proposal = models.UUIDField(null=True)  # the step in which a steward said what stands as proposed, or was decided
    asked_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pledges_dispute"
        constraints = [
            models.UniqueConstraint(
                fields=["pledge"],
                condition=Q(state__in=[one.value for one in UNDECIDED]),
                name="pledges_dispute_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in UNDECIDED], decided_at__isnull=True)
                | (~Q(state__in=[one.value for one in UNDECIDED]) & Q(decided_at__isnull=False)),
                name="pledges_dispute_decided",
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], condition=Q(decided_at=None), name="pledges_dispute_waits")]

    def __str__(self) -> str:
        return f"{self.state} {self.pledge_id}"


class DisputeDay(models.Model):
    """A day in dispute; each day of a pledge once. It counts where two stewards said so."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="days")
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="+", db_index=False)  # the first of the constraint
    day = models.PositiveIntegerField()
    counts = models.BooleanField(default=False)

    class Meta:
        db_table = "pledges_dispute_day"
        constraints = [
            models.UniqueConstraint(fields=["pledge", "day"], name="pledges_dispute_day_once"),
            models.CheckConstraint(condition=Q(day__gte=1) & Q(day__lte=SEASON_DAYS), name="pledges_dispute_day_is"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.pledge_id}"


class DisputeStep(models.Model):
    """What a steward said in a dispute. Only grows."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="steps")
    want = models.CharField(max_length=STATE_LENGTH)
    after = models.CharField(max_length=STATE_LENGTH)
    by = models.UUIDField()
    why = models.CharField(max_length=PROSE_LENGTH, default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_dispute_step"
        indexes = [models.Index(fields=["dispute", "-at"], name="pledges_dispute_step_of")]

    def __str__(self) -> str:
        return f"{self.want} {self.dispute_id}"


class Correction(models.Model):
    """What a dispute that was upheld moved, as differences; the next entry of what its season publishes beside its root.

    The database lets nobody change or delete one.
    """

    dispute = models.OneToOneField(Dispute, models.PROTECT, primary_key=True, related_name="correction")
    pledge = models.ForeignKey(Pledge, models.PROTECT, related_name="corrections")
    season = models.ForeignKey(Season, models.PROTECT, related_name="+", db_index=False)  # the first of the constraint
    number = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()
    refund = models.PositiveBigIntegerField()
    donation = models.BigIntegerField()
    fee = models.BigIntegerField()
    before = models.CharField(max_length=HASH_LENGTH)
    after = models.CharField(max_length=HASH_LENGTH)
    hash = models.CharField(max_length=HASH_LENGTH)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_correction"
        constraints = [
            models.UniqueConstraint(fields=["season", "number"], name="pledges_correction_number"),
            models.CheckConstraint(
                condition=Q(refund=-F("donation") - F("fee")) & Q(donation__lte=0) & Q(fee__lte=0),
                name="pledges_correction_sums",
            ),
            models.CheckConstraint(condition=Q(kept__gte=1) & Q(number__gte=1), name="pledges_correction_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.pledge_id}"
