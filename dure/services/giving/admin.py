"""Back office of giving: everything to look at, nothing to change. Decisions are made at the desk, where the rules are asked."""

from django.contrib import admin
from django.db import models as db
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from dure.services.giving import models


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """To look at only: money and votes are never edited by hand."""

    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: db.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: db.Model | None = None) -> bool:
        return False


@admin.register(models.Cause)
class CauseAdmin(ReadOnly):
    list_display = ("code", "title", "state", "partner", "goal", "proposed_at")
    list_filter = ("state", "topic", "emergency")
    search_fields = ("code", "title")


@admin.register(models.Box)
class BoxAdmin(ReadOnly):
    list_display = ("cause", "state", "opens_at", "closes_at", "paid_out_at", "report_due_on", "reported_at")
    list_filter = ("state",)


@admin.register(models.Gift)
class GiftAdmin(ReadOnly):
    list_display = ("id", "box", "amount", "state", "at")
    list_filter = ("state",)
    show_full_result_count = False


@admin.register(models.Agreement)
class AgreementAdmin(ReadOnly):
    list_display = ("cause", "state", "at", "ended_at")
    list_filter = ("state",)


@admin.register(models.MatchFund)
class MatchFundAdmin(ReadOnly):
    list_display = ("name", "active", "created_at")


@admin.register(models.ReportLine)
class ReportLineAdmin(ReadOnly):
    list_display = ("box", "spent_on", "payee", "purpose", "amount")


@admin.register(models.Step)
class StepAdmin(ReadOnly):
    list_display = ("cause", "want", "before", "after", "at")
    list_filter = ("want",)
