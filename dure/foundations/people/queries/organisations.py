"""Reads about organisations: cards, the queue of the desk, members, invitations, bank accounts."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q, QuerySet

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import models, rules
from dure.foundations.people.types import (
    Actor,
    BankAccount,
    Invitation,
    InvitationId,
    InvitationState,
    Member,
    Membership,
    NoBankAccount,
    NumberKind,
    OrganisationCard,
    OrganisationForm,
    OrganisationId,
    OrgKind,
    OrgRole,
    OrgState,
    PersonId,
    ReceiptCode,
    VerificationStep,
)
from dure.kit import seals

from .persons import PAGE_SIZE_MAX, card_of

BANK_SEAL = "people.bank_accounts.v1"


def organisation_card(row: models.Organisation) -> OrganisationCard:
    return OrganisationCard(
        id=OrganisationId(row.id),
        name=row.name,
        kind=OrgKind(row.kind),
        state=OrgState(row.state),
        registration_number=row.registration_number,
        number_kind=NumberKind(row.number_kind),
        representative=row.representative,
        contact_email=row.contact_email,
        address=row.address,
        receipt_code=ReceiptCode(row.receipt_code),
        registered_at=row.registered_at,
    )


def organisation(organisation: UUID, *, lock: bool = False) -> OrganisationCard:
    """One organisation; with `lock`, nobody else changes it or its members until the transaction ends. Raises NotFound."""
    rows = models.Organisation.objects.filter(id=organisation)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="organisation")
    return organisation_card(row)


def organisations(ids: Iterable[UUID]) -> Mapping[OrganisationId, OrganisationCard]:
    """Cards of many organisations in one statement; unknown ids are missing."""
    rows = models.Organisation.objects.filter(id__in=set(ids))
    return {OrganisationId(row.id): organisation_card(row) for row in rows}


def find_organisations(
    text: str = "", *, kind: OrgKind | None = None, verified: bool = False, start: int = 0, limit: int = 20
) -> tuple[OrganisationCard, ...]:
    """Organisations whose name or number contains `text`, by name."""
    found = models.Organisation.objects.all()
    if text.strip():
        digits = rules.digits_of(text)
        by_number = Q(registration_number=digits) if digits.isdigit() else Q()
        found = found.filter(Q(name__icontains=text.strip()) | by_number)
    if kind is not None:
        found = found.filter(kind=kind)
    if verified:
        found = found.filter(state=OrgState.VERIFIED)
    page = found.order_by("name", "id")[start : start + min(limit, PAGE_SIZE_MAX)]
    return tuple(organisation_card(row) for row in page)


def verification_queue(
    by: Actor, *, state: OrgState = OrgState.SUBMITTED, limit: int = 50
) -> tuple[OrganisationCard, ...]:
    """Organisations in `state`, the one that waits longest first. For the desk. Raises NotAllowed."""
    rules.may_see_desk(by)
    rows = models.Organisation.objects.filter(state=state).order_by("registered_at", "id")
    return tuple(organisation_card(row) for row in rows[: min(limit, PAGE_SIZE_MAX)])


def verification_steps(by: Actor, organisation: OrganisationId) -> tuple[VerificationStep, ...]:
    """How the checking went, the last step first. Raises NotAllowed."""
    rules.may_see_inside(by, organisation)
    rows = models.VerificationStep.objects.filter(organisation_id=organisation).order_by("-id")[:PAGE_SIZE_MAX]
    return tuple(
        VerificationStep(
            state=OrgState(row.state),
            by=PersonId(row.by_id) if row.by_id else None,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    )


def members(by: Actor, organisation: OrganisationId) -> tuple[Member, ...]:
    """Who belongs to it, owners first. Raises NotAllowed."""
    rules.may_see_inside(by, organisation)
    rows = _current_members().filter(organisation_id=organisation).select_related("person").order_by("role", "id")
    return tuple(Member(person=card_of(row.person), role=OrgRole(row.role), since=row.joined_at) for row in rows)


def member_ids(organisation: UUID, *, role: OrgRole | None = None) -> frozenset[PersonId]:
    """Ids of those who belong to it, or who have `role` in it: for telling them something, and for rules of two persons."""
    rows = _current_members().filter(organisation_id=organisation)
    if role is not None:
        rows = rows.filter(role=role)
    return frozenset(PersonId(person) for person in rows.values_list("person_id", flat=True))


def memberships_of(person: UUID) -> tuple[Membership, ...]:
    """The organisations a person belongs to, by name."""
    rows = (
        _current_members().filter(person_id=person).select_related("organisation").order_by("organisation__name", "pk")
    )
    return tuple(
        Membership(organisation=organisation_card(row.organisation), role=OrgRole(row.role), since=row.joined_at)
        for row in rows
    )


def worked_for(person: UUID) -> frozenset[OrganisationId]:
    """The organisations a person belongs to or ever belonged to, also when their account is closed."""
    rows = models.Membership.objects.filter(person_id=person)
    return frozenset(OrganisationId(one) for one in rows.values_list("organisation_id", flat=True))


def invitation(invitation: UUID) -> Invitation:
    """One invitation, as its letter tells it. Raises NotFound."""
    row = models.Invitation.objects.select_related("organisation").filter(id=invitation).first()
    if row is None:
        raise NotFound(what="invitation")
    return _invitation(row)


def invitations_of(by: Actor, organisation: OrganisationId) -> tuple[Invitation, ...]:
    """Open invitations of an organisation. Raises NotAllowed."""
    rules.may_edit_organisation(by, organisation)
    rows = _open_invitations().filter(organisation_id=organisation)
    return tuple(_invitation(row) for row in rows)


def invitations_to(person: UUID) -> tuple[Invitation, ...]:
    """Open invitations to the mailbox a person has proved."""
    known = models.Person.objects.filter(id=person, verified_at__isnull=False, closed_at__isnull=True).first()
    if known is None:
        return ()
    return tuple(_invitation(row) for row in _open_invitations().filter(email_key=known.email_key))


def bank_account(by: Actor, organisation: OrganisationId, *, whole: bool = False) -> BankAccount | None:
    """The bank account on file, masked; with `whole`, the number itself. Raises NotAllowed."""
    if whole:
        rules.may_see_bank_number(by, organisation)
    else:
        rules.may_see_inside(by, organisation)
    row = models.BankAccount.objects.filter(organisation_id=organisation, replaced_at__isnull=True).first()
    if row is None:
        return None
    return _bank_account(row, whole=whole)


def has_verified_bank_account(organisation: UUID) -> bool:
    """Whether money can be paid out to it."""
    return models.BankAccount.objects.filter(
        organisation_id=organisation, replaced_at__isnull=True, verified_at__isnull=False
    ).exists()


def payout_account(organisation: UUID) -> BankAccount:
    """The account a payout goes to, masked: the one on file, confirmed by a steward. Raises NoBankAccount."""
    row = models.BankAccount.objects.filter(
        organisation_id=organisation, replaced_at__isnull=True, verified_at__isnull=False
    ).first()
    if row is None:
        raise NoBankAccount()
    return _bank_account(row, whole=False)


def bank_accounts(ids: Iterable[UUID]) -> Mapping[UUID, BankAccount]:
    """These bank accounts, masked, also those that were replaced since."""
    rows = models.BankAccount.objects.filter(id__in=list(ids))
    return {row.id: _bank_account(row, whole=False) for row in rows}


def unverified_bank_accounts(by: Actor, *, limit: int = 50) -> tuple[OrganisationCard, ...]:
    """Verified organisations whose bank account waits for a steward's look, the longest wait first. Raises NotAllowed."""
    rules.may_see_desk(by)
    rows = models.BankAccount.objects.filter(
        replaced_at__isnull=True, verified_at__isnull=True, organisation__state=OrgState.VERIFIED
    )
    waiting = rows.select_related("organisation").order_by("set_at", "pk")[: min(limit, PAGE_SIZE_MAX)]
    return tuple(organisation_card(row.organisation) for row in waiting)


