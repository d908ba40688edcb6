"""What the identity party keeps of check-in: which places and scanners its organisations asked the visit party to certify."""

from django.db import models

from dure.kit import house

house.demand_installed("checkin_identity")
NAME_LENGTH_MAX = 100
KEY_BYTES = 32


class AskedVenue(models.Model):
    """A place of an organisation, as its owner named it. All of it stands in the visit party's public register as well."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    challenge = models.BooleanField()
    revoked = models.BooleanField(default=False)
    told = models.BooleanField(default=False)  # whether the visit party knows it as it is now
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "checkin_asked_venue"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], name="checkin_asked_venue_once", condition=models.Q(revoked=False)
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="checkin_venue_untold", condition=models.Q(told=False))]

    def __str__(self) -> str:
        return self.name


class AskedScanner(models.Model):
    """A scanner that an owner let into a place. Its code is not kept: it is derived when it is shown."""

    id = models.UUIDField(primary_key=True)
    venue = models.ForeignKey(AskedVenue, on_delete=models.PROTECT, related_name="+")
    revoked = models.BooleanField(default=False)
    told = models.BooleanField(default=False)
    asked_at = models.DateTimeField()

    class Meta:
        db_table = "checkin_asked_scanner"
        indexes = [models.Index(fields=["asked_at"], name="checkin_scanner_untold", condition=models.Q(told=False))]

    def __str__(self) -> str:
        return str(self.id)


class ToldMark(models.Model):
    """That somebody was told for a query, so that nobody is told twice. Who that was says the day's key only, until day 28."""

    id = models.UUIDField(primary_key=True)
    query = models.UUIDField()
    epoch = models.IntegerField()
    mark = models.BinaryField(max_length=KEY_BYTES)

    class Meta:
        db_table = "checkin_told_mark"
        constraints = [models.UniqueConstraint(fields=["query", "mark"], name="checkin_told_mark_once")]
        indexes = [models.Index(fields=["epoch"], name="checkin_told_mark_day")]

    def __str__(self) -> str:
        return str(self.query)
