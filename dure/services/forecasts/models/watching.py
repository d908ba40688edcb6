"""Who looks after whom."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.forecasts.types import Field

from .common import CODE_LENGTH, NAME_LENGTH, REGION_LENGTH
from .reading import Notice


class Watch(models.Model):
    """A child asks a parent, by a link, to let it know whether a forecast was read. The parent agrees, or nothing happens."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    watcher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    parent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)  # of the link
    called = models.CharField(max_length=NAME_LENGTH)
    phone = models.BinaryField(default=b"")  # sealed; empty: none was given
    region = models.CharField(max_length=REGION_LENGTH)
    field = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Field])
    level = models.PositiveSmallIntegerField()
    reads_at = models.PositiveSmallIntegerField()
    calls_at = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "forecasts_watch"
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("watcher")), name="forecasts_watch_two"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(parent__isnull=False), name="forecasts_watch_agreed"
            ),
            models.CheckConstraint(condition=Q(reads_at__lt=24, calls_at__lt=24), name="forecasts_watch_hours"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="forecasts_watch_level"),
            models.UniqueConstraint(
                fields=["watcher", "parent"],
                condition=Q(agreed_at__isnull=False, ended_at__isnull=True),
                name="forecasts_watch_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class Call(models.Model):
    """A watcher was asked to call, because of one notice: once."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    watch = models.ForeignKey(Watch, models.PROTECT, related_name="calls", db_index=False)
    notice = models.ForeignKey(Notice, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    sending = models.UUIDField(null=True)  # of channels, as long as it may ring; none: stopped, or another call's rings

    class Meta:
        db_table = "forecasts_call"
        constraints = [models.UniqueConstraint(fields=["watch", "notice"], name="forecasts_call_once")]
        indexes = [
            models.Index(fields=["at"], condition=Q(sending__isnull=False), name="forecasts_call_rings"),
        ]

    def __str__(self) -> str:
        return f"{self.id}"