def form_of(card: OrganisationCard) -> OrganisationForm:
    """The entry of an organisation as it could be handed in again."""
    return OrganisationForm(
        name=card.name,
        kind=card.kind,
        registration_number=card.registration_number,
        representative=card.representative,
        contact_email=card.contact_email,
        address=card.address,
        receipt_code=card.receipt_code,
    )


def _bank_account(row: models.BankAccount, *, whole: bool) -> BankAccount:
    number = seals.unseal(BANK_SEAL, row.id, bytes(row.sealed_number)).decode()
    return BankAccount(
        id=row.id,
        organisation=OrganisationId(row.organisation_id),
        bank_code=row.bank_code,
        number=number if whole else rules.masked(number),
        holder=row.holder,
        verified=row.verified_at is not None,
        masked=not whole,
        set_at=row.set_at,
    )


def _current_members() -> QuerySet[models.Membership]:
    return models.Membership.objects.filter(ended_at__isnull=True)


def _open_invitations() -> QuerySet[models.Invitation]:
    rows = models.Invitation.objects.filter(state=InvitationState.OPEN, expires_at__gt=clock.now())
    return rows.select_related("organisation").order_by("id")


def _invitation(row: models.Invitation) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        organisation=OrganisationId(row.organisation_id),
        organisation_name=row.organisation.name,
        email=row.email,
        role=OrgRole(row.role),
        state=InvitationState(row.state),
        at=row.at,
        expires_at=row.expires_at,
    )
