"""Tables of places. What only PostgreSQL knows stands in migration 0002: no overlaps in time, the sphere, nearest first."""

from django.db import models

from dure.base import ids
from dure.foundations.places.types import Level, System

CODE_LENGTH = 10
NAME_LENGTH = 60
PATH_LENGTH = 200
KIND_LENGTH = 30


class Region(models.Model):
    """A region under one code and name. A renamed or recoded region is another row; `system, code` never overlap in time."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    system = models.CharField(max_length=10, choices=[(one.value, one.name) for one in System])
    code = models.CharField(max_length=CODE_LENGTH)
    level = models.CharField(max_length=10, choices=[(one.value, one.name.lower()) for one in Level])
    name = models.CharField(max_length=NAME_LENGTH)
    path = models.CharField(max_length=PATH_LENGTH)
    parent = models.CharField(max_length=CODE_LENGTH, blank=True)  # a code: the parent of the same day
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    population = models.PositiveIntegerField(null=True)
    population_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    shape = models.JSONField(null=True)  # GeoJSON MultiPolygon coordinates
    west = models.FloatField(null=True)  # the box around the shape, so that a point reads few shapes
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    loaded_at = models.DateTimeField()  # when a list last changed something of it

    class Meta:
        db_table = "places_region"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="places_region_time",
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="places_region_centre",
            ),
        ]
        indexes = [
            models.Index(fields=["system", "parent"], name="places_region_parent"),
            models.Index(fields=["system", "level"], name="places_region_level"),
            models.Index(fields=["loaded_at"], name="places_region_loaded"),
        ]

    def __str__(self) -> str:
        return f"{self.path} ({self.code})"


class RegionChange(models.Model):
    """One line of the table of changes: prefixes of codes before and after, separated by a slash; x is any digit."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    system = models.CharField(max_length=10, choices=[(one.value, one.name) for one in System])
    effective = models.DateField()
    old = models.CharField(max_length=100)
    new = models.CharField(max_length=100)
    what = models.CharField(max_length=200)

    class Meta:
        db_table = "places_region_change"
        constraints = [
            models.UniqueConstraint(fields=["system", "effective", "old"], name="places_region_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.effective} {self.old} → {self.new}"


class Point(models.Model):
    """Something with a position. `position`, computed by the database, is the same on the unit sphere."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    kind = models.CharField(max_length=KIND_LENGTH)
    ref = models.UUIDField()
    name = models.CharField(max_length=100)
    lat = models.FloatField()
    lon = models.FloatField()
    region = models.CharField(max_length=CODE_LENGTH, blank=True)

    class Meta:
        db_table = "places_point"
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="places_point_once"),
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lon__range=(-180, 180)), name="places_point_on_earth"
            ),
        ]
        indexes = [models.Index(fields=["region", "kind"], name="places_point_region")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"
