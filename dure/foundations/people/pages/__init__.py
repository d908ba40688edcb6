"""The pages of people: joining and log-in, 나, organisations, the stewards' queue."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.foundations.people import queries
from dure.foundations.people.names import ROLES
from dure.foundations.people.types import RoleGrant
from dure.kit.ui.home import Entry, HomeCard

from . import desk, me, organisations, sampling
from .common import visiting
from .words import REASONS, SAYS

__all__ = ["REASONS", "SAYS", "app_name", "desk_entries", "desk_urlpatterns", "home_cards", "urlpatterns"]

app_name = "people"
urlpatterns = [
    path("", me.me, name="me"),
    path("profile/", me.profile, name="profile"),
    path("consents/", me.consents, name="consents"),
    path("consents/<slug:purpose>/give/<int:version>/", me.give_consent, name="give_consent"),
    path("consents/<slug:purpose>/withdraw/", me.withdraw_consent, name="withdraw_consent"),
    path("security/", me.security, name="security"),
    path("export/", me.export, name="export"),
    path("close/", me.close, name="close"),
    path("leave/", me.leave, name="leave"),
    path("organisations/new/", organisations.register, name="register"),
    path("organisations/<uuid:organisation>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:organisation>/edit/", organisations.edit, name="edit"),
    path("organisations/<uuid:organisation>/submit/", organisations.submit, name="submit"),
    path("organisations/<uuid:organisation>/invite/", organisations.invite, name="invite"),
    path("organisations/<uuid:organisation>/bank/", organisations.bank_account, name="bank_account"),
    path(
        "organisations/<uuid:organisation>/members/<uuid:person>/remove/",
        organisations.remove_member,
        name="remove_member",
    ),
    path(
        "organisations/<uuid:organisation>/members/<uuid:person>/<slug:role>/",
        organisations.change_member_role,
        name="change_member_role",
    ),
    path("invitations/<uuid:invitation>/<slug:answer>/", organisations.answer_invitation, name="answer_invitation"),
]
if settings.DURE.demo:
    urlpatterns += [
        path("demo/", sampling.persons, name="sample_persons"),
        path("demo/<uuid:person>/", sampling.become, name="become"),
        path("letters/", sampling.letters, name="sample_letters"),
    ]
desk_urlpatterns = [
    path("organisations/", desk.organisations, name="organisations"),
    path("organisations/<uuid:organisation>/", desk.check, name="check"),
    path(
        "organisations/<uuid:organisation>/bank/<uuid:account>/", desk.verify_bank_account, name="verify_bank_account"
    ),
    path("roles/", desk.roles, name="roles"),
    path("roles/<uuid:grant>/confirm/", desk.confirm_role, name="confirm_role"),
    path("roles/<uuid:grant>/end/", desk.end_role, name="end_role"),
    path("roles/<uuid:grant>/lift/", desk.lift_suspension, name="lift_suspension"),
    path("roles/<uuid:person>/<slug:role>/suspend/", desk.suspend_role, name="suspend_role"),
    path("roles/<uuid:person>/<slug:role>/revoke/", desk.revoke_role, name="revoke_role"),
]


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """Invitations and roles that wait for an answer."""
    by = visiting(request)
    if by.person is None:
        return ()
    invitations = tuple(
        HomeCard(
            title=gettext("{organisation} invites you").format(organisation=invitation.organisation_name),
            note=gettext("As {role}. Answer on your own page.").format(role=ROLES[invitation.role]),
            href=reverse("people:me"),
            sign="org",
            when=invitation.at,
            mark=True,
        )
        for invitation in queries.invitations_to(by.person)
    )
    return (*invitations, *(_role_card(grant) for grant in queries.roles_to_confirm(by)))


def _role_card(grant: RoleGrant) -> HomeCard:
    """A role that waits for this steward's yes, or a suspension that does."""
    ending = grant.suspended_until is not None
    title = gettext("The role of {name} is suspended") if ending else gettext("A role is asked for: {name}")
    note = gettext("As {role}. It waits for a second steward.").format(role=ROLES[grant.role])
    href = reverse("people-desk:roles")
    return HomeCard(title.format(name=grant.person.name), note, href, sign="key", when=grant.asked_at, mark=True)


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """What people has for stewards and auditors."""
    by = visiting(request)
    if not (by.is_steward or by.is_auditor):
        return ()
    waiting = len(queries.verification_queue(by)) + len(queries.unverified_bank_accounts(by))
    to_confirm = len(queries.roles_to_confirm(by))
    return (
        Entry(
            gettext("Organisations"),
            reverse("people-desk:organisations"),
            "org",
            badge=str(waiting) if waiting else "",
        ),
        Entry(
            gettext("Roles"),
            reverse("people-desk:roles"),
            "key",
            badge=str(to_confirm) if to_confirm else "",
        ),
    )
