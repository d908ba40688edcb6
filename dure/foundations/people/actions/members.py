"""Who belongs to an organisation, and who holds a platform role."""

from uuid import UUID

from django.db.models import Q, QuerySet

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.people import models, queries, rules
from dure.foundations.people.types import (
    Actor,
    AlreadyMember,
    InvitationId,
    InvitationOver,
    InvitationState,
    MemberInvited,
    MemberJoined,
    MemberRemoved,
    OrganisationId,
    OrgRole,
    PersonId,
    PlatformRole,
    RoleAsked,
    TooManyInvitations,
)
from dure.kit import outbox, tx


def invite_member(by: Actor, organisation: OrganisationId, email: str, role: OrgRole) -> InvitationId:
    """Offer a role to whoever proves the mailbox `email`; a letter follows. An open offer is renewed, not doubled.

    Whether somebody has an account under that address is not told. Raises NotAllowed, BadValue, AlreadyMember,
    TooManyInvitations.
    """
    tx.demand()
    me = rules.may_edit_organisation(by, organisation)
    address, now = rules.clean_email(email), clock.now()
    key = models.email_key(address)
    queries.organisation(organisation, lock=True)
    members = queries.member_ids(organisation)
    if models.Person.objects.filter(id__in=members, email_key=key).exists():
        raise AlreadyMember()
    open_ones = models.Invitation.objects.filter(organisation_id=organisation, state=InvitationState.OPEN)
    open_ones.filter(email_key=key).update(state=InvitationState.WITHDRAWN, answered_at=now)
    if open_ones.filter(expires_at__gt=now).count() >= rules.INVITATIONS_OPEN_MAX:
        raise TooManyInvitations(limit=rules.INVITATIONS_OPEN_MAX)
    row = models.Invitation.objects.create(
        id=ids.new(),
        organisation_id=organisation,
        email=address,
        email_key=key,
        role=role,
        invited_by_id=me,
        at=now,
        expires_at=now + rules.INVITATION_VALID,
    )
    outbox.emit(MemberInvited(invitation=row.id, organisation=organisation, at=now))
    return InvitationId(row.id)


def withdraw_invitation(by: Actor, invitation: InvitationId) -> None:
    """Take an open offer back. Raises NotAllowed, NotFound, InvitationOver."""
    tx.demand()
    row = _open(invitation)
    rules.may_edit_organisation(by, OrganisationId(row.organisation_id))
    _answer(row, InvitationState.WITHDRAWN)


def accept_invitation(by: Actor, invitation: InvitationId) -> OrganisationId:
    """Join the organisation with the role that was offered. Raises NotAllowed, NotFound, InvitationOver, AlreadyMember."""
    tx.demand()
    row = _open(invitation)
    me = rules.may_answer_invitation(by, row.email_key, _own_key(by))
    organisation = OrganisationId(row.organisation_id)
    queries.organisation(organisation, lock=True)
    if me in queries.member_ids(organisation):
        raise AlreadyMember()
    _answer(row, InvitationState.ACCEPTED)
    now = clock.now()
    models.Membership.objects.create(
        id=ids.new(), organisation_id=organisation, person_id=me, role=row.role, joined_at=now
    )
    outbox.emit(MemberJoined(organisation=organisation, person=me, role=row.role, at=now))
    return organisation


def decline_invitation(by: Actor, invitation: InvitationId) -> None:
    """Say no to an offer. Raises NotAllowed, NotFound, InvitationOver."""
    tx.demand()
    row = _open(invitation)
    rules.may_answer_invitation(by, row.email_key, _own_key(by))
    _answer(row, InvitationState.DECLINED)


def remove_member(by: Actor, organisation: OrganisationId, person: PersonId) -> None:
    """End a membership: an owner anybody's, everybody their own; one owner stays. Raises NotAllowed, NotFound, LastOwner."""
    tx.demand()
    queries.organisation(organisation, lock=True)
    rules.may_remove_member(by, organisation, person, queries.member_ids(organisation, role=OrgRole.OWNER))
    now = clock.now()
    ended = _membership(organisation, person).update(ended_at=now)
    if not ended:
        raise NotFound(what="member")
    outbox.emit(MemberRemoved(organisation=organisation, person=person, at=now))


def change_member_role(by: Actor, organisation: OrganisationId, person: PersonId, role: OrgRole) -> None:
    """Give a member another role; one owner stays. Raises NotAllowed, NotFound, LastOwner."""
    tx.demand()
    queries.organisation(organisation, lock=True)
    owners = queries.member_ids(organisation, role=OrgRole.OWNER)
    rules.may_change_member_role(by, organisation, person, role, owners)
    if not _membership(organisation, person).update(role=role):
        raise NotFound(what="member")


