"""Tables of people."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q

from dure.base import clock, ids

from . import rules
from .types import InvitationState, NumberKind, OrgKind, OrgRole, OrgState, PlatformRole, ReceiptCode


def _choices(enum: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(member), str(member)) for member in enum]


def email_key(email: str) -> str:
    """The fingerprint of the mailbox behind `email`: equal for all its spellings, useless without the secret key."""
    return rules.fingerprint(rules.canonical_email(email), settings.SECRET_KEY)


class PersonAccounts(BaseUserManager["Person"]):
    """Makes accounts, as Django's log-in machinery asks."""

    def create_user(self, email: str, password: str | None = None, hashed: str = "", **fields: Any) -> "Person":
        person = self.model(email=email.lower(), **fields)
        if hashed:
            person.password = hashed
        else:
            person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(AbstractBaseUser, PermissionsMixin):
    """A human with an account. The row outlives the account: closed, it keeps nothing but the id the books refer to."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    email = models.EmailField(unique=True)
    email_key = models.CharField(max_length=64, unique=True, null=True, editable=False)
    name = models.CharField(max_length=rules.NAME_LENGTH_MAX)
    region = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=[("ko", "한국어"), ("en", "English")], default="ko")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = PersonAccounts()

    class Meta:
        db_table = "people_person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(name="", is_active=False), name="people_person_closed_is_blank"
            )
        ]
        indexes = [
            models.Index(fields=["joined_at"], name="people_person_unverified", condition=Q(verified_at__isnull=True)),
            models.Index(fields=["closed_at"], name="people_person_fading", condition=Q(closed_at__isnull=False)),
        ]

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the mailbox's fingerprint in step with the address, whoever changes it (the log-in library does)."""
        if self.closed_at is None and (update_fields is None or "email" in update_fields):
            self.email_key = email_key(self.email)
            update_fields = None if update_fields is None else {*update_fields, "email_key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def __str__(self) -> str:
        return self.name or self.email


def _to_person(**options: Any) -> Any:
    return models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+", **options)


class RoleGrant(models.Model):
    """A platform role: asked for by one steward, granted by another, taken back. The row keeps every step of it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = _to_person()
    role = models.CharField(max_length=10, choices=_choices(PlatformRole))
    asked_by = _to_person(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    granted_by = _to_person(null=True, blank=True)
    granted_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)  # none: at once
    suspended_by = _to_person(null=True, blank=True)  # the last time
    suspended_at = models.DateTimeField(null=True, blank=True)
    lifted_by = _to_person(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    revoked_by = _to_person(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_role_grant"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(revoked_at__isnull=True), name="people_role_grant_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id}"


def roles_begun() -> "models.QuerySet[RoleGrant]":
    """The grants that count now: given, begun, not suspended and not taken back."""
    now_or_at_once = Q(starts_at=None) | Q(starts_at__lte=clock.now())
    return RoleGrant.objects.filter(now_or_at_once, revoked_at=None, granted_at__isnull=False).exclude(_suspended())


def roles_suspended() -> "models.QuerySet[RoleGrant]":
    """The grants that one steward has suspended, no second one has decided on, and whose time is not over."""
    return RoleGrant.objects.filter(_suspended(), revoked_at=None)


def _suspended() -> Q:
    return Q(suspended_at__gt=clock.now() - rules.SUSPENSION_LASTS, lifted_at=None)


class Organisation(models.Model):
    """A body of several people: what it says of itself, and how far that has been checked."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    name = models.CharField(max_length=rules.ORG_NAME_LENGTH_MAX)
    kind = models.CharField(max_length=12, choices=_choices(OrgKind))
    state = models.CharField(max_length=12, choices=_choices(OrgState), default=OrgState.UNVERIFIED)
    registration_number = models.CharField(max_length=13)
    number_kind = models.CharField(max_length=12, choices=_choices(NumberKind))
    representative = models.CharField(max_length=rules.ORG_NAME_LENGTH_MAX)
    contact_email = models.EmailField()
    address = models.CharField(max_length=rules.ADDRESS_LENGTH_MAX)
    receipt_code = models.CharField(max_length=2, choices=_choices(ReceiptCode), blank=True)
    registered_at = models.DateTimeField()
    registered_by = _to_person()

    class Meta:
        db_table = "people_organisation"
        constraints = [
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=Q(state=OrgState.VERIFIED),
                name="people_organisation_number_once",
            )
        ]
        indexes = [
            models.Index(fields=["state", "registered_at"], name="people_organisation_queue"),
            models.Index(fields=["name"], name="people_organisation_name"),
        ]

    def __str__(self) -> str:
        return self.name


class VerificationStep(models.Model):
    """One step in the checking of an organisation. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=_choices(OrgState))
    by = _to_person(null=True, blank=True)
    reason = models.CharField(max_length=rules.REASON_LENGTH_MAX, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_verification_step"
        indexes = [models.Index(fields=["organisation", "id"], name="people_verification_of")]

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d}"


class Membership(models.Model):
    """A person in an organisation, from joining until the end."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = _to_person()
    role = models.CharField(max_length=5, choices=_choices(OrgRole))
    joined_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_membership"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(ended_at__isnull=True), name="people_membership_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.organisation_id}"


class Invitation(models.Model):
    """An offer to join, made to a mailbox: whoever proves that mailbox may answer."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(blank=True)
    email_key = models.CharField(max_length=64, blank=True)
    role = models.CharField(max_length=5, choices=_choices(OrgRole))
    state = models.CharField(max_length=10, choices=_choices(InvitationState), default=InvitationState.OPEN)
    invited_by = _to_person()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email_key"],
                condition=Q(state=InvitationState.OPEN),
                name="people_invitation_once",
            )
        ]
        indexes = [
            models.Index(fields=["email_key"], name="people_invitation_open", condition=Q(state=InvitationState.OPEN))
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.organisation_id}"


class BankAccount(models.Model):
    """Where an organisation's money is paid to. A new one replaces the old row, which stays for the books."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    bank_code = models.CharField(max_length=3)
    sealed_number = models.BinaryField()  # kit.seals, bound to the row's id: a copy of the table tells no number
    holder = models.CharField(max_length=rules.ORG_NAME_LENGTH_MAX)
    set_by = _to_person()
    set_at = models.DateTimeField()
    verified_by = _to_person(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "people_bank_account"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(replaced_at__isnull=True), name="people_bank_account_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank_code} {self.holder}"


class ConsentEntry(models.Model):
    """One line of the log of consents. A trigger refuses UPDATE and DELETE."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = _to_person()
    purpose = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    given = models.BooleanField()
    at = models.DateTimeField()
    face = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    text_digest = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "people_consent"
        verbose_name_plural = "consent entries"
        indexes = [models.Index(fields=["person", "id"], name="people_consent_of")]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version} {'given' if self.given else 'withdrawn'}"
