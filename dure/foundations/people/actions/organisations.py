"""Organisations: entry, checking by a steward, bank account."""

from dataclasses import asdict
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.people import models, queries, rules
from dure.foundations.people.types import (
    Actor,
    Decision,
    NoBankAccount,
    NumberTaken,
    OrganisationForm,
    OrganisationId,
    OrganisationRegistered,
    OrganisationRejected,
    OrganisationRevoked,
    OrganisationVerified,
    OrgRole,
    OrgState,
    TooManyOrganisations,
    WrongState,
)
from dure.kit import outbox, seals, tx


def register_organisation(
    by: Actor, form: OrganisationForm, *, known_as: OrganisationId | None = None
) -> OrganisationId:
    """Enter a new organisation, unverified; whoever enters it is its first owner. `known_as`: an id made by the caller.

    Raises NotAllowed, BadValue, BadNumber, TooManyOrganisations.
    """
    tx.demand()
    me = rules.may_register_organisation(by)
    clean, number_kind = rules.clean_form(form)
    models.Person.objects.select_for_update().get(id=me)  # one person cannot race past the limit
    if len(queries.memberships_of(me)) >= rules.ORGANISATIONS_PER_PERSON_MAX:
        raise TooManyOrganisations(limit=rules.ORGANISATIONS_PER_PERSON_MAX)
    now = clock.now()
    row = models.Organisation.objects.create(
        id=known_as or ids.new(), number_kind=number_kind, registered_at=now, registered_by_id=me, **asdict(clean)
    )
    models.Membership.objects.create(id=ids.new(), organisation=row, person_id=me, role=OrgRole.OWNER, joined_at=now)
    outbox.emit(OrganisationRegistered(organisation=row.id, kind=clean.kind, at=now))
    return OrganisationId(row.id)


def edit_organisation(by: Actor, organisation: OrganisationId, form: OrganisationForm) -> None:
    """Change the entry. While it is being checked and once it is verified, only contact and address may change.

    Raises NotAllowed, NotFound, BadValue, BadNumber, WrongState.
    """
    tx.demand()
    rules.may_edit_organisation(by, organisation)
    clean, number_kind = rules.clean_form(form)
    card = queries.organisation(organisation, lock=True)
    if card.state not in rules.EDITABLE and not rules.keeps_official_entry(queries.form_of(card), clean):
        raise WrongState(state=card.state)
    models.Organisation.objects.filter(id=organisation).update(number_kind=number_kind, **asdict(clean))


def submit_verification(by: Actor, organisation: OrganisationId) -> None:
    """Hand the entry in to be checked. Raises NotAllowed, NotFound, WrongState."""
    tx.demand()
    rules.may_edit_organisation(by, organisation)
    card = queries.organisation(organisation, lock=True)
    _step(by, organisation, rules.after_submission(card.state), reason="")


def decide_verification(by: Actor, organisation: OrganisationId, decision: Decision, reason: str = "") -> None:
    """Verify, reject or revoke, as a steward without a part in it. Refusing needs a reason the owner can act on.

    Raises NotAllowed, ConflictOfInterest, NotFound, WrongState, ReasonMissing, NumberTaken.
    """
    tx.demand()
    rules.may_decide_verification(by, organisation)
    reason = rules.clean_line(reason, "reason", rules.REASON_LENGTH_MAX, required=False)
    card = queries.organisation(organisation, lock=True)
    state = rules.after_decision(card.state, decision, reason)
    if state is OrgState.VERIFIED and _is_number_verified(card.registration_number):
        raise NumberTaken()
    _step(by, organisation, state, reason)
    now = clock.now()
    match state:
        case OrgState.VERIFIED:
            outbox.emit(OrganisationVerified(organisation=organisation, by=by.person, at=now))
        case OrgState.REJECTED:
            outbox.emit(OrganisationRejected(organisation=organisation, at=now))
        case _:
            outbox.emit(OrganisationRevoked(organisation=organisation, at=now))


def set_bank_account(by: Actor, organisation: OrganisationId, *, bank_code: str, number: str, holder: str) -> UUID:
    """Put a bank account on file in place of the old one; it is unverified again. Answers its id.

    Raises NotAllowed, NotFound, BadValue.
    """
    tx.demand()
    me = rules.may_edit_organisation(by, organisation)
    bank_code, number = rules.bank_code(bank_code), rules.account_number(number)
    holder = rules.clean_line(holder, "holder", rules.ORG_NAME_LENGTH_MAX)
    queries.organisation(organisation, lock=True)
    now = clock.now()
    models.BankAccount.objects.filter(organisation_id=organisation, replaced_at__isnull=True).update(replaced_at=now)
    account = ids.new()
    return models.BankAccount.objects.create(
        id=account,
        organisation_id=organisation,
        bank_code=bank_code,
        sealed_number=seals.seal(queries.BANK_SEAL, account, number.encode()),
        holder=holder,
        set_by_id=me,
        set_at=now,
    ).id


def verify_bank_account(by: Actor, organisation: OrganisationId, account: UUID) -> None:
    """Confirm, as a steward without a part in it, that the account looked at (`account`) is in the organisation's name.

    Raises NotAllowed, ConflictOfInterest, NoBankAccount when another one is on file by now.
    """
    tx.demand()
    rules.may_verify_bank_account(by, organisation)
    queries.organisation(organisation, lock=True)
    confirmed = models.BankAccount.objects.filter(
        id=account, organisation_id=organisation, replaced_at__isnull=True, verified_at__isnull=True
    ).update(verified_by_id=by.person, verified_at=clock.now())
    if not confirmed:
        raise NoBankAccount()


def _step(by: Actor, organisation: OrganisationId, state: OrgState, reason: str) -> None:
    models.Organisation.objects.filter(id=organisation).update(state=state)
    models.VerificationStep.objects.create(
        id=ids.new(), organisation_id=organisation, state=state, by_id=by.person, reason=reason, at=clock.now()
    )


def _is_number_verified(number: str) -> bool:
    return models.Organisation.objects.filter(registration_number=number, state=OrgState.VERIFIED).exists()
