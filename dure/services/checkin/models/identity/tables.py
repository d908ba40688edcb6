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
    counts = models.BooleanField(default=False)
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


class SpokenHanded(models.Model):
    """Whose codes to read out of a day the visit party has. Says who agreed, as consents do, and goes with the day."""

    pk = models.CompositePrimaryKey("epoch", "person", "way")
    epoch = models.IntegerField()
    person = models.UUIDField()
    way = models.SmallIntegerField()  # `types.lots.Way`

    class Meta:
        db_table = "checkin_spoken_handed"

    def __str__(self) -> str:
        return f"{self.epoch} {self.person} {self.way}"


class Caller(models.Model):
    """Somebody who is told codes by telephone, because they said so."""

    person = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "checkin_caller"

    def __str__(self) -> str:
        return str(self.person)


class Call(models.Model):
    """A code of today that was told by telephone, so that the next call tells the next one. Neither who nor when: `id` and `mark`
    are made with a key that is gone at midnight, and the row soon after.
    """

    id = models.UUIDField(primary_key=True)  # of the call, as the gateway names it
    epoch = models.IntegerField()
    mark = models.UUIDField()  # of the person
    number = models.SmallIntegerField()

    class Meta:
        db_table = "checkin_call"
        constraints = [models.UniqueConstraint(fields=["epoch", "mark", "number"], name="checkin_call_once")]

    def __str__(self) -> str:
        return f"{self.epoch} {self.number}"
