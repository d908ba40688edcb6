"""Votes of a group on its receiver, and what came of them."""

from django.db import models

from dure.base import clock, ids

from .pledges import Pledge
from .seasons import Project, Receiver


class Vote(models.Model):
    """Whom one person of a project would have receive; the last word counts, one a pledge."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, primary_key=True, related_name="+")
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_vote"

    def __str__(self) -> str:
        return f"{self.pledge_id}"


class GroupChoice(models.Model):
    """What a project's vote came to when its season's settlement began; `votes` were for `receiver`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    project = models.OneToOneField(Project, models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Receiver, models.PROTECT, related_name="+")
    votes = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_group_choice"

    def __str__(self) -> str:
        return f"{self.receiver_id} {self.project_id}"
