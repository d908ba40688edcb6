"""The book: accounts, the log of transfers, the chain over it, and two read models the database keeps itself.

Triggers in migration 0002 guard the log: nothing in it changes, and every insert, whoever makes it, moves the balances.
"""

from django.db import models

from dure.foundations.ledger.types import Limit, Phase
from dure.kit.columns import TransactionIdField

ID_LENGTH_MAX = 100
RESOLVING = ("post", "void", "expire")


class Account(models.Model):
    """Opened once; nothing about it changes. Whether it is closed stands with its balance, which every posting locks."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=ID_LENGTH_MAX, unique=True)
    currency = models.CharField(max_length=3)
    limit = models.CharField(max_length=40, choices=[(each.value, each.value) for each in Limit])
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_account"

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """Sums of the account's transfers. Only the database writes it, in the trigger that follows an insert into the log."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="+", db_column="account")
    currency = models.CharField(max_length=3)
    limit = models.CharField(max_length=40)
    debits_posted = models.BigIntegerField(db_default=0)
    credits_posted = models.BigIntegerField(db_default=0)
    debits_pending = models.BigIntegerField(db_default=0)
    credits_pending = models.BigIntegerField(db_default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_balance"
        constraints = [
            models.CheckConstraint(
                name="ledger_balance_debits_limit",
                condition=~models.Q(limit=Limit.DEBITS_MUST_NOT_EXCEED_CREDITS.value)
                | models.Q(credits_posted__gte=models.F("debits_posted") + models.F("debits_pending")),
            ),
            models.CheckConstraint(
                name="ledger_balance_credits_limit",
                condition=~models.Q(limit=Limit.CREDITS_MUST_NOT_EXCEED_DEBITS.value)
                | models.Q(debits_posted__gte=models.F("credits_posted") + models.F("credits_pending")),
            ),
            models.CheckConstraint(
                name="ledger_balance_not_negative",
                condition=models.Q(
                    debits_posted__gte=0, credits_posted__gte=0, debits_pending__gte=0, credits_pending__gte=0
                ),
            ),
            models.CheckConstraint(
                name="ledger_balance_closed_empty",
                condition=models.Q(closed_at=None)
                | models.Q(debits_posted=models.F("credits_posted"), debits_pending=0, credits_pending=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.account_id)


class Transfer(models.Model):
    """One line of the log. `xid` stands before `seq` on purpose: a row's transaction id is taken before its number."""

    id = models.UUIDField(primary_key=True)
    xid = TransactionIdField(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    seq = models.BigIntegerField(editable=False)  # an identity column (migration 0002)
    posting = models.UUIDField()
    leg = models.SmallIntegerField(db_default=1)
    legs = models.SmallIntegerField(db_default=1)
    debit = models.UUIDField()
    credit = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=30)
    phase = models.CharField(
        max_length=10, db_default=Phase.SINGLE.value, choices=[(each.value, each.value) for each in Phase]
    )
    pending_id = models.UUIDField(null=True)
    funder = models.UUIDField(null=True)
    ref = models.UUIDField(null=True)
    reverses = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, db_default="")
    expires_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_transfer"
        constraints = [
            models.CheckConstraint(name="ledger_transfer_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(name="ledger_transfer_two_accounts", condition=~models.Q(debit=models.F("credit"))),
            models.CheckConstraint(
                name="ledger_transfer_leg",
                condition=models.Q(legs=1, leg=1, posting=models.F("id"))
                | (models.Q(legs__gt=1, leg__gte=1, leg__lte=models.F("legs")) & ~models.Q(posting=models.F("id"))),
            ),
            models.CheckConstraint(name="ledger_transfer_kind", condition=models.Q(kind__regex="^[a-z_]{1,30}$")),
            models.CheckConstraint(
                name="ledger_transfer_phase",
                condition=models.Q(phase__in=("single", "pending"), pending_id=None)
                | models.Q(phase__in=RESOLVING, pending_id__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_transfer_expiry", condition=models.Q(expires_at=None) | models.Q(phase="pending")
            ),
            models.CheckConstraint(
                name="ledger_transfer_reversal",
                condition=(models.Q(reverses=None) & ~models.Q(kind="reversal"))
                | models.Q(reverses__isnull=False, kind="reversal", phase="single"),
            ),
            models.UniqueConstraint(
                name="ledger_transfer_resolved_once",
                fields=["pending_id"],
                condition=models.Q(pending_id__isnull=False),
            ),
            models.UniqueConstraint(
                name="ledger_transfer_reversed_once", fields=["reverses"], condition=models.Q(reverses__isnull=False)
            ),
            models.UniqueConstraint(
                name="ledger_transfer_leg_once", fields=["posting", "leg"], condition=models.Q(legs__gt=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class OpenPending(models.Model):
    """Reservations not yet resolved. Only the database writes it."""

    transfer = models.UUIDField(primary_key=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_open_pending"
        indexes = [models.Index(fields=["expires_at"], name="ledger_open_pending_due")]

    def __str__(self) -> str:
        return str(self.transfer)


class ChainLink(models.Model):
    """hash = SHA-256(hash of the position before, canonical text of the transfer)."""

    position = models.BigIntegerField(primary_key=True)
    transfer = models.UUIDField(unique=True)
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "ledger_chain"

    def __str__(self) -> str:
        return f"{self.position} {bytes(self.hash).hex()[:12]}"


class SealMark(models.Model):
    """How far sealing is settled (one row): no transfer with `seq` up to `settled_seq` can still appear.

    `ahead_seq` becomes settled once every transaction below `ahead_xid` has ended.
    """

    id = models.SmallIntegerField(primary_key=True)
    settled_seq = models.BigIntegerField(db_default=0)
    ahead_seq = models.BigIntegerField(db_default=0)
    ahead_xid = TransactionIdField()

    class Meta:
        db_table = "ledger_seal_mark"

    def __str__(self) -> str:
        return str(self.settled_seq)
