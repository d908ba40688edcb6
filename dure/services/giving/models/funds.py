"""Matching funds, and the deposits of their sponsors."""

from django.db import models

from dure.base import ids
from dure.services.giving.types import DepositState

from .core import STATE_LENGTH, person_key

REFERENCE_LENGTH_MAX = 60


class MatchFund(models.Model):
    """Money of a sponsor that answers comments and shares with small gifts."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=60)
    sponsor = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+", null=True)
    account = models.UUIDField(unique=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "giving_match_fund"

    def __str__(self) -> str:
        return self.name


class Deposit(models.Model):
    """A sponsor's deposit, as the bank shows it. Its money is in the ledger under the same id once it is booked."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    fund = models.ForeignKey(MatchFund, on_delete=models.PROTECT, related_name="deposits")
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=REFERENCE_LENGTH_MAX)
    state = models.CharField(max_length=STATE_LENGTH, default=DepositState.WAITING)
    asked_by = person_key()
    asked_at = models.DateTimeField()
    booked_by = models.UUIDField(null=True)
    booked_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "giving_deposit"
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                condition=models.Q(state__in=[DepositState.WAITING, DepositState.BOOKED]),
                name="giving_deposit_reference",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="giving_deposit_amount"),
        ]

    def __str__(self) -> str:
        return self.reference
