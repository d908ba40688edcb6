"""Payments, refunds, donations and receipts for stewards to look at. They are written by actions, never by hand."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from dure.foundations.ledger import models

from .showing import ReadOnly

__all__ = ["DonationAdmin", "DonationReceiptAdmin", "PaymentAdmin", "RefundAdmin"]


class RefundInline(ReadOnly, TabularInline):  # type: ignore[misc]  # unfold ships no types
    model = models.Refund
    fields = ("amount", "state", "reason", "failure", "asked_at", "settled_at")


@admin.register(models.Payment)
class PaymentAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("order", "provider", "purpose", "amount", "state", "waiting", "created_at", "captured_at")
    list_filter = ("state", "provider", "purpose", "waiting")
    search_fields = ("order", "payment_key", "id", "ref")
    ordering = ("-created_at",)
    exclude = ("key", "return_to")
    inlines = (RefundInline,)


@admin.register(models.Refund)
class RefundAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("id", "payment", "amount", "state", "asked_at", "settled_at", "failure")
    list_filter = ("state",)
    search_fields = ("id", "payment__order")
    ordering = ("-asked_at",)


@admin.register(models.Donation)
class DonationAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("on", "receiver", "amount", "reversed", "kind", "note")
    list_filter = ("year", "kind")
    search_fields = ("id", "receiver", "note")
    ordering = ("-on",)


class ReceiptLineInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = models.DonationReceiptLine
    fields = ("position", "on", "kind", "note", "amount", "live")


@admin.register(models.DonationReceipt)
class DonationReceiptAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "issuer", "tax_year", "total", "issued_at", "reversed_at")
    list_filter = ("tax_year", "year")
    search_fields = ("id", "issuer")
    ordering = ("-issued_at",)
    exclude = ("sealed_identity",)
    inlines = (ReceiptLineInline,)
