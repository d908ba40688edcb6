"""What the authority keeps: offices, their officers, and queries from filing to end."""

from django.db import models
from django.db.models import Q

from dure.kit import house
from dure.services.checkin.types import LegalBasis, QueryState

house.demand_installed("checkin_authority")
CASE_LENGTH_MAX = 40
WORD_LENGTH_MAX = 20
HOURS_OF_DAY = 24
NAME_LENGTH_MAX = 100
BLINDING_BYTES = 32


class Office(models.Model):
    """Who may ask. Its name stands in the public log."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=NAME_LENGTH_MAX, unique=True)
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "checkin_office"

    def __str__(self) -> str:
        return self.name


class Officer(models.Model):
    """Somebody who acts for an office. One person acts for one office at a time."""

    id = models.UUIDField(primary_key=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()
    appointed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "checkin_officer"
        constraints = [
            models.UniqueConstraint(fields=["person"], name="checkin_officer_once", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return str(self.person)


_UNLOGGED = [one.value for one in (QueryState.FILED, QueryState.APPROVED, QueryState.REFUSED)]


class Query(models.Model):
    """One venue and some hours of one day, asked for by an office."""

    id = models.UUIDField(primary_key=True)
    office = models.UUIDField()
    case = models.CharField(max_length=CASE_LENGTH_MAX)
    basis = models.CharField(max_length=WORD_LENGTH_MAX, choices=[(one.value, one.value) for one in LegalBasis])
    epoch = models.IntegerField()
    venue = models.UUIDField()
    venue_name = models.CharField(max_length=NAME_LENGTH_MAX, default="")  # as the register called it on that day
    first_hour = models.SmallIntegerField()
    hours = models.SmallIntegerField()
    filed_by = models.UUIDField()
    filed_at = models.DateTimeField()
    state = models.CharField(max_length=WORD_LENGTH_MAX, choices=[(one.value, one.value) for one in QueryState])
    decided_by = models.UUIDField(null=True)
    log_entry = models.BigIntegerField(null=True)
    told = models.IntegerField(null=True)
    unknown = models.IntegerField(default=0)  # handles that were nobody's
    rounds = models.IntegerField(
        default=0
    )  # how often contacts were told: what was settled late is told in a later one
    look_again = models.BooleanField(default=False)  # an officer asks whether something was settled late
    trouble = models.CharField(max_length=WORD_LENGTH_MAX * 2, default="")  # the code of what keeps it from going on
    closed_on = models.DateField(null=True)
    blinding = models.BinaryField(max_length=BLINDING_BYTES)

    class Meta:
        db_table = "checkin_query"
        constraints = [
            models.CheckConstraint(
                condition=Q(first_hour__gte=0, hours__gte=1, first_hour__lte=HOURS_OF_DAY - models.F("hours")),
                name="checkin_query_hours",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("filed_by")), name="checkin_query_two_officers"
            ),
            models.CheckConstraint(
                condition=Q(log_entry__isnull=False) | Q(state__in=_UNLOGGED), name="checkin_query_logged_first"
            ),
        ]
        indexes = [models.Index(fields=["office", "filed_at"], name="checkin_query_of_office")]

    def __str__(self) -> str:
        return self.case


class ReleasedPart(models.Model):
    """Whose share of which part of which hour was there. The share itself is nowhere."""

    id = models.UUIDField(primary_key=True)
    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="+")
    hour = models.SmallIntegerField()
    part = models.SmallIntegerField()
    party = models.CharField(max_length=WORD_LENGTH_MAX)

    class Meta:
        db_table = "checkin_released_part"
        constraints = [
            models.UniqueConstraint(fields=["query", "hour", "part", "party"], name="checkin_released_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.hour}.{self.part} {self.party}"


class Extract(models.Model):
    """What a part of an hour opened to, until its people are told: handles, each still sealed to the key of the day.

    So it ends with that key whatever else happens, and opens nowhere but here.
    """

    id = models.UUIDField(primary_key=True)
    query = models.ForeignKey(Query, on_delete=models.PROTECT, related_name="+")
    hour = models.SmallIntegerField()
    part = models.SmallIntegerField()
    sealed = models.BinaryField()  # 64 bytes each, one after the other

    class Meta:
        db_table = "checkin_extract"
        constraints = [models.UniqueConstraint(fields=["query", "hour", "part"], name="checkin_extract_once")]

    def __str__(self) -> str:
        return f"{self.hour}.{self.part}"


class Report(models.Model):
    """The transparency report as the logs of all parties made it on a day."""

    on = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        db_table = "checkin_report"

    def __str__(self) -> str:
        return str(self.on)
