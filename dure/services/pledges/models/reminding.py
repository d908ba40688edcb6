"""When somebody wants to be reminded, and that they were. Not asked for, there is no row."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.services.pledges.rules.reminding import QUIET_FROM, QUIET_UNTIL

from .pledges import Pledge


class ReminderHour(models.Model):
    """At which hour in Seoul somebody is reminded: of one project, or (no pledge) of all. No hour: not of this one."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    pledge = models.OneToOneField(Pledge, models.PROTECT, related_name="reminder_hour", null=True)
    hour = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_reminder_hour"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(pledge__isnull=True), name="pledges_reminder_hour_all"
            ),
            models.CheckConstraint(
                condition=Q(hour__isnull=True) | Q(hour__gte=QUIET_UNTIL, hour__lt=QUIET_FROM),
                name="pledges_reminder_hour_day",
            ),
            models.CheckConstraint(
                condition=Q(pledge__isnull=False) | Q(hour__isnull=False), name="pledges_reminder_hour_said"
            ),
        ]
        indexes = [
            models.Index(fields=["hour", "person"], name="pledges_reminder_hour_due"),
            models.Index(fields=["person"], name="pledges_reminder_hour_of"),
        ]

    def __str__(self) -> str:
        return f"{self.hour} {self.person_id}"


class Reminder(models.Model):
    """That somebody was reminded on a day: once, whatever they are in."""

    pk = models.CompositePrimaryKey("person_id", "day")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_reminder"
        indexes = [models.Index(fields=["day"], name="pledges_reminder_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.person_id}"
