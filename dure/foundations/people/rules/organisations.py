"""How an organisation is checked: the state table and what its entry must look like."""

from dataclasses import replace
from datetime import timedelta

from dure.foundations.people.types import Decision, NumberKind, OrganisationForm, OrgState, ReasonMissing, WrongState

from .identity import ADDRESS_LENGTH_MAX, clean_email, clean_line
from .numbers import registration_number

ORG_NAME_LENGTH_MAX = 100
REASON_LENGTH_MAX = 1000
INVITATION_VALID = timedelta(days=30)
INVITATIONS_OPEN_MAX = 50
ORGANISATIONS_PER_PERSON_MAX = 20

SUBMITTABLE = frozenset({OrgState.UNVERIFIED, OrgState.REJECTED, OrgState.REVOKED})
EDITABLE = SUBMITTABLE  # while it is being checked and once it is verified, the official entry stands still
DECISIONS: dict[tuple[OrgState, Decision], OrgState] = {
    (OrgState.SUBMITTED, Decision.VERIFY): OrgState.VERIFIED,
    (OrgState.SUBMITTED, Decision.REJECT): OrgState.REJECTED,
    (OrgState.VERIFIED, Decision.REVOKE): OrgState.REVOKED,
}
NEEDS_REASON = frozenset({Decision.REJECT, Decision.REVOKE})


def after_submission(state: OrgState) -> OrgState:
    """The state after the owner hands the entry in. Raises WrongState."""
    if state not in SUBMITTABLE:
        raise WrongState(state=state)
    return OrgState.SUBMITTED


def after_decision(state: OrgState, decision: Decision, reason: str) -> OrgState:
    """The state after a steward's decision. Raises WrongState, ReasonMissing."""
    if (state, decision) not in DECISIONS:
        raise WrongState(state=state)
    if decision in NEEDS_REASON and not reason:
        raise ReasonMissing()
    return DECISIONS[state, decision]


def clean_form(form: OrganisationForm) -> tuple[OrganisationForm, NumberKind]:
    """The entry with every field checked and in one spelling. Raises BadValue, BadNumber."""
    digits, kind = registration_number(form.registration_number)
    clean = replace(
        form,
        name=clean_line(form.name, "name", ORG_NAME_LENGTH_MAX),
        registration_number=digits,
        representative=clean_line(form.representative, "representative", ORG_NAME_LENGTH_MAX),
        contact_email=clean_email(form.contact_email),
        address=clean_line(form.address, "address", ADDRESS_LENGTH_MAX),
    )
    return clean, kind


def keeps_official_entry(old: OrganisationForm, new: OrganisationForm) -> bool:
    """Whether only contact and address differ: those may change at any time."""
    return replace(new, contact_email=old.contact_email, address=old.address) == old
