"""Persons, organisations, consents for stewards and auditors to look at. What changes them are people's own pages."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown

from . import models
from .names import BANKS, KINDS, NUMBERS, RECEIPTS, ROLES, STATES


@admin.register(models.Person)
class PersonAdmin(Shown):
    list_display = ("name", "email", "region", "joined_at", "verified_at", "closed_at", "is_active")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("name", "email")
    ordering = ("-joined_at",)
    fields = (
        *("id", "name", "email", "region", "language", "joined_at", "verified_at", "closed_at"),
        *("last_login", "is_active", "is_staff"),
    )


@admin.register(models.RoleGrant)
class RoleGrantAdmin(Shown):
    list_display = (
        *("person", "role", "asked_by", "asked_at", "granted_by", "granted_at", "starts_at"),
        *("suspended_by", "suspended_at", "revoked_by", "revoked_at"),
    )
    list_filter = ("role",)
    list_select_related = ("person", "asked_by", "granted_by", "suspended_by", "revoked_by")
    ordering = ("-id",)


@admin.register(models.Organisation)
class OrganisationAdmin(Shown):
    list_display = ("name", "kind", "state", "registration_number", "representative", "registered_at")
    list_filter = ("state", "kind", "receipt_code")
    search_fields = ("name", "registration_number", "representative")
    ordering = ("name",)


@admin.register(models.VerificationStep)
class VerificationStepAdmin(Shown):
    list_display = ("organisation", "state", "by", "reason", "at")
    list_filter = ("state",)
    list_select_related = ("organisation", "by")
    ordering = ("-id",)


@admin.register(models.Membership)
class MembershipAdmin(Shown):
    list_display = ("organisation", "person", "role", "joined_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("organisation", "person")
    search_fields = ("organisation__name", "person__name")
    ordering = ("organisation__name",)


@admin.register(models.BankAccount)
class BankAccountAdmin(Shown):
    """Without the number: that is shown at the desk, to those who may see it."""

    list_display = ("organisation", "bank_code", "holder", "set_at", "verified_at", "replaced_at")
    list_select_related = ("organisation",)
    exclude = ("sealed_number",)
    ordering = ("-set_at",)


@admin.register(models.ConsentEntry)
class ConsentEntryAdmin(Shown):
    list_display = ("person", "purpose", "version", "given", "at", "face", "language")
    list_filter = ("purpose", "given", "face")
    list_select_related = ("person",)
    exclude = ("address_hash",)
    ordering = ("-id",)


label_house("people", _("Persons and organisations"))
label(
    models.BankAccount,
    _("bank account"),
    _("bank accounts"),
    {
        "organisation": _("organisation"),
        "bank_code": _("bank code"),
        "holder": _("holder"),
        "set_by": _("set by"),
        "set_at": _("set at"),
        "verified_by": _("verified by"),
        "verified_at": _("verified at"),
        "replaced_at": _("replaced at"),
    },
)
label(
    models.ConsentEntry,
    _("consent"),
    _("consents"),
    {
        "person": _("person"),
        "purpose": _("purpose"),
        "version": _("version"),
        "given": _("consent given"),
        "at": _("time"),
        "face": _("where"),
        "language": _("language"),
        "text_digest": _("fingerprint of the text"),
    },
)
label(
    models.Membership,
    _("membership"),
    _("memberships"),
    {
        "organisation": _("organisation"),
        "person": _("person"),
        "role": _("role"),
        "joined_at": _("joined at"),
        "ended_at": _("ended at"),
    },
)
label(
    models.Organisation,
    _("organisation"),
    _("organisations"),
    {
        "name": _("name"),
        "kind": _("kind"),
        "state": _("state"),
        "registration_number": _("registration number"),
        "number_kind": _("kind of number"),
        "representative": _("representative"),
        "contact_email": _("contact e-mail"),
        "address": _("address"),
        "receipt_code": _("receipt type code"),
        "registered_at": _("registered at"),
        "registered_by": _("registered by"),
    },
)
label(
    models.Person,
    _("person"),
    _("persons"),
    {
        "last_login": _("last log-in"),
        "is_superuser": _("superuser"),
        "email": _("e-mail address"),
        "name": _("name"),
        "region": _("region"),
        "language": _("language"),
        "is_active": _("is active"),
        "is_staff": _("may open the admin"),
        "joined_at": _("joined at"),
        "verified_at": _("verified at"),
        "closed_at": _("closed at"),
    },
)
label(
    models.RoleGrant,
    _("role grant"),
    _("role grants"),
    {
        "person": _("person"),
        "role": _("role"),
        "asked_by": _("asked by"),
        "asked_at": _("asked for at"),
        "granted_by": _("granted by"),
        "granted_at": _("granted at"),
        "starts_at": _("starts at"),
        "suspended_by": _("suspended by"),
        "suspended_at": _("suspended at"),
        "lifted_by": _("suspension lifted by"),
        "lifted_at": _("suspension lifted at"),
        "revoked_by": _("revoked by"),
        "revoked_at": _("revoked at"),
    },
)
label(
    models.VerificationStep,
    _("verification step"),
    _("verification steps"),
    {
        "organisation": _("organisation"),
        "state": _("state"),
        "by": _("by whom"),
        "reason": _("reason"),
        "at": _("time"),
    },
)

STATE_WORDS = {code: word for code, (word, _tone) in STATES.items()}
label_codes(models.RoleGrant, {"role": ROLES})
label_codes(models.Membership, {"role": ROLES})
label_codes(models.VerificationStep, {"state": STATE_WORDS})
label_codes(
    models.Organisation,
    {
        "state": STATE_WORDS,
        "kind": KINDS,
        "number_kind": NUMBERS,
        "receipt_code": RECEIPTS,
    },
)
label_codes(models.BankAccount, {"bank_code": BANKS})
