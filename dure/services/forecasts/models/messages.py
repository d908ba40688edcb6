"""Disaster messages as they were received, and the regions to which they went."""

from django.db import models

from dure.base import clock
from dure.services.forecasts.types import Grade, SenderRole

from .common import CODE_LENGTH, NAME_LENGTH


class Message(models.Model):
    """One disaster message of the state or a local government, by its number."""

    number = models.BigIntegerField(primary_key=True)
    created = models.DateTimeField()
    text = models.TextField()
    grade = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Grade], default="", blank=True)
    kind = models.CharField(max_length=NAME_LENGTH, default="", blank=True)
    regions = models.TextField()  # as they stood, one a line
    role = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in SenderRole])
    arrived_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "forecasts_message"
        indexes = [models.Index(fields=["created"], name="forecasts_message_created")]

    def __str__(self) -> str:
        return f"{self.number}"


class MessageRegion(models.Model):
    """A region to which a message went, by its full name."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="names")
    name = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        db_table = "forecasts_message_region"
        constraints = [models.UniqueConstraint(fields=["message", "name"], name="forecasts_message_region_once")]
        indexes = [models.Index(fields=["name"], name="forecasts_message_named", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name
