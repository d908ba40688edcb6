"""Tables of impact: the log of counts, which only grows, and what is kept of it for reading."""

from django.db import models

from dure.foundations.impact.types import Counter

CODE_LENGTH = 30
REGION_LENGTH = 10


class Count(models.Model):
    """One event counted once. Never changed (the database refuses it): a correction is another row."""

    id = models.BigAutoField(primary_key=True)  # the position in the log
    counter = models.CharField(max_length=CODE_LENGTH, choices=[(one.value, one.value) for one in Counter])
    event = models.UUIDField()
    n = models.BigIntegerField()
    at = models.DateTimeField()
    day = models.DateField()  # of Asia/Seoul
    region = models.CharField(max_length=REGION_LENGTH, blank=True)
    house = models.CharField(max_length=CODE_LENGTH, blank=True)
    who = models.BinaryField(max_length=32, null=True)  # a salted hash of the person
    counted_at = models.DateTimeField()

    class Meta:
        db_table = "impact_count"
        constraints = [
            models.UniqueConstraint(fields=["counter", "event"], name="impact_count_once"),
            models.CheckConstraint(condition=~models.Q(n=0), name="impact_count_something"),
        ]
        indexes = [
            models.Index(fields=["counter", "day"], name="impact_count_who", condition=models.Q(who__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.counter} {self.n:+d}"


class DayTotal(models.Model):
    """Counts of one day, region and house, added up as they come. Rebuilt from the log at any time."""

    pk = models.CompositePrimaryKey("counter", "day", "region", "house")
    counter = models.CharField(max_length=CODE_LENGTH)
    day = models.DateField()
    region = models.CharField(max_length=REGION_LENGTH, blank=True)
    house = models.CharField(max_length=CODE_LENGTH, blank=True)
    total = models.BigIntegerField()
    events = models.BigIntegerField()

    class Meta:
        db_table = "impact_day"
        indexes = [models.Index(fields=["counter", "region"], name="impact_day_region")]

    def __str__(self) -> str:
        return f"{self.counter} {self.day}: {self.total}"


class PersonTotal(models.Model):
    """What the counts of one person add up to, by counter and by pseudonym."""

    pk = models.CompositePrimaryKey("counter", "who")
    counter = models.CharField(max_length=CODE_LENGTH)
    who = models.BinaryField(max_length=32)
    net = models.BigIntegerField()

    class Meta:
        db_table = "impact_person"
        indexes = [models.Index(fields=["counter"], name="impact_person_taking", condition=models.Q(net__gt=0))]

    def __str__(self) -> str:
        return f"{self.counter} {self.net}"


class Salt(models.Model):
    """The secret of the pseudonyms, one for this installation. Destroy it, and no count can be tied to a person again."""

    id = models.SmallIntegerField(primary_key=True)
    secret = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "impact_salt"

    def __str__(self) -> str:
        return f"made {self.made_at:%Y-%m-%d}"


class Reach(models.Model):
    """One row: how many events are counted and when the last was, so that readers know whether anything is new.

    The highest id of the log would not do: a lower one may become visible later.
    """

    id = models.SmallIntegerField(primary_key=True)
    position = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "impact_reach"
        verbose_name_plural = "reaches"

    def __str__(self) -> str:
        return f"{self.position} events"
