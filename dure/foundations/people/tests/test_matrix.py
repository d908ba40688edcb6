"""Who may do what: every action by every role, denied unless the table says otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import transaction

from dure.base import clock, ids
from dure.base.refusals import NotAllowed
from dure.foundations.people import actions, queries
from dure.foundations.people.models import Person
from dure.foundations.people.types import (
    NOBODY,
    Actor,
    ConflictOfInterest,
    Decision,
    InvitationId,
    Newcomer,
    OrganisationId,
    OrgRole,
    Origin,
    PersonId,
    PlatformRole,
    SecondSteward,
    StillNeeded,
    system,
)

from . import making

pytestmark = pytest.mark.django_db
HERE = Origin(face="page")


@dataclass(frozen=True)
class Stage:
    """One organisation handed in to be checked, a bank account, an open invitation, and somebody for each role."""

    organisation: OrganisationId
    account: UUID
    invitation: InvitationId
    actors: dict[str, Actor]
    other: Actor


@pytest.fixture
def stage() -> Stage:
    organisation, owner = making.organisation(making.person("주인"))
    making.member(organisation, owner, OrgRole.OWNER)  # so that the owner may leave
    other = making.member(organisation, owner)
    staff = making.member(organisation, owner)
    account = actions.set_bank_account(owner, organisation, bank_code="004", number="12345678", holder="이웃")
    invited = making.person("초대받은 사람")
    email = Person.objects.get(id=making.id_of(invited)).email
    invitation = actions.invite_member(owner, organisation, email, OrgRole.STAFF)
    actions.submit_verification(owner, organisation)
    making.steward("다른 운영자")
    actors = {
        "nobody": NOBODY,
        "unverified": making.person("아직", verified=False),
        "citizen": making.person("시민"),
        "invited": invited,
        "staff": staff,
        "owner": owner,
        "stranger_owner": making.organisation(making.person("남"))[1],
        "auditor": making.auditor(),
        "steward": making.steward(),
        "system": system("test"),
    }
    return Stage(organisation, account, invitation, actors, other)


LOGGED_IN = frozenset(["unverified", "citizen", "invited", "staff", "owner", "stranger_owner", "auditor", "steward"])
VERIFIED = LOGGED_IN - {"unverified"}
INSIDE = frozenset({"owner", "staff", "steward", "auditor", "system"})

type Doing = Callable[[Actor, Stage], object]
MATRIX: dict[str, tuple[frozenset[str], Doing]] = {
    "rename": (LOGGED_IN, lambda by, s: actions.rename(by, "새 이름")),
    "edit_profile": (LOGGED_IN, lambda by, s: actions.edit_profile(by, name="새", region="", language="en")),
    "give_consent": (LOGGED_IN, lambda by, s: actions.give_consent(by, "letters", 1, HERE)),
    "withdraw_consent": (LOGGED_IN, lambda by, s: actions.withdraw_consent(by, "letters", HERE)),
    "export": (LOGGED_IN, lambda by, s: actions.export(by)),
    "close_account": (LOGGED_IN - {"stranger_owner"}, lambda by, s: actions.close_account(by, HERE)),
    "register_organisation": (VERIFIED, lambda by, s: actions.register_organisation(by, making.form())),
    "edit_organisation": (
        frozenset({"owner"}),
        lambda by, s: actions.edit_organisation(
            by, s.organisation, queries.form_of(queries.organisation(s.organisation))
        ),
    ),
    "invite_member": (
        frozenset({"owner"}),
        lambda by, s: actions.invite_member(by, s.organisation, "a@sample.invalid", OrgRole.STAFF),
    ),
    "withdraw_invitation": (frozenset({"owner"}), lambda by, s: actions.withdraw_invitation(by, s.invitation)),
    "accept_invitation": (frozenset({"invited"}), lambda by, s: actions.accept_invitation(by, s.invitation)),
    "decline_invitation": (frozenset({"invited"}), lambda by, s: actions.decline_invitation(by, s.invitation)),
    "remove_member": (
        frozenset({"owner"}),
        lambda by, s: actions.remove_member(by, s.organisation, making.id_of(s.other)),
    ),
    "change_member_role": (
        frozenset({"owner"}),
        lambda by, s: actions.change_member_role(by, s.organisation, making.id_of(s.other), OrgRole.OWNER),
    ),
    "set_bank_account": (
        frozenset({"owner"}),
        lambda by, s: actions.set_bank_account(by, s.organisation, bank_code="088", number="110222333", holder="이웃"),
    ),
    "verify_bank_account": (
        frozenset({"steward"}),
        lambda by, s: actions.verify_bank_account(by, s.organisation, s.account),
    ),
    "decide_verification": (
        frozenset({"steward"}),
        lambda by, s: actions.decide_verification(by, s.organisation, Decision.VERIFY),
    ),
    "grant_role": (
        frozenset({"system"}),
        lambda by, s: actions.grant_role(by, making.id_of(s.other), PlatformRole.AUDITOR),
    ),
    "ask_role": (
        frozenset({"steward"}),
        lambda by, s: actions.ask_role(by, making.id_of(s.other), PlatformRole.AUDITOR),
    ),
    "confirm_role": (
        frozenset({"steward"}),
        lambda by, s: actions.confirm_role(
            by, actions.ask_role(making.steward("두 번째"), making.id_of(s.other), PlatformRole.AUDITOR)
        ),
    ),
    "begin_roles": (frozenset({"system"}), lambda by, s: actions.begin_roles(by)),
    "suspend_role": (
        frozenset({"steward"}),
        lambda by, s: actions.suspend_role(by, making.id_of(s.actors["auditor"]), PlatformRole.AUDITOR),
    ),
    "end_role": (
        frozenset({"steward"}),
        lambda by, s: actions.end_role(by, _suspended(s)),
    ),
    "lift_suspension": (
        frozenset({"steward"}),
        lambda by, s: actions.lift_suspension(by, _suspended(s)),
    ),
    "revoke_role": (
        frozenset({"system", "auditor"}),  # everybody may give their own role back
        lambda by, s: actions.revoke_role(by, making.id_of(s.actors["auditor"]), PlatformRole.AUDITOR),
    ),
    "note_verified": (
        frozenset({"system"}),
        lambda by, s: actions.note_verified(by, making.id_of(s.actors["unverified"])),
    ),
    "admit": (
        frozenset({"system"}),
        lambda by, s: actions.admit(
            by, Newcomer(id=PersonId(ids.new()), name="새 사람", email="new@sample.invalid", password="a" * 12)
        ),
    ),
    "admit_crowd": (frozenset({"system"}), lambda by, s: actions.admit_crowd(by, ())),
    "forget": (frozenset({"system"}), lambda by, s: actions.forget(by, clock.now())),
    "forget_sessions": (frozenset({"system"}), lambda by, s: actions.forget_sessions(by, clock.now())),
    "see_members": (INSIDE, lambda by, s: queries.members(by, s.organisation)),
    "see_steps": (INSIDE, lambda by, s: queries.verification_steps(by, s.organisation)),
    "see_bank_masked": (INSIDE, lambda by, s: queries.bank_account(by, s.organisation)),
    "see_bank_number": (
        frozenset({"owner", "steward", "system"}),
        lambda by, s: queries.bank_account(by, s.organisation, whole=True),
    ),
    "see_invitations": (frozenset({"owner"}), lambda by, s: queries.invitations_of(by, s.organisation)),
    "see_queue": (frozenset({"steward", "auditor"}), lambda by, s: queries.verification_queue(by)),
    "see_bank_queue": (frozenset({"steward", "auditor"}), lambda by, s: queries.unverified_bank_accounts(by)),
}


def _suspended(stage: Stage) -> UUID:
    other = making.steward("두 번째")
    return actions.suspend_role(other, making.id_of(stage.actors["auditor"]), PlatformRole.AUDITOR)


@pytest.mark.parametrize("what", MATRIX)
def test_every_role(what: str, stage: Stage) -> None:
    allowed, do = MATRIX[what]
    for role, actor in stage.actors.items():
        with transaction.atomic():
            if role in allowed:
                do(actor, stage)
            else:
                with pytest.raises((NotAllowed, ConflictOfInterest, SecondSteward, StillNeeded)):
                    do(actor, stage)
            transaction.set_rollback(True)


def test_submitting(stage: Stage) -> None:
    """Only an owner, tried on an organisation that can be handed in."""
    organisation, owner = making.organisation(making.person())
    for actor in stage.actors.values():
        with pytest.raises(NotAllowed):
            actions.submit_verification(actor, organisation)
    actions.submit_verification(owner, organisation)


def test_every_action_is_in_the_matrix() -> None:
    covered = set(MATRIX) | {"submit_verification"}
    assert {name for name in actions.__all__ if name.islower()} <= covered
