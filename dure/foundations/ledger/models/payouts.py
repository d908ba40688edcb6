"""Tables of payouts on their way to the bank. Triggers keep what was released, and every step (migrations)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.foundations.ledger.types.payouts import FileForm, FileState, FileWant, LineState

LIVE = ("listed", "sent", "paid")
OPEN = ("prepared", "dropped")


def _steward(*, null: bool = False) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False, null=null)


class Payout(models.Model):
    """What is to be paid to an organisation, under the id of its posting in the book. Never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    payee = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    title = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_payout"
        constraints = [models.CheckConstraint(name="ledger_payout_amount", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return self.title


class PayoutFile(models.Model):
    """A batch of payouts that go to the bank together."""

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in FileState])
    total = models.BigIntegerField()
    count = models.PositiveIntegerField()
    prepared_by = _steward()
    prepared_at = models.DateTimeField()
    released_by = _steward(null=True)
    released_at = models.DateTimeField(null=True)
    bank_reference = models.CharField(max_length=100, blank=True)
    confirmed_by = _steward(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_payout_file"
        constraints = [
            models.CheckConstraint(name="ledger_payout_file_sum", condition=Q(total__gt=0, count__gt=0)),
            models.CheckConstraint(
                name="ledger_payout_file_two_people",
                condition=(
                    Q(state__in=OPEN, released_by__isnull=True) | Q(~Q(state__in=OPEN), released_by__isnull=False)
                )
                & (Q(released_by__isnull=True) | ~Q(released_by=models.F("prepared_by"))),
            ),
            models.CheckConstraint(
                name="ledger_payout_file_confirmed",
                condition=~Q(state="confirmed") | (~Q(bank_reference="") & Q(confirmed_by__isnull=False)),
            ),
            models.UniqueConstraint(
                name="ledger_payout_file_reference", fields=["bank_reference"], condition=~Q(bank_reference="")
            ),
        ]
        indexes = [models.Index(fields=["-prepared_at"], name="ledger_payout_file_latest")]

    def __str__(self) -> str:
        return self.code


class PayoutLine(models.Model):
    """A payout in a file, and where it goes."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(PayoutFile, models.PROTECT, related_name="lines")
    payout = models.ForeignKey(Payout, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    amount = models.BigIntegerField()
    account = models.ForeignKey("people.BankAccount", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=[(each.value, each.value) for each in LineState])
    why = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_payout_line"
        constraints = [
            models.UniqueConstraint(name="ledger_payout_line_live", fields=["payout"], condition=Q(state__in=LIVE)),
            models.UniqueConstraint(name="ledger_payout_line_place", fields=["file", "position"]),
            models.CheckConstraint(name="ledger_payout_line_amount", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.state}"


class PayoutPaper(models.Model):
    """One form of a released file. It holds account numbers, so it is sealed (kit.seals) and bound to its own id."""

    id = models.UUIDField(primary_key=True, editable=False)
    file = models.ForeignKey(PayoutFile, models.PROTECT, related_name="papers")
    form = models.CharField(max_length=10, choices=[(each.value, each.value) for each in FileForm])
    sealed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        db_table = "ledger_payout_paper"
        constraints = [models.UniqueConstraint(name="ledger_payout_paper_once", fields=["file", "form"])]

    def __str__(self) -> str:
        return f"{self.form} {self.sha256[:12]}"


class PayoutStep(models.Model):
    """What somebody did with a file."""

    file = models.ForeignKey(PayoutFile, models.PROTECT, related_name="steps")
    want = models.CharField(max_length=20, choices=[(each.value, each.value) for each in FileWant])
    by = _steward()
    at = models.DateTimeField()
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        db_table = "ledger_payout_step"
        indexes = [models.Index(fields=["file", "id"], name="ledger_payout_step_of")]

    def __str__(self) -> str:
        return f"{self.want} {self.at}"
