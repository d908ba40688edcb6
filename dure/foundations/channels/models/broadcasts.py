"""Tables of templates and broadcasts."""

from django.db import models

from dure.base import clock, ids
from dure.foundations.channels.types import BroadcastState, Purpose, TemplateState

from .channels import NAME_LENGTH, Channel
from .sending import Body, Sending

SEGMENT_LENGTH = 500
WHY_LENGTH = 200
CODE_LENGTH = 40


class Template(models.Model):
    """One version of a template."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    name = models.CharField(max_length=NAME_LENGTH)
    version = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in TemplateState], default="draft")
    written_by = models.UUIDField()
    approved_by = models.UUIDField(null=True)
    why = models.CharField(max_length=WHY_LENGTH, blank=True)  # it was sent back
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_template"
        constraints = [
            models.UniqueConstraint(fields=["channel", "name", "version"], name="channels_template_version"),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("written_by")),
                name="channels_template_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Broadcast(models.Model):
    """A message of a channel to a segment of its friends."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    title = models.CharField(max_length=NAME_LENGTH)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    template = models.ForeignKey(Template, models.PROTECT, related_name="+", null=True)
    segment = models.CharField(max_length=SEGMENT_LENGTH, blank=True)  # in words, as typed
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in BroadcastState], default="draft")
    at = models.DateTimeField(null=True)
    written_by = models.UUIDField()
    approved_by = models.UUIDField(null=True)
    why = models.CharField(max_length=WHY_LENGTH, blank=True)  # it was sent back
    refused = models.CharField(max_length=CODE_LENGTH, blank=True)  # the code of what said no when its time came
    free_only = models.BooleanField(default=False)
    fits_surely = models.PositiveIntegerField(
        null=True
    )  # when it was sent: of a condition that asks for what is private
    fits_perhaps = models.PositiveIntegerField(null=True)
    sending = models.ForeignKey(Sending, models.PROTECT, related_name="+", null=True)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "channels_broadcast"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("written_by")),
                name="channels_broadcast_two_people",
            )
        ]
        indexes = [models.Index(fields=["channel", "changed_at"], name="channels_broadcast_of")]

    def __str__(self) -> str:
        return self.title
