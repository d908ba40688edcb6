"""Letters to donors that wait to be sent."""

from django.db import models

from dure.services.giving.types import LetterKind

from .core import STATE_LENGTH, Box, person_key


class Letter(models.Model):
    """One letter of a kind to one donor of a box, however many gifts they gave and however often its news comes."""

    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="+")
    donor = person_key()
    kind = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.name.lower()) for one in LetterKind])
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # before it is sent: rather none than two

    class Meta:
        db_table = "giving_letter"
        constraints = [models.UniqueConstraint(fields=["box", "donor", "kind"], name="giving_letter_once")]
        indexes = [models.Index(fields=["id"], condition=models.Q(taken_at=None), name="giving_letter_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.box_id}"
