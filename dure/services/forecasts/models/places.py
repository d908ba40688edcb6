"""The authority's zones, in a table that holds from a day on."""

from django.db import models

from dure.base import clock

from .common import CODE_LENGTH, NAME_LENGTH, ZONE_LENGTH


class ZoneTable(models.Model):
    version = models.CharField(primary_key=True, max_length=CODE_LENGTH)
    since = models.DateField(unique=True)
    is_sample = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "forecasts_zone_table"

    def __str__(self) -> str:
        return self.version


class Zone(models.Model):
    table = models.ForeignKey(ZoneTable, models.PROTECT, related_name="zones")
    zone = models.CharField(max_length=ZONE_LENGTH)
    name = models.CharField(max_length=NAME_LENGTH)
    regions = models.TextField()  # beginnings of region codes, with blanks between them

    class Meta:
        db_table = "forecasts_zone"
        constraints = [models.UniqueConstraint(fields=["table", "zone"], name="forecasts_zone_once")]

    def __str__(self) -> str:
        return self.name
