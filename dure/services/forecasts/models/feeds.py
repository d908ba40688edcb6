"""What we ask, what came, and what stands."""

from django.db import models
from django.db.models import Q

from dure.base import clock
from dure.services.forecasts.types import FeedName, Field, Hazard, SenderRole

from .common import CODE_LENGTH, MARK_LENGTH, NAME_LENGTH, ZONE_LENGTH


class Feed(models.Model):
    """A feed: when it may be asked again, and what its last good answer was."""

    name = models.CharField(primary_key=True, max_length=CODE_LENGTH, choices=[(one, one) for one in FeedName])
    next_at = models.DateTimeField(default=clock.now)
    asked_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    etag = models.CharField(max_length=MARK_LENGTH, default="", blank=True)
    modified = models.CharField(max_length=MARK_LENGTH, default="", blank=True)
    unclear = models.BinaryField(
        default=b"[]"
    )  # JSON: rows of its last list that were not understood, the first of them

    class Meta:
        db_table = "forecasts_feed"

    def __str__(self) -> str:
        return self.name


class FeedAnswer(models.Model):
    """One answer of a feed, without its content."""

    feed = models.ForeignKey(Feed, models.PROTECT, related_name="answers", db_index=False)
    at = models.DateTimeField(default=clock.now)
    status = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    rows = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=CODE_LENGTH, default="", blank=True)  # empty: it was good
    unclear = models.PositiveIntegerField(default=0)  # rows that were not understood
    error = models.CharField(max_length=NAME_LENGTH, default="", blank=True)  # the kind of one that nobody foresaw

    class Meta:
        db_table = "forecasts_answer"
        indexes = [models.Index(fields=["feed", "-at"], name="forecasts_answer_of")]

    def __str__(self) -> str:
        return f"{self.feed_id} {self.at}"


class Standing(models.Model):
    """The level of a zone, hazard, field and day, as it was said last."""

    zone = models.CharField(max_length=ZONE_LENGTH)
    hazard = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Hazard])
    field = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Field])
    day = models.DateField()
    level = models.PositiveSmallIntegerField()
    issued = models.DateTimeField()
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    expires = models.DateTimeField()
    role = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in SenderRole])

    class Meta:
        db_table = "forecasts_standing"
        constraints = [
            models.UniqueConstraint(fields=["zone", "field", "day", "hazard"], name="forecasts_standing_once"),
            models.CheckConstraint(condition=Q(level__lte=4), name="forecasts_standing_level"),
        ]
        indexes = [models.Index(fields=["expires"], name="forecasts_standing_ends")]

    def __str__(self) -> str:
        return f"{self.zone} {self.field} {self.day}"


class Moved(models.Model):
    """A change of the board whose readers are still to be asked about."""

    zone = models.CharField(max_length=ZONE_LENGTH)
    hazard = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Hazard])
    field = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Field])
    day = models.DateField()

    class Meta:
        db_table = "forecasts_moved"

    def __str__(self) -> str:
        return f"{self.zone} {self.field} {self.day}"
