"""Weather warnings: what holds, what is still to be asked about, and what readers were told of it."""

from django.db import models
from django.db.models import Q

from dure.services.forecasts.types import SenderRole, WarningDegree

from .common import CODE_LENGTH, NAME_LENGTH, ZONE_LENGTH
from .reading import Reader

DEGREES = [(one, one) for one in WarningDegree]


class Warned(models.Model):
    """The warning of a zone and kind, as it was said last."""

    zone = models.CharField(max_length=ZONE_LENGTH)
    kind = models.CharField(max_length=CODE_LENGTH)  # by the authority's letter, or its own word
    degree = models.CharField(max_length=CODE_LENGTH, choices=DEGREES, default="", blank=True)  # empty: it was lifted
    issued = models.DateTimeField()
    effective = models.DateTimeField()
    ends = models.CharField(max_length=NAME_LENGTH, default="", blank=True)
    since = models.DateTimeField()
    role = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in SenderRole])
    words = models.CharField(max_length=NAME_LENGTH, default="", blank=True)  # of a degree that nobody knows
    place = models.CharField(max_length=NAME_LENGTH, default="", blank=True)  # what the authority calls the zone
    missed = models.DateTimeField(null=True)  # since when whole lists say otherwise
    returns = models.PositiveSmallIntegerField(default=0)  # after lists had left it out

    class Meta:
        db_table = "forecasts_warned"
        constraints = [models.UniqueConstraint(fields=["zone", "kind"], name="forecasts_warned_once")]
        indexes = [models.Index(fields=["since"], condition=Q(degree=""), name="forecasts_warned_lifted")]

    def __str__(self) -> str:
        return f"{self.zone} {self.kind}"


class WarnedMoved(models.Model):
    """A change of a warning whose readers are still to be asked about."""

    zone = models.CharField(max_length=ZONE_LENGTH)
    kind = models.CharField(max_length=CODE_LENGTH)

    class Meta:
        db_table = "forecasts_warned_moved"

    def __str__(self) -> str:
        return f"{self.zone} {self.kind}"


class WarnedTold(models.Model):
    """The degree that a reader heard last of a warning which, as far as they heard, holds."""

    reader = models.ForeignKey(Reader, models.PROTECT, related_name="+", db_index=False)
    zone = models.CharField(max_length=ZONE_LENGTH)
    kind = models.CharField(max_length=CODE_LENGTH)
    degree = models.CharField(max_length=CODE_LENGTH, choices=DEGREES)

    class Meta:
        db_table = "forecasts_warned_told"
        constraints = [models.UniqueConstraint(fields=["reader", "zone", "kind"], name="forecasts_warned_told_once")]

    def __str__(self) -> str:
        return f"{self.zone} {self.kind}"
