"""Organisations: registering one, its page, its members, its bank account."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.foundations.people import actions, queries, rules
from dure.foundations.people.names import BANKS, KINDS, NUMBERS, RECEIPTS, ROLES, STATES
from dure.foundations.people.types import Actor, InvitationId, OrganisationId, OrgKind, OrgRole, OrgState, PersonId
from dure.kit import faces, limits, tx

from .common import WRITES_PER_MINUTE, acting, posted, recently_proved, visiting
from .forms import BankAccountForm, InvitationForm, OrganisationEntryForm

REGISTRATIONS_PER_HOUR = 10
INVITATIONS_PER_HOUR = 40


def shown(organisation: OrganisationId) -> dict[str, Any]:
    """An organisation with its words, as every page of it shows it."""
    card = queries.organisation(organisation)
    return {
        "organisation": card,
        "kind": KINDS[card.kind],
        "state": STATES[card.state],
        "number": rules.written(card.registration_number),
        "number_kind": NUMBERS[card.number_kind],
        "receipts": RECEIPTS[card.receipt_code] if card.receipt_code else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("people.register", REGISTRATIONS_PER_HOUR, 3600)
def register(request: HttpRequest) -> HttpResponse:
    """Enter a new organisation."""
    by = acting(request)
    rules.may_register_organisation(by)
    kind = request.GET.get("kind", "")
    form = OrganisationEntryForm(posted(request), initial={"kind": kind} if kind in set(OrgKind) else None)
    if form.is_valid():
        with faces.refusals_on(form):
            made = _register(by, form, faces.form_key(request))
        if not form.errors:
            page = reverse("people:organisation", args=[made])
            to = faces.back_address(request, page) if "next" in request.GET else page  # whoever sent them here goes on
            return faces.hx_redirect(request, to, toast=gettext("The organisation is entered."))
    return faces.form_page(request, "people/organisation_form.html", form, is_new=True)


def _register(by: Actor, form: OrganisationEntryForm, key: str) -> UUID:
    entry = form.entry()
    with tx.action(by, "people.register_organisation", key, entry, UUID) as call:
        if call:
            return call.answer()
        return call.keep(actions.register_organisation(by, entry))


@require_safe
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """One organisation: what everybody may know, and what its people work with."""
    by, known = visiting(request), OrganisationId(organisation)
    context = shown(known)
    if by.works_for(known) or by.is_steward or by.is_auditor:
        context |= _inside(by, known)
    return render(request, "people/organisation.html", context)


def _inside(by: Actor, organisation: OrganisationId) -> dict[str, Any]:
    owns = by.owns(organisation)
    account = queries.bank_account(by, organisation)
    steps = queries.verification_steps(by, organisation)
    state = queries.organisation(organisation).state
    return {
        "inside": True,
        "owns": owns,
        "own_id": by.person,
        "works_here": by.works_for(organisation),
        "members": [
            {"member": member, "role": ROLES[member.role], "is_owner": member.role is OrgRole.OWNER}
            for member in queries.members(by, organisation)
        ],
        "invitations": [
            {"invitation": invitation, "role": ROLES[invitation.role]}
            for invitation in queries.invitations_of(by, organisation)
        ]
        if owns
        else [],
        "steps": [{"step": step, "word": STATES[step.state][0]} for step in steps],
        "last_reason": next((step.reason for step in steps if step.reason), "") if state in rules.EDITABLE else "",
        "account": account,
        "bank": BANKS[account.bank_code] if account else "",
        "can_submit": owns and state in rules.SUBMITTABLE,
        "is_submitted": state is OrgState.SUBMITTED,
        "invitation_form": InvitationForm() if owns else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("people.edit", WRITES_PER_MINUTE, 60)
def edit(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Change the entry."""
    by, known = acting(request), OrganisationId(organisation)
    rules.may_edit_organisation(by, known)
    card = queries.organisation(known)
    entry = queries.form_of(card)
    said = {name: getattr(entry, name) for name in OrganisationEntryForm.base_fields}
    said["registration_number"] = rules.written(card.registration_number)
    form = OrganisationEntryForm(posted(request), initial=said)
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            actions.edit_organisation(by, known, form.entry())
        if not form.errors:
            return faces.hx_redirect(request, "people:organisation", known, toast=gettext("Saved."))
    locked = card.state not in rules.EDITABLE
    return faces.form_page(request, "people/organisation_form.html", form, organisation=card, locked=locked)


