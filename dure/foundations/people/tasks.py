"""What people does by itself: the letter that goes with an invitation, and the nightly forgetting."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from dure.base import clock
from dure.foundations.people import actions, queries
from dure.foundations.people.types import InvitationState, MemberInvited, RoleAsked, RoleSuspended, system
from dure.kit import tx


def write_invitation(news: MemberInvited, news_id: UUID) -> None:
    """Send the letter of an invitation that is still open. Sent twice when a retry makes it so; it says the same."""
    invitation = queries.invitation(news.invitation)
    if invitation.state is not InvitationState.OPEN or not invitation.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        context = {"invitation": invitation, "address": settings.DURE.origin + reverse("people:me")}
        subject = render_to_string("people/letters/invitation_subject.txt", context)
        text = render_to_string("people/letters/invitation.txt", context)
    EmailMessage(" ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [invitation.email]).send()


def write_role_waits(news: RoleAsked | RoleSuspended, news_id: UUID) -> None:
    """Tell the stewards who may confirm it, and whose role is suspended. A retry may send it twice; it says the same."""
    grant = queries.role_grant(news.grant)
    if grant is None or (isinstance(news, RoleAsked) and grant.since) or (not grant.suspended_until and grant.begun):
        return  # decided meanwhile
    by = grant.suspended_by or grant.asked_by
    names = queries.names([by] if by else [])
    told = {*queries.stewards(), *([grant.person.id] if grant.suspended_until else [])} - {by}
    for person in sorted(told):
        profile = queries.profile(person)
        with translation.override(profile.language):
            address = settings.DURE.origin + reverse("people-desk:roles")
            context = {"grant": grant, "by_name": names.get(by, "") if by else "", "address": address}
            subject = render_to_string("people/letters/role_waits_subject.txt", context)
            text = render_to_string("people/letters/role_waits.txt", context)
        EmailMessage(
            " ".join(subject.split()), text.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [profile.email]
        ).send()


@app.periodic(cron="17 4 * * *")
@app.task(queueing_lock="people.forget", pass_context=False)
def forget(timestamp: int) -> None:
    """Every night: erase what is kept for a while only."""
    with tx.durable():
        actions.forget(system("people.forget"), clock.now())
        actions.forget_sessions(system("people.forget"), clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="people.begin_roles", pass_context=False)
def begin_roles(timestamp: int) -> None:
    """Open the admin to those whose role has begun."""
    with tx.durable():
        actions.begin_roles(system("people.begin_roles"))
