"""Donation boxes that a season may name, and what was pooled for them."""

from django.db import models

from dure.base import clock, ids

from .common import BOX_TITLE_LENGTH
from .seasons import Receiver


class OpenBox(models.Model):
    """A box that takes money, as news told of it; gone once it takes no more."""

    id = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    title = models.CharField(max_length=BOX_TITLE_LENGTH)
    closes_at = models.DateTimeField()

    class Meta:
        db_table = "pledges_open_box"

    def __str__(self) -> str:
        return self.title


class StoppedBox(models.Model):
    """A box that a steward stopped, before or after it closed: nobody is paid what a season gave for it."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        db_table = "pledges_stopped_box"

    def __str__(self) -> str:
        return str(self.id)


class Pool(models.Model):
    """What a season gave to the box of a receiver. It has the id of its transfer; `back_at`: the box did not take it, or gave it
    back; `is_stopped`: because it was stopped.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    receiver = models.OneToOneField(Receiver, models.PROTECT, related_name="+")
    won = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=clock.now)
    back_at = models.DateTimeField(null=True)
    is_stopped = models.BooleanField(default=False)

    class Meta:
        db_table = "pledges_pool"

    def __str__(self) -> str:
        return f"{self.receiver_id}"
