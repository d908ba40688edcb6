"""Villages, who speaks to them, who listens."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.broadcast.types import Office, Tie

NAME_LENGTH, CODE_LENGTH, ZONE_LENGTH = 40, 12, 40
LANGUAGE_LENGTH, LANGUAGES_LENGTH = 8, 60
SECRET_LENGTH = 128  # of a hashed password


class Village(models.Model):
    """Whom announcements are for. The code is said over the telephone and stands on paper."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, unique=True)
    name = models.CharField(max_length=NAME_LENGTH)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    languages = models.CharField(max_length=LANGUAGES_LENGTH, default="", blank=True)  # codes with commas between
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_village"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="broadcast_village_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Tenure(models.Model):
    """Somebody holds an office from a day on, to another and not on it. Ended, never deleted: who spoke when stays known."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    office = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Office])
    begins = models.DateField()
    ends = models.DateField(null=True)
    noted_by = models.UUIDField()
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "broadcast_tenure"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")), name="broadcast_tenure_days"
            ),
            models.UniqueConstraint(
                fields=["village"], condition=Q(office="head", ends__isnull=True), name="broadcast_tenure_one_head"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.village_id}"


class Listener(models.Model):
    """Somebody said yes to hearing a village; leaving ends the row, joining again makes another."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    tie = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Tie])
    zone = models.CharField(max_length=ZONE_LENGTH)
    language = models.CharField(
        max_length=LANGUAGE_LENGTH, default="", blank=True
    )  # in which they read; empty: not said
    consent = models.PositiveSmallIntegerField()  # version of the words to which they said yes
    joined_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_listener"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "person"], condition=Q(left_at__isnull=True), name="broadcast_listener_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tie} {self.village_id}"


class VillageNumber(models.Model):
    """What stands in for a second person in an emergency: its hash, and how often it was tried wrongly."""

    village = models.OneToOneField(Village, models.CASCADE, primary_key=True, related_name="+")
    secret = models.CharField(max_length=SECRET_LENGTH)
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=clock.now)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_village_number"

    def __str__(self) -> str:
        return str(self.village_id)
