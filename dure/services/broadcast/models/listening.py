"""Addresses at which a listener's podcast is read."""

from django.db import models
from django.db.models import Q

from dure.base import clock, ids

from .villages import Listener


class Feed(models.Model):
    """One address; ended, never deleted: who still asks for it is told that it is over. From this table alone nobody has it."""

    key = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    listener = models.ForeignKey(Listener, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_feed"
        constraints = [
            models.UniqueConstraint(fields=["listener"], condition=Q(ended_at__isnull=True), name="broadcast_feed_once")
        ]

    def __str__(self) -> str:
        return str(self.listener_id)
