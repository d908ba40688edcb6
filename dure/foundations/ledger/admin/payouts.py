"""Payouts and the files they go to the bank in, to look at. They are written by actions, never by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import TabularInline

from dure.foundations.ledger import models
from dure.foundations.ledger import types as t
from dure.kit.labels import label, label_codes
from dure.kit.show import money
from dure.kit.shown import ReadOnly, Shown

__all__ = ["PayoutAdmin", "PayoutFileAdmin"]


class PayoutLineInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.PayoutLine
    fields = ("position", "payout", "amount", "account", "state", "why", "ended_at")


class PayoutPaperInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.PayoutPaper
    fields = ("form", "sha256", "size")


class PayoutStepInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.PayoutStep
    fields = ("want", "by", "at", "note")


@admin.register(models.Payout)
class PayoutAdmin(Shown):
    list_display = ("title", "payee", "sum", "at")
    search_fields = ("id", "title")
    ordering = ("-at",)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: models.Payout) -> str:
        return money(row.amount)


@admin.register(models.PayoutFile)
class PayoutFileAdmin(Shown):
    list_display = ("code", "state", "sum", "count", "prepared_at", "released_at", "bank_reference")
    list_filter = ("state",)
    search_fields = ("id", "code", "bank_reference")
    ordering = ("-prepared_at",)
    inlines = (PayoutLineInline, PayoutPaperInline, PayoutStepInline)

    @admin.display(description=_("total"), ordering="total")
    def sum(self, row: models.PayoutFile) -> str:
        return money(row.total)


label(
    models.Payout,
    _("payout"),
    _("payouts"),
    {"payee": _("payee"), "amount": _("amount"), "title": _("title"), "at": _("asked for at")},
)
label(
    models.PayoutFile,
    _("payout file"),
    _("payout files"),
    {
        "code": _("code"),
        "state": _("state"),
        "total": _("total"),
        "count": _("lines"),
        "prepared_by": _("prepared by"),
        "prepared_at": _("prepared at"),
        "released_by": _("released by"),
        "released_at": _("released at"),
        "bank_reference": _("number of the bank"),
        "confirmed_by": _("confirmed by"),
        "confirmed_at": _("confirmed at"),
    },
)
label(
    models.PayoutLine,
    _("line of a payout file"),
    _("lines of payout files"),
    {
        "position": _("position"),
        "payout": _("payout"),
        "amount": _("amount"),
        "account": _("bank account"),
        "state": _("state"),
        "why": _("why it came back"),
        "ended_at": _("ended at"),
    },
)
label(
    models.PayoutPaper,
    _("paper of a payout file"),
    _("papers of payout files"),
    {"form": _("form"), "sha256": _("SHA-256"), "size": _("size in bytes")},
)
label(
    models.PayoutStep,
    _("step of a payout file"),
    _("steps of payout files"),
    {"want": _("what was done"), "by": _("by"), "at": _("at"), "note": _("note")},
)
label_codes(
    models.PayoutFile,
    {
        "state": {
            t.FileState.PREPARED: _("waits for release"),
            t.FileState.RELEASED: _("at the bank"),
            t.FileState.CONFIRMED: _("arrived"),
            t.FileState.RETURNED: _("all came back"),
            t.FileState.DROPPED: pgettext_lazy("payout file", "dropped"),
        }
    },
)
label_codes(
    models.PayoutLine,
    {
        "state": {
            t.LineState.LISTED: _("listed"),
            t.LineState.SENT: _("at the bank"),
            t.LineState.PAID: _("arrived"),
            t.LineState.RETURNED: _("came back"),
            t.LineState.DROPPED: pgettext_lazy("payout file", "dropped"),
        }
    },
)
label_codes(models.PayoutPaper, {"form": {t.FileForm.CSV: _("bulk transfer (CSV)"), t.FileForm.PAIN: "pain.001"}})
label_codes(
    models.PayoutStep,
    {
        "want": {
            t.FileWant.PREPARE: _("prepared"),
            t.FileWant.RELEASE: _("released"),
            t.FileWant.READ: _("downloaded"),
            t.FileWant.CONFIRM: _("confirmed with the bank's number"),
            t.FileWant.RETURN_LINE: _("a payout came back"),
            t.FileWant.DROP: pgettext_lazy("payout file", "dropped"),
        }
    },
)