@require_POST
@limits.limited("people.submit", WRITES_PER_MINUTE, 60)
def submit(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Hand the entry in to be checked."""
    by, known = acting(request), OrganisationId(organisation)
    with tx.durable():
        actions.submit_verification(by, known)
    return faces.hx_redirect(
        request, "people:organisation", known, toast=gettext("Handed in. A steward will look at it.")
    )


@require_POST
@limits.limited("people.invite", INVITATIONS_PER_HOUR, 3600)
def invite(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Invite somebody by e-mail."""
    by, known = acting(request), OrganisationId(organisation)
    rules.may_edit_organisation(by, known)
    form = InvitationForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            actions.invite_member(by, known, form.cleaned_data["email"], OrgRole(form.cleaned_data["role"]))
        if not form.errors:
            return faces.hx_redirect(
                request, "people:organisation", known, toast=gettext("The invitation is on its way.")
            )
    return faces.form_page(request, "people/invite.html", form, organisation=queries.organisation(known))


@require_POST
@limits.limited("people.invitation", WRITES_PER_MINUTE, 60)
def answer_invitation(request: HttpRequest, invitation: UUID, answer: str) -> HttpResponse:
    """Accept or decline as the one invited, withdraw as the one who invited."""
    by, known = acting(request), InvitationId(invitation)
    with tx.durable():
        match answer:
            case "accept":
                joined = actions.accept_invitation(by, known)
                return faces.hx_redirect(request, "people:organisation", joined, toast=gettext("Welcome."))
            case "decline":
                actions.decline_invitation(by, known)
                return faces.hx_redirect(request, "people:me", toast=gettext("You declined."))
            case "withdraw":
                actions.withdraw_invitation(by, known)
                back = queries.invitation(known).organisation
                return faces.hx_redirect(request, "people:organisation", back, toast=gettext("Taken back."))
            case _:
                raise NotFound(what="answer")


@require_POST
@limits.limited("people.members", WRITES_PER_MINUTE, 60)
def remove_member(request: HttpRequest, organisation: UUID, person: UUID) -> HttpResponse:
    """End somebody's membership, or one's own."""
    by, known = acting(request), OrganisationId(organisation)
    with tx.durable():
        actions.remove_member(by, known, PersonId(person))
    if by.person == person:
        return faces.hx_redirect(request, "people:me", toast=gettext("You left the organisation."))
    return faces.hx_redirect(request, "people:organisation", known, toast=gettext("Removed."))


@require_POST
@limits.limited("people.members", WRITES_PER_MINUTE, 60)
def change_member_role(request: HttpRequest, organisation: UUID, person: UUID, role: str) -> HttpResponse:
    """Make a member owner or staff."""
    by, known = acting(request), OrganisationId(organisation)
    if role not in list(OrgRole):
        raise NotFound(what="role")
    with tx.durable():
        actions.change_member_role(by, known, PersonId(person), OrgRole(role))
    return faces.hx_redirect(request, "people:organisation", known, toast=gettext("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
@limits.limited("people.bank", WRITES_PER_MINUTE, 60)
def bank_account(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Put a bank account on file."""
    by, known = acting(request), OrganisationId(organisation)
    rules.may_edit_organisation(by, known)
    form = BankAccountForm(posted(request))
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            said = form.cleaned_data
            actions.set_bank_account(
                by, known, bank_code=said["bank_code"], number=said["number"], holder=said["holder"]
            )
        if not form.errors:
            said_so = gettext("Saved. A steward has to confirm it before money can be paid out.")
            return faces.hx_redirect(request, "people:organisation", known, toast=said_so)
    return faces.form_page(request, "people/bank_account.html", form, organisation=queries.organisation(known))
