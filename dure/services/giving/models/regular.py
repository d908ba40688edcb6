"""Tables of regular gifts: the promise, and each month of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.services.giving.types.regular import ChargeState, Reach, RegularState

from .core import Box, Gift

STATE_LENGTH = 10


class Regular(models.Model):
    """What a donor promised for every month."""

    id = models.UUIDField(primary_key=True, editable=False)
    donor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    box = models.ForeignKey(Box, models.PROTECT, related_name="+", db_index=False)
    partner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", db_index=False)
    reach = models.CharField(max_length=STATE_LENGTH, choices=[(each.value, each.value) for each in Reach])
    amount = models.BigIntegerField()
    day = models.PositiveSmallIntegerField()
    name_shown = models.BooleanField()
    mandate = models.UUIDField(unique=True)  # ledger: the card
    state = models.CharField(max_length=STATE_LENGTH, choices=[(each.value, each.value) for each in RegularState])
    why = models.CharField(max_length=20, blank=True)
    next_on = models.DateField(null=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "giving_regular"
        constraints = [
            models.CheckConstraint(name="giving_regular_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="giving_regular_day", condition=Q(day__range=(1, 31))),
            models.CheckConstraint(
                name="giving_regular_next",
                condition=Q(state="running", next_on__isnull=False) | (~Q(state="running") & Q(next_on__isnull=True)),
            ),
            models.UniqueConstraint(
                name="giving_regular_once",
                fields=["donor", "partner"],
                condition=Q(state__in=("running", "paused")),
            ),
        ]
        indexes = [
            models.Index(fields=["next_on"], name="giving_regular_due", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class RegularCharge(models.Model):
    """One month of a regular gift: there is one such row, whoever begins it."""

    id = models.UUIDField(primary_key=True, editable=False)
    regular = models.ForeignKey(Regular, models.PROTECT, related_name="charges")
    month = models.DateField()
    amount = models.BigIntegerField()
    state = models.CharField(max_length=STATE_LENGTH, choices=[(each.value, each.value) for each in ChargeState])
    gift = models.OneToOneField(Gift, models.PROTECT, related_name="+", null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    try_on = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "giving_regular_charge"
        constraints = [
            models.UniqueConstraint(name="giving_regular_charge_once", fields=["regular", "month"]),
            models.CheckConstraint(
                name="giving_regular_charge_gift",
                condition=~Q(state__in=("charging", "given")) | Q(gift__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["try_on"], name="giving_regular_charge_due", condition=Q(state="due")),
            models.Index(fields=["id"], name="giving_regular_charge_asked", condition=Q(state="charging")),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.state}"
