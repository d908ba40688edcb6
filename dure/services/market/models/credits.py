"""Tables of funds, their deposits and grants, and of what messages hold back. The won itself stands in the ledger."""

from django.db import models
from django.db.models import F, Q

from dure.base import clock, ids
from dure.services.market.types import DepositState, GrantKind

from .markets import NAME_LENGTH, STATE_LENGTH, Market

REFERENCE_LENGTH = 60


class Fund(models.Model):
    """Won that somebody gave for markets."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=NAME_LENGTH)
    account = models.UUIDField(unique=True)
    active = models.BooleanField(default=True)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "market_fund"

    def __str__(self) -> str:
        return self.name


class Deposit(models.Model):
    """Won that came in for a fund. Its transfer has the same id, once another steward has confirmed it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="deposits")
    won = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    state = models.CharField(
        max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in DepositState], default="entered"
    )
    entered_by = models.UUIDField()
    entered_at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_deposit"
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(state__in=["entered", "booked"]), name="market_deposit_reference"
            ),
            models.CheckConstraint(condition=Q(won__gt=0), name="market_deposit_won"),
            models.CheckConstraint(
                condition=~Q(state="booked") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by"))),
                name="market_deposit_two_stewards",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Grant(models.Model):
    """Won of a fund for one organisation: message credits, or the coupons of its market."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="grants")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    market = models.ForeignKey(Market, models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=STATE_LENGTH, choices=[(one.value, one.value) for one in GrantKind])
    won = models.PositiveBigIntegerField()
    by = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "market_grant"
        constraints = [models.CheckConstraint(condition=Q(won__gt=0), name="market_grant_won")]
        indexes = [models.Index(fields=["organisation", "-at"], name="market_grant_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.won}"


class GrantReturn(models.Model):
    """What went back to its fund of a grant that nobody is left to use. Its transfer has the same id."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="returns")
    won = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "market_grant_return"
        constraints = [models.CheckConstraint(condition=Q(won__gt=0), name="market_grant_return_won")]

    def __str__(self) -> str:
        return f"{self.won}"


class MessageCost(models.Model):
    """Credits held back for one sending, and what it came to. Its first reservation in the ledger has the same id."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    sending = models.UUIDField(unique=True)
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    held = models.PositiveBigIntegerField()
    spent = models.PositiveBigIntegerField(null=True)  # so far; None: nothing was said yet
    open_won = models.PositiveBigIntegerField(default=0)  # still held back after something was said
    turn = models.PositiveIntegerField(default=0)  # how often the ledger was told; its ids follow from it
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "market_message_cost"
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__isnull=True) | Q(held__gte=F("spent") + F("open_won")), name="market_cost_held"
            )
        ]
        indexes = [models.Index(fields=["organisation", "-at"], name="market_cost_of")]

    def __str__(self) -> str:
        return f"{self.sending}"
