"""Loudspeakers of village halls, and what they played."""

from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids

from .airing import Airing
from .villages import Village

NAME_LENGTH = 40


class Loudspeaker(models.Model):
    """A device that somebody set up. Ended, never deleted; from this table alone nobody has its address."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_loudspeaker"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"], condition=Q(ended_at__isnull=True), name="broadcast_loudspeaker_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")), name="broadcast_loudspeaker_times"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LoudspeakerPlay(models.Model):
    """A loudspeaker played an announcement to its end: once for each time on the air."""

    id = models.BigAutoField(primary_key=True)
    loudspeaker = models.ForeignKey(Loudspeaker, models.PROTECT, related_name="+", db_index=False)
    airing = models.ForeignKey(Airing, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    told_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_loudspeaker_play"
        constraints = [
            models.UniqueConstraint(fields=["loudspeaker", "airing"], name="broadcast_loudspeaker_play_once")
        ]

    def __str__(self) -> str:
        return f"{self.loudspeaker_id} {self.at:%Y-%m-%d %H:%M}"
