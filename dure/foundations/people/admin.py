"""Persons, organisations, consents for stewards and auditors to look at. What changes them are people's own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from . import models


class ReadOnly(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Shows, never changes: rules are asked in actions only."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Person)
class PersonAdmin(ReadOnly):
    list_display = ("name", "email", "region", "joined_at", "verified_at", "closed_at", "is_active")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("name", "email")
    ordering = ("-joined_at",)
    fields = (
        *("id", "name", "email", "region", "language", "joined_at", "verified_at", "closed_at"),
        *("last_login", "is_active", "is_staff"),
    )


@admin.register(models.RoleGrant)
class RoleGrantAdmin(ReadOnly):
    list_display = (
        *("person", "role", "asked_by", "asked_at", "granted_by", "granted_at", "starts_at"),
        *("revoked_by", "revoked_at"),
    )
    list_filter = ("role",)
    list_select_related = ("person", "asked_by", "granted_by", "revoked_by")
    ordering = ("-id",)


@admin.register(models.Organisation)
class OrganisationAdmin(ReadOnly):
    list_display = ("name", "kind", "state", "registration_number", "representative", "registered_at")
    list_filter = ("state", "kind", "receipt_code")
    search_fields = ("name", "registration_number", "representative")
    ordering = ("name",)


@admin.register(models.VerificationStep)
class VerificationStepAdmin(ReadOnly):
    list_display = ("organisation", "state", "by", "reason", "at")
    list_filter = ("state",)
    list_select_related = ("organisation", "by")
    ordering = ("-id",)


@admin.register(models.Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("organisation", "person", "role", "joined_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("organisation", "person")
    search_fields = ("organisation__name", "person__name")
    ordering = ("organisation__name",)


@admin.register(models.BankAccount)
class BankAccountAdmin(ReadOnly):
    """Without the number: that is shown at the desk, to those who may see it."""

    list_display = ("organisation", "bank_code", "holder", "set_at", "verified_at", "replaced_at")
    list_select_related = ("organisation",)
    exclude = ("number",)
    ordering = ("-set_at",)


@admin.register(models.ConsentEntry)
class ConsentEntryAdmin(ReadOnly):
    list_display = ("person", "purpose", "version", "given", "at", "face", "language")
    list_filter = ("purpose", "given", "face")
    list_select_related = ("person",)
    exclude = ("address_hash",)
    ordering = ("-id",)
