"""Reconciliation, settlements and refunds owed, to look at. They are written by actions, never by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import TabularInline

from dure.foundations.ledger import models
from dure.foundations.ledger import types as t
from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import ReadOnly, Shown

from .payments import PROVIDERS

__all__ = ["DifferenceAdmin", "ReconciliationAdmin", "SettlementAdmin"]


class DifferenceStepInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.DifferenceStep
    fields = ("want", "after", "by", "note", "at")


class SettlementLineInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.SettlementLine
    fields = ("kind", "order", "amount", "fee", "vat", "cancel_id")
    max_num = 200


@admin.register(models.Reconciliation)
class ReconciliationAdmin(Shown):
    list_display = ("provider", "since", "until", "outcome", "ours", "theirs", "found", "at", "by")
    list_filter = ("outcome", "provider")
    ordering = ("-at",)
    list_select_related = ("by",)


@admin.register(models.Difference)
class DifferenceAdmin(Shown):
    list_display = ("order", "provider", "kind", "sum_ours", "sum_theirs", "at")
    list_filter = ("kind", "provider")
    search_fields = ("id", "order", "payment_key")
    ordering = ("-at",)
    inlines = (DifferenceStepInline,)

    @admin.display(description=_("ours"), ordering="ours")
    def sum_ours(self, row: models.Difference) -> str:
        return money(row.ours)

    @admin.display(description=_("theirs"), ordering="theirs")
    def sum_theirs(self, row: models.Difference) -> str:
        return money(row.theirs)


@admin.register(models.Settlement)
class SettlementAdmin(Shown):
    list_display = ("reference", "provider", "on", "sum", "state", "bank_reference", "booked_by")
    list_filter = ("state", "provider")
    search_fields = ("id", "reference", "bank_reference")
    ordering = ("-on", "-at")
    list_select_related = ("booked_by",)
    inlines = (SettlementLineInline,)

    @admin.display(description=_("paid out"), ordering="net")
    def sum(self, row: models.Settlement) -> str:
        return money(row.net)


label(
    models.Reconciliation,
    _("comparison with a provider"),
    _("comparisons with providers"),
    {
        "provider": _("provider"),
        "since": _("from"),
        "until": _("until"),
        "outcome": _("outcome"),
        "ours": _("payments with us"),
        "theirs": _("payments with the provider"),
        "found": _("differences"),
        "at": _("compared at"),
        "by": _("by"),
    },
)
label(
    models.Difference,
    _("difference"),
    _("differences"),
    {
        "run": _("found by"),
        "provider": _("provider"),
        "kind": _("kind"),
        "order": _("order number"),
        "payment_key": _("key of the provider"),
        "ours": _("ours"),
        "theirs": _("theirs"),
        "at": _("taken at"),
    },
)
label(
    models.DifferenceStep,
    _("step of a difference"),
    _("steps of differences"),
    {
        "difference": _("difference"),
        "want": _("what was done"),
        "after": _("state after it"),
        "run": _("found by"),
        "by": _("by"),
        "note": _("note"),
        "at": _("at"),
    },
)
label(
    models.Settlement,
    pgettext_lazy("table", "settlement"),
    pgettext_lazy("table", "settlements"),
    {
        "provider": _("provider"),
        "reference": _("number of the settlement"),
        "on": _("day"),
        "gross": _("taken less given back"),
        "fee": _("fee"),
        "vat": _("VAT on the fee"),
        "net": _("paid out"),
        "state": _("state"),
        "version": _("times booked"),
        "posting": _("posting"),
        "bank_amount": _("sum at the bank"),
        "bank_reference": _("number of the bank"),
        "booked_by": _("booked by"),
        "at": _("entered at"),
    },
)
label(
    models.SettlementLine,
    _("line of a settlement"),
    _("lines of settlements"),
    {
        "settlement": pgettext_lazy("table", "settlement"),
        "provider": _("provider"),
        "order": _("order number"),
        "payment_key": _("key of the provider"),
        "kind": _("kind"),
        "cancel_id": _("number of the refund"),
        "amount": _("amount"),
        "fee": _("fee"),
        "vat": _("VAT on the fee"),
    },
)
label(
    models.RefundStep,
    _("step of a refund owed"),
    _("steps of refunds owed"),
    {
        "refund": _("refund"),
        "want": _("what was done"),
        "after": _("state after it"),
        "by": _("by"),
        "note": _("note"),
        "at": _("at"),
    },
)
KINDS = {
    t.DifferenceKind.ONLY_OURS: _("only our book has it"),
    t.DifferenceKind.ONLY_THEIRS: _("only the provider has it"),
    t.DifferenceKind.AMOUNT: _("the sums differ"),
    t.DifferenceKind.REFUNDED: _("the refunds differ"),
    t.DifferenceKind.TAKEN_TWICE: _("taken twice for one order"),
    t.DifferenceKind.FEE: _("another fee than agreed"),
    t.DifferenceKind.SETTLED: _("another sum at the bank"),
    t.DifferenceKind.NOT_SETTLED: _("not settled for long"),
    t.DifferenceKind.SETTLED_AMOUNT: _("the settlement has another sum"),
    t.DifferenceKind.SETTLED_CANCEL: _("the settlement took off more"),
}
STATES = {
    t.DifferenceState.OPEN: pgettext_lazy("difference", "open"),
    t.DifferenceState.AGREED: _("agrees by now"),
    t.DifferenceState.EXPLAINED: _("explained"),
}
WANTS = {
    t.DifferenceWant.FIND: pgettext_lazy("difference", "found"),
    t.DifferenceWant.FIND_AGAIN: _("found again"),
    t.DifferenceWant.ASK: _("the provider was asked"),
    t.DifferenceWant.NOTE: _("note"),
    t.DifferenceWant.AGREE: _("agrees by now"),
    t.DifferenceWant.EXPLAIN: _("explained"),
}
label_codes(models.Difference, {"kind": KINDS})
label_codes(models.DifferenceStep, {"want": WANTS, "after": STATES})
label_codes(
    models.Reconciliation,
    {
        "outcome": {
            t.ReconciliationOutcome.AGREES: pgettext_lazy("comparison", "agrees"),
            t.ReconciliationOutcome.DIFFERS: pgettext_lazy("comparison", "differs"),
            t.ReconciliationOutcome.SILENT: _("the provider did not answer"),
        }
    },
)
label_codes(
    models.Settlement,
    {
        "state": {
            t.SettlementState.TAKEN: _("waits for the bank"),
            t.SettlementState.DIFFERS: _("another sum at the bank"),
            t.SettlementState.BOOKED: _("booked"),
            t.SettlementState.REVERSED: _("taken back"),
        }
    },
)
label_codes(models.SettlementLine, {"kind": {t.LineKind.CAPTURE: _("payment"), t.LineKind.CANCEL: _("refund")}})
label_codes(
    models.RefundStep,
    {
        "want": {
            t.OwedWant.ENTER: _("transferred at the bank"),
            t.OwedWant.CONFIRM: _("confirmed by a second steward"),
            t.OwedWant.TAKE_BACK: _("taken back"),
            t.OwedWant.RETRY: _("the provider was asked once more"),
        },
        "after": {
            t.RefundState.ASKED: _("asked for"),
            t.RefundState.REFUSED: _("refused by the provider"),
            t.RefundState.ENTERED: pgettext_lazy("refund", "waits for a second steward"),
            t.RefundState.PAID: _("paid at the bank"),
        },
    },
)
for table in (models.Reconciliation, models.Difference, models.Settlement, models.SettlementLine):
    label_codes(table, {"provider": PROVIDERS})
