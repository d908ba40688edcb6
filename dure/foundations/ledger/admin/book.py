"""Accounts, transfers and the chain, to look at."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dure.foundations.ledger import models
from dure.foundations.ledger import types as t
from dure.kit.labels import label, label_codes, label_house
from dure.kit.show import money
from dure.kit.shown import Shown

__all__ = ["AccountAdmin", "ChainAdmin", "TransferAdmin"]


def _balance(column: Any) -> Subquery:
    return Subquery(models.Balance.objects.filter(account=OuterRef("pk")).annotate(found=column).values("found")[:1])


def _code(side: str) -> Subquery:
    return Subquery(models.Account.objects.filter(id=OuterRef(side)).values("code")[:1])


@admin.register(models.Account)
class AccountAdmin(Shown):
    """Each account with what it holds, derived from its balance."""

    list_display = ("code", "limit", "held", "reserved", "opened_at", "closed_at")
    list_filter = ("limit", "currency")
    search_fields = ("code",)
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Account]:
        accounts: QuerySet[models.Account] = super().get_queryset(request)
        return accounts.annotate(
            held=_balance(F("credits_posted") - F("debits_posted")),
            reserved=_balance(F("debits_pending")),
            closed=_balance(F("closed_at")),
        )

    @admin.display(description=_("holds"), ordering="held")
    def held(self, account: Any) -> str:
        return money(account.held, account.currency)

    @admin.display(description=_("reserved to leave"), ordering="reserved")
    def reserved(self, account: Any) -> str:
        return money(account.reserved, account.currency)

    @admin.display(description=_("closed at"), ordering="closed")
    def closed_at(self, account: Any) -> Any:
        return account.closed


@admin.register(models.Transfer)
class TransferAdmin(Shown):
    """The log, newest first. Search by the id of a transfer, posting or account."""

    list_display = ("number", "at", "kind", "phase", "from_account", "to_account", "sum", "leg_of_posting")
    list_filter = ("kind", "phase")
    search_fields = ("id",)
    ordering = ("-seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Transfer]:
        transfers: QuerySet[models.Transfer] = super().get_queryset(request)
        return transfers.annotate(debit_code=_code("debit"), credit_code=_code("credit"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[models.Transfer], search_term: str
    ) -> tuple[QuerySet[models.Transfer], bool]:
        """Ids are searched whole: they are indexed, their parts are not."""
        if not search_term:
            return queryset, False
        try:
            wanted = UUID(search_term.strip())
        except ValueError:
            account = models.Account.objects.filter(code=search_term.strip()).values("id")
            return queryset.filter(Q(debit__in=account) | Q(credit__in=account)), False
        return queryset.filter(Q(id=wanted) | Q(posting=wanted, legs__gt=1) | Q(debit=wanted) | Q(credit=wanted)), False

    @admin.display(description=_("number"), ordering="seq")
    def number(self, transfer: Any) -> int:
        return int(transfer.seq)

    @admin.display(description=_("from account"))
    def from_account(self, transfer: Any) -> str:
        return str(transfer.debit_code)

    @admin.display(description=_("to account"))
    def to_account(self, transfer: Any) -> str:
        return str(transfer.credit_code)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, transfer: Any) -> str:
        return money(transfer.amount, transfer.currency)

    @admin.display(description=_("part of posting"))
    def leg_of_posting(self, transfer: Any) -> str:
        return f"{transfer.leg}/{transfer.legs}"


@admin.register(models.ChainLink)
class ChainAdmin(Shown):
    """The hash chain, newest first. Its head stands at the top."""

    list_display = ("position", "transfer", "fingerprint")
    search_fields = ("transfer",)
    ordering = ("-position",)
    exclude = ("hash",)
    readonly_fields = ("fingerprint",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[models.ChainLink], search_term: str
    ) -> tuple[QuerySet[models.ChainLink], bool]:
        try:
            return (queryset.filter(transfer=UUID(search_term.strip())) if search_term else queryset), False
        except ValueError:
            return queryset.none(), False

    @admin.display(description=_("hash"))
    def fingerprint(self, link: Any) -> str:
        return bytes(link.hash).hex()


label_house("ledger", _("Book, payments and receipts"))
label(
    models.Account,
    _("account"),
    _("accounts"),
    {
        "code": _("account code"),
        "currency": _("currency"),
        "limit": _("limit"),
        "opened_at": _("opened at"),
    },
)
label(
    models.ChainLink,
    _("link of the chain"),
    _("links of the chain"),
    {
        "position": _("position"),
        "transfer": _("transfer"),
    },
)
label(
    models.Transfer,
    _("transfer"),
    _("transfers"),
    {
        "seq": _("place in the log"),
        "posting": _("posting"),
        "leg": _("part"),
        "legs": _("parts"),
        "debit": _("from account"),
        "credit": _("to account"),
        "amount": _("amount"),
        "currency": _("currency"),
        "kind": _("kind"),
        "phase": _("phase"),
        "pending_id": _("reservation"),
        "funder": _("funder"),
        "ref": _("concerns"),
        "reverses": _("reverses"),
        "reason": _("reason"),
        "expires_at": _("expires at"),
        "at": _("time"),
    },
)
label_codes(
    models.Account,
    {
        "limit": {
            t.Limit.NONE: _("no limit"),
            t.Limit.DEBITS_MUST_NOT_EXCEED_CREDITS: _("never below zero"),
            t.Limit.CREDITS_MUST_NOT_EXCEED_DEBITS: _("never above zero"),
        }
    },
)
label_codes(
    models.Transfer,
    {
        "kind": {  # those that a service makes up for itself are shown as they are
            "gift": _("gift"),
            "match": _("match of a cheer"),
            "top_up": _("deposit into a matching fund"),
            "payout": _("payout to the partner"),
            "spend": _("use of money"),
            "fee": _("fee"),
            "refund": _("refund"),
            "refund_owed": _("refund that the provider refused"),
            "refund_paid": _("refused refund, paid at the bank"),
            "refund_retried": _("refused refund, asked for once more"),
            "reversal": _("reversal"),
            "waiting": _("money that waits for its purpose"),
            "settlement": _("settlement of a provider"),
            "payment_processor_fee": _("fee of a provider"),
            "payment_processor_fee_tax": _("VAT on the fee of a provider"),
        },
        "phase": {
            t.Phase.SINGLE: _("moved at once"),
            t.Phase.PENDING: _("reserved"),
            t.Phase.POST: _("moved as reserved"),
            t.Phase.VOID: _("set free again"),
            t.Phase.EXPIRE: _("run out"),
        },
    },
)
