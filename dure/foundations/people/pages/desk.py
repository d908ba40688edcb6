"""The stewards' desk of people: organisations to check, bank accounts to confirm, platform roles."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.foundations.people import actions, queries, rules
from dure.foundations.people.names import BANKS, KINDS, ROLES, STATES
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgState, PersonId, PlatformRole, RoleGrant
from dure.kit import faces, limits, tx

from .common import WRITES_PER_MINUTE, acting, posted
from .forms import DecisionForm, RoleForm
from .organisations import shown

FILTERS = (OrgState.SUBMITTED, OrgState.VERIFIED, OrgState.REJECTED, OrgState.REVOKED, OrgState.UNVERIFIED)


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The queue: who waits for a decision, the longest wait first."""
    by = acting(request)
    asked = request.GET.get("state", "")
    state = OrgState(asked) if asked in list(OrgState) else OrgState.SUBMITTED
    cards = queries.verification_queue(by, state=state)
    return render(
        request,
        "people/desk_organisations.html",
        {
            "cards": [
                {"card": card, "kind": KINDS[card.kind], "number": rules.written(card.registration_number)}
                for card in cards
            ],
            "state": STATES[state],
            "chips": [(STATES[choice][0], "" if choice is OrgState.SUBMITTED else str(choice)) for choice in FILTERS],
            "accounts": queries.unverified_bank_accounts(by),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("people.decide", WRITES_PER_MINUTE, 60)
def check(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """One organisation: its entry beside the steps so far, and the decision."""
    by, known = acting(request), OrganisationId(organisation)
    rules.may_see_desk(by)
    form = DecisionForm(posted(request))
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            decision = Decision(form.cleaned_data["decision"])
            actions.decide_verification(by, known, decision, form.cleaned_data["reason"])
        if not form.errors:
            return faces.hx_redirect(
                request, "people-desk:check", known, toast=gettext("Decided. The organisation sees it.")
            )
    return faces.form_page(request, "people/desk_check.html", form, **_checked(request, known))


def _checked(request: HttpRequest, organisation: OrganisationId) -> dict[str, Any]:
    by = acting(request)
    account = queries.bank_account(by, organisation, whole=by.is_steward)
    steps = queries.verification_steps(by, organisation)
    names = queries.names(step.by for step in steps if step.by)
    state = queries.organisation(organisation).state
    open_decisions = {str(decision) for before, decision in rules.DECISIONS if before is state}
    return shown(organisation) | {
        "steps": [
            {"step": step, "word": STATES[step.state][0], "by": names.get(step.by, "") if step.by else ""}
            for step in steps
        ],
        "members": [{"member": member, "role": ROLES[member.role]} for member in queries.members(by, organisation)],
        "account": account,
        "bank": BANKS[account.bank_code] if account else "",
        "open_decisions": open_decisions if by.is_steward else set(),
        "conflict": by.works_for(organisation),
        "may_decide": by.is_steward and not by.works_for(organisation),
    }


@require_POST
@limits.limited("people.bank-check", WRITES_PER_MINUTE, 60)
def verify_bank_account(request: HttpRequest, organisation: UUID, account: UUID) -> HttpResponse:
    """Confirm the bank account that was looked at."""
    by, known = acting(request), OrganisationId(organisation)
    with tx.durable():
        actions.verify_bank_account(by, known, account)
    return faces.hx_redirect(request, "people-desk:check", known, toast=gettext("The bank account is confirmed."))


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def roles(request: HttpRequest) -> HttpResponse:
    """Who is steward or auditor; asking for another one."""
    by = acting(request)
    rules.may_see_desk(by)
    form = RoleForm(posted(request))
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            found = queries.person_by_email(by, form.cleaned_data["email"])
            actions.ask_role(by, found.id, PlatformRole(form.cleaned_data["role"]))
        if not form.errors:
            return faces.hx_redirect(request, "people-desk:roles", toast=gettext("Asked. Another steward confirms it."))
    held = queries.role_grants(by)
    names = queries.names(who for grant in held for who in (grant.asked_by, grant.suspended_by) if who)
    grants = [_shown(by, grant, names) for grant in held]
    return faces.form_page(request, "people/desk_roles.html", form, grants=grants, may_grant=by.is_steward)


def _shown(by: Actor, grant: RoleGrant, names: Mapping[PersonId, str]) -> dict[str, Any]:
    """A role with what this person may do about it; the actions ask the rules once more."""
    own, steward = grant.person.id == by.person, by.is_steward
    second = steward and not own
    return {
        "grant": grant,
        "role": ROLES[grant.role],
        "asked_by": names.get(grant.asked_by, "") if grant.asked_by else "",
        "suspended_by": names.get(grant.suspended_by, "") if grant.suspended_by else "",
        "may_confirm": second and not grant.since and by.person != grant.asked_by,
        "may_take_back": own or (steward and not grant.begun),
        "may_suspend": second and grant.begun and not grant.suspended_until,
        "may_lift": second and grant.suspended_until,
        "may_end": second and grant.suspended_until and by.person != grant.suspended_by,
    }


@require_POST
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def suspend_role(request: HttpRequest, person: UUID, role: str) -> HttpResponse:
    """One steward suspends a role at once; another one decides on it."""
    with tx.durable():
        actions.suspend_role(acting(request), PersonId(person), _role(role))
    said = gettext("Suspended. Another steward ends it or lets it go on within three days.")
    return faces.hx_redirect(request, "people-desk:roles", toast=said)


@require_POST
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def end_role(request: HttpRequest, grant: UUID) -> HttpResponse:
    """The second steward's yes to a suspension."""
    with tx.durable():
        actions.end_role(acting(request), grant)
    return faces.hx_redirect(request, "people-desk:roles", toast=gettext("The role is taken back."))


@require_POST
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def lift_suspension(request: HttpRequest, grant: UUID) -> HttpResponse:
    """Let a suspended role go on."""
    with tx.durable():
        actions.lift_suspension(acting(request), grant)
    return faces.hx_redirect(request, "people-desk:roles", toast=gettext("The role goes on."))


@require_POST
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def confirm_role(request: HttpRequest, grant: UUID) -> HttpResponse:
    """The second steward's yes."""
    with tx.durable():
        actions.confirm_role(acting(request), grant)
    return faces.hx_redirect(request, "people-desk:roles", toast=gettext("Confirmed. The role begins in a few days."))


@require_POST
@limits.limited("people.roles", WRITES_PER_MINUTE, 60)
def revoke_role(request: HttpRequest, person: UUID, role: str) -> HttpResponse:
    """Give one's own role back, or take back one that has not begun."""
    with tx.durable():
        actions.revoke_role(acting(request), PersonId(person), _role(role))
    return faces.hx_redirect(request, "people-desk:roles", toast=gettext("The role is taken back."))


def _role(text: str) -> PlatformRole:
    if text not in list(PlatformRole):
        raise NotFound(what="role")
    return PlatformRole(text)