def grant_role(by: Actor, person: PersonId, role: PlatformRole) -> None:
    """Make somebody steward or auditor at once; who is one already stays one. Raises NotAllowed, NotFound."""
    tx.demand()
    rules.may_grant_role(by)
    held = _role(person, role)
    if held.granted_at is None or held.starts_at is not None:
        held.granted_at, held.starts_at, held.granted_by_id = clock.now(), None, by.person
    if held.suspended_at is not None and held.lifted_at is None:
        held.lifted_at = clock.now()
    held.save()
    open_admin(person)


def ask_role(by: Actor, person: PersonId, role: PlatformRole) -> UUID:
    """Ask that somebody become steward or auditor; another steward confirms it. Answers the id of the grant.

    Raises NotAllowed, NotFound, LoneSteward.
    """
    tx.demand()
    me = rules.may_ask_role(by, len(queries.stewards()))
    held = _role(person, role)
    if held.asked_at is None and held.granted_at is None:
        held.asked_by_id, held.asked_at = me, clock.now()
        held.save()
        outbox.emit(RoleAsked(grant=held.id, at=held.asked_at))
    return held.id


def confirm_role(by: Actor, grant: UUID) -> None:
    """A second steward's yes: the role begins some days later, and can be taken back until then and after.

    Raises NotAllowed, NotFound, SecondSteward.
    """
    tx.demand()
    held = models.RoleGrant.objects.select_for_update().filter(id=grant, revoked_at=None, granted_at=None).first()
    if held is None:
        raise NotFound(what="role")
    asked_by = PersonId(held.asked_by_id) if held.asked_by_id else None
    held.granted_by_id = rules.may_confirm_role(by, asked_by, PersonId(held.person_id))
    held.granted_at = clock.now()
    held.starts_at = held.granted_at + rules.ROLE_BEGINS_AFTER
    held.save()


def begin_roles(by: Actor) -> int:
    """Open the admin to those whose role has begun; answers how many. Raises NotAllowed: the platform's own housework."""
    tx.demand()
    rules.may_keep_house(by)
    shut = Q(person__is_staff=False) | Q(role=PlatformRole.STEWARD, person__is_superuser=False)
    begun = models.roles_begun().filter(shut).values_list("person_id", flat=True)
    found = sorted(set(begun))
    for person in found:
        open_admin(PersonId(person))
    return len(found)


def revoke_role(by: Actor, person: PersonId, role: PlatformRole) -> None:
    """Take a platform role back, alone: one's own, or one that has not begun; one steward stays.

    Raises NotAllowed, NotFound, LastSteward, SecondSteward.
    """
    tx.demand()
    stewards = frozenset(queries.holders(PlatformRole.STEWARD, lock=True))
    begun = models.RoleGrant.objects.filter(
        Q(starts_at=None) | Q(starts_at__lte=clock.now()),
        person_id=person,
        role=role,
        revoked_at=None,
        granted_at__isnull=False,
    )
    rules.may_revoke_role(by, person, role, begun.exists(), stewards)
    revoked = models.RoleGrant.objects.filter(person_id=person, role=role, revoked_at__isnull=True).update(
        revoked_at=clock.now(), revoked_by_id=by.person
    )
    if not revoked:
        raise NotFound(what="role")
    open_admin(person)


def _role(person: PersonId, role: PlatformRole) -> models.RoleGrant:
    """The open grant of this role, or a new one that is not kept yet; the person is locked. Raises NotFound."""
    row = models.Person.objects.select_for_update().filter(id=person, closed_at__isnull=True).first()
    if row is None:
        raise NotFound(what="person")
    held = models.RoleGrant.objects.select_for_update().filter(person=row, role=role, revoked_at=None).first()
    return held or models.RoleGrant(id=ids.new(), person=row, role=role)


def open_admin(person: PersonId) -> None:
    """The admin opens for stewards (everything its pages allow) and auditors (reading), and closes for all others."""
    roles = set(models.roles_begun().filter(person_id=person).values_list("role", flat=True))
    models.Person.objects.filter(id=person).update(is_staff=bool(roles), is_superuser=PlatformRole.STEWARD in roles)


def _open(invitation: InvitationId) -> models.Invitation:
    row = models.Invitation.objects.select_for_update().filter(id=invitation).first()
    if row is None:
        raise NotFound(what="invitation")
    if row.state != InvitationState.OPEN or row.expires_at <= clock.now():
        raise InvitationOver()
    return row


def _answer(row: models.Invitation, state: InvitationState) -> None:
    models.Invitation.objects.filter(id=row.id).update(state=state, answered_at=clock.now())


def _own_key(by: Actor) -> str:
    return queries.identity_of(by.person).key if by.person else ""


def _membership(organisation: OrganisationId, person: PersonId) -> QuerySet[models.Membership]:
    return models.Membership.objects.filter(organisation_id=organisation, person_id=person, ended_at__isnull=True)
