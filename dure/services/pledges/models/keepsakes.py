"""What shows something of a person to whoever has an address: certificates, calendars, open proofs. Closed, there is no row."""

from django.conf import settings
from django.db import models

from dure.base import clock

from .common import CODE_LENGTH, NAME_LENGTH
from .pledges import Pledge


class Certificate(models.Model):
    """That somebody kept so many days, as they want it shown. Whoever has the code sees it; taken back, it is gone."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, primary_key=True, related_name="certificate")
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH, default="", blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_certificate"

    def __str__(self) -> str:
        return self.code


class CalendarKey(models.Model):
    """Where somebody's calendar program reads. The address itself is not here: a seal belongs to it."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+")
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_calendar_key"

    def __str__(self) -> str:
        return f"{self.person_id}"


class OpenStream(models.Model):
    """That somebody lets everybody read what they prove in a project. Closed, there is no row."""

    pledge = models.OneToOneField(Pledge, models.PROTECT, primary_key=True, related_name="+")
    key = models.UUIDField(unique=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "pledges_open_stream"

    def __str__(self) -> str:
        return f"{self.pledge_id}"
