"""Who wants to hear what, and what they were told."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.services.forecasts.types import AlertTelling, Field, Hazard

from .alerts import Alert
from .common import CODE_LENGTH, NAME_LENGTH, REGION_LENGTH, ZONE_LENGTH


class Reader(models.Model):
    """Somebody who wants to hear. `ask_at`: when to ask again what is due to them; none: not before something changes."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", primary_key=True, db_index=False
    )
    time_zone = models.CharField(max_length=NAME_LENGTH, default="Asia/Seoul")
    hour = models.PositiveSmallIntegerField()
    ask_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "forecasts_reader"
        constraints = [models.CheckConstraint(condition=Q(hour__lt=24), name="forecasts_reader_hour")]
        indexes = [
            models.Index(fields=["ask_at"], condition=Q(ask_at__isnull=False), name="forecasts_reader_due"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Place(models.Model):
    """A subscription: a region and the zone it lies in today, a field, the level from which on."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    reader = models.ForeignKey(Reader, models.PROTECT, related_name="places", db_index=False)
    region = models.CharField(max_length=REGION_LENGTH)
    zone = models.CharField(max_length=ZONE_LENGTH)
    field = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Field])
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "forecasts_place"
        constraints = [
            models.UniqueConstraint(fields=["reader", "region", "field"], name="forecasts_place_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="forecasts_place_level"),
        ]
        indexes = [
            models.Index(fields=["zone", "field", "reader"], name="forecasts_place_of"),
            models.Index(
                fields=["region", "reader"],
                name="forecasts_place_region",
                opclasses=["varchar_pattern_ops", "uuid_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.field}"


class Told(models.Model):
    """The level that a reader heard last of a zone, hazard, field and day."""

    reader = models.ForeignKey(Reader, models.PROTECT, related_name="told", db_index=False)
    zone = models.CharField(max_length=ZONE_LENGTH)
    hazard = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Hazard])
    field = models.CharField(max_length=CODE_LENGTH, choices=[(one, one) for one in Field])
    day = models.DateField()
    level = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "forecasts_told"
        constraints = [
            models.UniqueConstraint(fields=["reader", "day", "zone", "field", "hazard"], name="forecasts_told_once")
        ]
        indexes = [models.Index(fields=["day"], name="forecasts_told_day")]

    def __str__(self) -> str:
        return f"{self.zone} {self.day}"


class Letter(models.Model):
    """Readers who are due the same words get them in one sending. When one of its subjects changes, it is stopped; whoever it had
    not reached then, or at its end, is told anew what is still true of it, which `retold_at` notes.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sending = models.UUIDField(unique=True)  # of channels
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    retold_at = models.DateTimeField(null=True)  # of one subject only: when it was written

    class Meta:
        db_table = "forecasts_letter"
        indexes = [
            models.Index(fields=["expires_at"], name="forecasts_letter_ends"),
            models.Index(fields=["expires_at"], condition=Q(retold_at__isnull=True), name="forecasts_letter_to_retell"),
        ]

    def __str__(self) -> str:
        return f"{self.sending}"


class LetterSubject(models.Model):
    """What a letter speaks of, in one word each: zone, hazard, field and day."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="subjects")
    subject = models.CharField(max_length=CODE_LENGTH * 3)
    level = models.PositiveSmallIntegerField(null=True)  # as the letter says it; none: written before this was noted

    class Meta:
        db_table = "forecasts_letter_subject"
        indexes = [models.Index(fields=["subject"], name="forecasts_subject_of")]

    def __str__(self) -> str:
        return self.subject


class Notice(models.Model):
    """What one reader was told at one time, and when they said that they have read it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    reader = models.ForeignKey(Reader, models.PROTECT, related_name="notices", db_index=False)
    letter = models.ForeignKey(Letter, models.PROTECT, related_name="+", null=True)  # none: no channel carried it
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="+", null=True)  # none: it is about the board
    telling = models.CharField(
        max_length=CODE_LENGTH, choices=[(one, one) for one in AlertTelling], default="", blank=True
    )
    level = models.PositiveSmallIntegerField(null=True)  # of an alert, as this reader was told; none: not noted then
    until = models.DateTimeField(null=True)  # of an alert, likewise
    at = models.DateTimeField()
    changes = models.BinaryField()  # JSON
    warned = models.BinaryField(
        default=b"[]"
    )  # JSON: changes of weather warnings, which stand in a notice of their own
    is_warning = models.BooleanField()  # something is new or worse
    breaks_quiet = models.BooleanField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "forecasts_notice"
        constraints = [
            models.UniqueConstraint(
                fields=["reader", "alert"], condition=Q(alert__isnull=False), name="forecasts_notice_alert_once"
            )
        ]
        indexes = [
            models.Index(fields=["reader", "-at"], name="forecasts_notice_of"),
            models.Index(
                fields=["at"], condition=Q(read_at__isnull=True, is_warning=True), name="forecasts_notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"
