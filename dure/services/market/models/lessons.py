"""Tables of learning by doing: what a shop has done, and what awards look at."""

from django.db import models
from django.db.models import Q

from dure.services.market.types.lessons import EffortKind, Task

CODE_LENGTH = 12


class TaskDone(models.Model):
    """A shop did something for the first time. `news` is what the product told when it saw it."""

    pk = models.CompositePrimaryKey("organisation", "task")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", db_index=False)
    task = models.CharField(max_length=CODE_LENGTH, choices=[(one.value, one.value) for one in Task])
    at = models.DateTimeField()
    news = models.UUIDField()

    class Meta:
        db_table = "market_task_done"

    def __str__(self) -> str:
        return f"{self.task} {self.at}"


class Arrival(models.Model):
    """A friend of a shop as awards see them: when they came for the first time, and the latest of each other moment. Kept only
    while a course of the shop lasts.
    """

    pk = models.CompositePrimaryKey("organisation", "person")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", db_index=False)
    person = models.UUIDField()
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)  # who had left is a friend again
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_arrival"
        constraints = [
            models.CheckConstraint(
                name="market_arrival_something",
                condition=Q(joined_at__isnull=False)
                | Q(left_at__isnull=False)
                | Q(back_at__isnull=False)
                | Q(seen_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.joined_at}"


class Effort(models.Model):
    """Something that counts once for an award: a day with a broadcast, a customer answered on a day."""

    pk = models.CompositePrimaryKey("organisation", "kind", "about", "on")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=CODE_LENGTH, choices=[(one.value, one.value) for one in EffortKind])
    about = models.UUIDField()  # whom it answered; of a broadcast: the shop itself
    on = models.DateField()

    class Meta:
        db_table = "market_effort"

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
