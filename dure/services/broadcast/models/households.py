"""Telephones that listen without an account, what becomes of an announcement there, and calls that are made."""

from django.db import models
from django.db.models import Q

from dure.base import clock, ids
from dure.services.broadcast.types import Ended, HouseholdState, Standing, Way

from .airing import Airing
from .villages import Village

STATE_LENGTH, HASH_LENGTH, WAY_LENGTH = 12, 32, 10


class Household(models.Model):
    """A number with the word of whoever picks it up. From this table alone nobody has the name or the number."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    village = models.ForeignKey(Village, models.PROTECT, related_name="+", db_index=False)
    sealed_name = models.BinaryField()
    sealed_number = models.BinaryField()
    hash = models.BinaryField(max_length=HASH_LENGTH)
    state = models.CharField(
        max_length=STATE_LENGTH,
        choices=[(one.value, one.value) for one in HouseholdState],
        default=HouseholdState.ASKED.value,
    )
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField(default=clock.now)
    consent = models.PositiveSmallIntegerField()  # version of the words to which they say yes
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    asks = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)  # when they are asked for their word; None: they are not, or not any more

    class Meta:
        db_table = "broadcast_household"
        constraints = [
            models.UniqueConstraint(
                fields=["village", "hash"], condition=Q(ended_at__isnull=True), name="broadcast_household_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="listening") | Q(agreed_at__isnull=False), name="broadcast_household_agreed"
            ),
        ]
        indexes = [
            models.Index(fields=["hash"], name="broadcast_household_hash"),
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="broadcast_household_due"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.village_id}"


class HouseholdReach(models.Model):
    """Where an airing is with one of them."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    airing = models.ForeignKey(Airing, models.CASCADE, related_name="+", db_index=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    standing = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in Standing], default=Standing.WAITING.value
    )
    next_at = models.DateTimeField(null=True)  # when the next step is looked at; None: nothing more is done
    share = models.FloatField(default=0)
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_household_reach"
        constraints = [
            models.UniqueConstraint(fields=["airing", "household"], name="broadcast_household_reach_once"),
            models.CheckConstraint(
                condition=Q(standing="waiting", next_at__isnull=False)
                | (~Q(standing="waiting") & Q(next_at__isnull=True)),
                name="broadcast_household_reach_next",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="broadcast_household_reach_due"),
        ]

    def __str__(self) -> str:
        return f"{self.standing} {self.household_id}"


class Ring(models.Model):
    """A call that is made or a text that is sent, for their word (`reach` None) or for an announcement. Its id is its name at the
    gateway: asked twice for it, that rings once. `placed_at`: since when the gateway has it. `next_at`: when the gateway is asked
    for it (again); None: it has it, or it is not to be done any more.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="+")
    reach = models.ForeignKey(HouseholdReach, models.CASCADE, related_name="rings", null=True, db_index=False)
    way = models.CharField(max_length=WAY_LENGTH, choices=[(one.value, one.value) for one in Way])
    at = models.DateTimeField()
    ended = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Ended], default=Ended.OPEN.value)
    placed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)  # when the gateway was asked for it last
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "broadcast_ring"
        constraints = [
            models.UniqueConstraint(fields=["reach", "way"], name="broadcast_ring_once"),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(placed_at__isnull=True, ended="open"), name="broadcast_ring_next"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="broadcast_ring_due"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.ended}"
