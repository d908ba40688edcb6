"""What children asked for their parents."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.services.broadcast.types import RequestState

from .households import HASH_LENGTH, STATE_LENGTH, Household
from .villages import Village


class ParentRequest(models.Model):
    """A child asks for a parent. From this table alone nobody has the name or the number; gone a month after it is over."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sealed_name = models.BinaryField()
    sealed_number = models.BinaryField()
    hash = models.BinaryField(max_length=HASH_LENGTH)
    state = models.CharField(
        max_length=STATE_LENGTH,
        choices=[(one.value, one.value) for one in RequestState],
        default=RequestState.WAITING.value,
    )
    asked_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)  # when the head said something, or nothing more can be said
    ended_by = models.UUIDField(null=True)
    household = models.ForeignKey(Household, models.SET_NULL, related_name="+", null=True)  # what a yes made of it

    class Meta:
        db_table = "broadcast_parent_request"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "person", "hash"], condition=Q(state="waiting"), name="broadcast_parent_request_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True) | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="broadcast_parent_request_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="broadcast_parent_request_wait"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.village_id}"
