"""What the visit party keeps besides visits: venues and their scanners. All of it is public."""

from django.db import models

from dure.kit import house
from dure.services.checkin.types import VenueState

house.demand_installed("checkin_visits")
NAME_LENGTH_MAX = 100
STATE_LENGTH_MAX = 12
KEY_BYTES = 32


class Venue(models.Model):
    """A certified place of a verified organisation. All of it stands in the public log."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    organisation_name = models.CharField(max_length=NAME_LENGTH_MAX)
    name = models.CharField(max_length=NAME_LENGTH_MAX)
    challenge = models.BooleanField(default=False)
    counts = models.BooleanField(default=False)
    state = models.CharField(max_length=STATE_LENGTH_MAX, default=VenueState.CERTIFIED.value)
    certified_on = models.DateField()
    revoked_on = models.DateField(null=True)

    class Meta:
        db_table = "checkin_venue"

    def __str__(self) -> str:
        return self.name


class Invite(models.Model):
    """Leave to set up one scanner, for who has the code. Used, it stays for the device that asks again with the same key."""

    id = models.UUIDField(primary_key=True)  # of the scanner that it becomes
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=KEY_BYTES, unique=True)  # SHA-256 of the code
    last = models.DateField()

    class Meta:
        db_table = "checkin_invite"

    def __str__(self) -> str:
        return str(self.id)


class Scanner(models.Model):
    """The certified key of one scanner. All of it stands in the public log."""

    id = models.UUIDField(primary_key=True)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    public = models.BinaryField(max_length=KEY_BYTES, unique=True)  # Ed25519
    first = models.DateField()
    last = models.DateField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "checkin_scanner"
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="checkin_scanner_days")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Beat(models.Model):
    """That a place had its line in these five minutes; gone after two days. It comes whether or not anybody does."""

    pk = models.CompositePrimaryKey("venue", "beat")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    beat = models.IntegerField()  # five minutes, counted from 1970 (`rules.settling`)

    class Meta:
        db_table = "checkin_beat"

    def __str__(self) -> str:
        return f"{self.venue_id} {self.beat}"


class Inside(models.Model):
    """How many more came than left through a scanner today. A number, and gone with the day."""

    pk = models.CompositePrimaryKey("scanner", "epoch")
    scanner = models.ForeignKey(Scanner, on_delete=models.PROTECT, related_name="+")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+")
    epoch = models.IntegerField()
    number = models.IntegerField()

    class Meta:
        db_table = "checkin_inside"
        indexes = [models.Index(fields=["venue", "epoch"], name="checkin_inside_here")]

    def __str__(self) -> str:
        return f"{self.scanner_id} {self.number}"
