"""Payments, refunds, donations and receipts for stewards to look at. They are written by actions, never by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import TabularInline

from dure.foundations.ledger import models
from dure.foundations.ledger import types as t
from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import ReadOnly, Shown

__all__ = ["DonationAdmin", "DonationReceiptAdmin", "MandateAdmin", "PaymentAdmin", "RefundAdmin"]


class RefundInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.Refund
    fields = ("amount", "state", "reason", "failure", "asked_at", "settled_at")


@admin.register(models.Payment)
class PaymentAdmin(Shown):
    list_display = ("order", "provider", "purpose", "sum", "state", "waiting", "created_at", "captured_at")
    list_filter = ("state", "provider", "purpose", "waiting")
    search_fields = ("order", "payment_key", "id", "ref")
    ordering = ("-created_at",)
    exclude = ("key", "return_to")
    inlines = (RefundInline,)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: models.Payment) -> str:
        return money(row.amount)


class RefundStepInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.RefundStep
    fields = ("want", "after", "by", "note", "at")


@admin.register(models.Refund)
class RefundAdmin(Shown):
    list_display = ("id", "payment", "sum", "state", "asked_at", "settled_at", "failure")
    list_filter = ("state",)
    search_fields = ("id", "payment__order", "reference")
    ordering = ("-asked_at",)
    inlines = (RefundStepInline,)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: models.Refund) -> str:
        return money(row.amount)


@admin.register(models.Donation)
class DonationAdmin(Shown):
    list_display = ("on", "receiver", "sum", "sum_reversed", "kind", "note")
    list_filter = ("year", "kind")
    search_fields = ("id", "receiver", "note")
    ordering = ("-on",)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: models.Donation) -> str:
        return money(row.amount)

    @admin.display(description=_("sum reversed"), ordering="reversed")
    def sum_reversed(self, row: models.Donation) -> str:
        return money(row.reversed)


@admin.register(models.Mandate)
class MandateAdmin(Shown):
    list_display = ("id", "payer", "provider", "card", "state", "made_at", "ended_at")
    list_filter = ("provider", "state")
    search_fields = ("id",)
    ordering = ("-made_at",)
    exclude = ("sealed",)


class ReceiptLineInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.DonationReceiptLine
    fields = ("position", "on", "kind", "note", "amount", "live")


@admin.register(models.DonationReceipt)
class DonationReceiptAdmin(Shown):
    list_display = ("__str__", "issuer", "tax_year", "sum", "issued_at", "reversed_at")
    list_filter = ("tax_year", "year")
    search_fields = ("id", "issuer")
    ordering = ("-issued_at",)
    exclude = ("sealed_identity",)
    inlines = (ReceiptLineInline,)

    @admin.display(description=_("total"), ordering="total")
    def sum(self, row: models.DonationReceipt) -> str:
        return money(row.total)


label(
    models.Donation,
    _("donation"),
    _("donations"),
    {
        "donor": _("donor"),
        "receiver": _("receiver"),
        "year": _("year"),
        "on": _("day"),
        "amount": _("amount"),
        "reversed": _("sum reversed"),
        "note": _("note"),
        "kind": _("kind"),
    },
)
label(
    models.DonationReceipt,
    _("receipt"),
    _("receipts"),
    {
        "issuer": _("issuer"),
        "year": _("year issued"),
        "serial": _("serial number"),
        "tax_year": _("tax year"),
        "donor": _("donor"),
        "issuer_as_was": _("issuer at that time"),
        "collector_as_was": _("collecting body at that time"),
        "keep_identity_until": _("number kept until"),
        "total": _("total"),
        "issued_at": _("issued at"),
        "replaces": _("replaces"),
        "reversed_at": _("cancelled at"),
        "reversed_why": _("why cancelled"),
    },
)
label(
    models.DonationReceiptLine,
    _("line of a receipt"),
    _("lines of receipts"),
    {
        "position": _("position"),
        "on": _("day"),
        "kind": _("kind"),
        "note": _("note"),
        "amount": _("amount"),
        "live": _("is valid"),
    },
)
label(
    models.Mandate,
    _("word for regular charges"),
    _("words for regular charges"),
    {
        "payer": _("payer"),
        "provider": _("provider"),
        "card": _("card"),
        "state": _("state"),
        "made_at": _("created at"),
        "ended_at": _("ended at"),
    },
)
label_codes(
    models.Mandate,
    {
        "state": {
            t.MandateState.ASKED: _("asked for"),
            t.MandateState.ACTIVE: _("holds"),
            t.MandateState.ENDED: _("ended, key erased"),
        }
    },
)
label(
    models.Payment,
    _("payment"),
    _("payments"),
    {
        "order": _("order number"),
        "provider": _("provider"),
        "purpose": _("purpose"),
        "ref": _("concerns"),
        "payer": _("payer"),
        "amount": _("amount"),
        "tax_free": _("tax free part"),
        "currency": _("currency"),
        "title": _("title"),
        "state": _("state"),
        "payment_key": _("key of the provider"),
        "declined": _("why declined"),
        "account": _("account"),
        "posting": _("posting"),
        "waiting": _("money waits"),
        "duplicate_of": _("second payment for"),
        "created_at": _("created at"),
        "expires_at": _("expires at"),
        "captured_at": _("taken at"),
        "ended_at": _("ended at"),
        "ask_at": _("asked again at"),
        "asks": _("times asked"),
    },
)
label(
    models.Refund,
    _("refund"),
    _("refunds"),
    {
        "payment": _("payment"),
        "amount": _("amount"),
        "reason": _("reason"),
        "state": _("state"),
        "failure": _("why it failed"),
        "asked_at": _("asked for at"),
        "settled_at": _("settled at"),
        "ask_at": _("asked again at"),
        "asks": _("times asked"),
        "retries": _("times asked once more by a steward"),
        "reference": _("number of the bank"),
        "entered_by": _("transferred by"),
        "paid_by": _("posting"),
    },
)
PROVIDERS = {
    "toss": _("Toss Payments"),
    "toss-account": _("Toss Payments, bank transfers"),
    "kakaopay": _("KakaoPay"),
    "sandbox": _("Practice payments"),
}
label_codes(models.Payment, {"provider": PROVIDERS, "purpose": {"giving.gift": _("gift to a box")}})
label_codes(
    models.Payment,
    {
        "state": {
            t.PaymentState.CREATED: _("begun"),
            t.PaymentState.AUTHORISED: _("agreed to by the payer"),
            t.PaymentState.CONFIRMING: _("being taken"),
            t.PaymentState.AWAITING: _("waits for the transfer"),
            t.PaymentState.CAPTURED: _("taken"),
            t.PaymentState.PARTIALLY_REFUNDED: _("partly given back"),
            t.PaymentState.REFUNDED: _("given back"),
            t.PaymentState.DECLINED: _("declined"),
            t.PaymentState.EXPIRED: _("run out"),
            t.PaymentState.CANCELLED: _("cancelled"),
        }
    },
)
label_codes(
    models.Refund,
    {
        "state": {
            t.RefundState.ASKED: _("asked for"),
            t.RefundState.SETTLED: _("given back"),
            t.RefundState.REFUSED: _("refused by the provider"),
            t.RefundState.ENTERED: pgettext_lazy("refund", "waits for a second steward"),
            t.RefundState.PAID: _("paid at the bank"),
        }
    },
)
KINDS = {t.DonationKind.MONEY: _("money"), t.DonationKind.GOODS: _("goods")}
label_codes(models.Donation, {"kind": KINDS})
label_codes(models.DonationReceiptLine, {"kind": KINDS})
