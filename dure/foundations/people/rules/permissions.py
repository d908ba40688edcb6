"""Who may do what. Every `may_` answers nothing or refuses; denied unless said otherwise."""

from datetime import timedelta
from typing import Final

from dure.base.refusals import NotAllowed
from dure.foundations.people.types import (
    Actor,
    ConflictOfInterest,
    LastOwner,
    LastSteward,
    LoneSteward,
    NobodyToConfirm,
    OrganisationId,
    OrgRole,
    PersonId,
    PlatformRole,
    SecondSteward,
)

STEWARDS_FOR_A_ROLE: Final = 2
SUSPENSION_LASTS: Final = timedelta(days=3)  # a second steward decides until then, or it is over
ROLE_BEGINS_AFTER: Final = timedelta(days=3)  # time for everybody at the desk to see it coming, and to take it back


def may_act_for_self(by: Actor) -> PersonId:
    """Profile, consents, export, closing: only oneself. Answers who that is."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def may_register_organisation(by: Actor) -> PersonId:
    """Anyone with a proved address."""
    return _verified(by)


def may_edit_organisation(by: Actor, organisation: OrganisationId) -> PersonId:
    """Its owners: edit the entry, hand it in, invite, set the bank account."""
    person = may_act_for_self(by)
    if not by.owns(organisation):
        raise NotAllowed(needs="owner")
    return person


def may_decide_verification(by: Actor, organisation: OrganisationId) -> None:
    """A steward who has no part in the organisation."""
    _steward(by)
    if by.works_for(organisation):
        raise ConflictOfInterest()


def may_verify_bank_account(by: Actor, organisation: OrganisationId) -> None:
    """A steward who has no part in the organisation."""
    may_decide_verification(by, organisation)


def may_see_inside(by: Actor, organisation: OrganisationId) -> None:
    """Members, steps of the checking, masked bank account: those who work there, stewards, auditors, the platform itself."""
    if not (by.works_for(organisation) or by.is_steward or by.is_auditor or by.is_system):
        raise NotAllowed(needs="member")


def may_see_bank_number(by: Actor, organisation: OrganisationId) -> None:
    """The whole number: owners, stewards, and the platform itself when it writes the payout file."""
    if not (by.owns(organisation) or by.is_steward or by.is_system):
        raise NotAllowed(needs="owner")


def may_answer_invitation(by: Actor, invited_key: str, own_key: str) -> PersonId:
    """Whoever proved the mailbox the invitation went to."""
    person = _verified(by)
    if invited_key != own_key:
        raise NotAllowed(needs="invited")
    return person


def may_remove_member(by: Actor, organisation: OrganisationId, person: PersonId, owners: frozenset[PersonId]) -> None:
    """An owner removes anybody, everybody removes themselves; one owner stays."""
    if by.person is None or (by.person != person and not by.owns(organisation)):
        raise NotAllowed(needs="owner")
    if owners == {person}:
        raise LastOwner(organisation=organisation)


def may_change_member_role(
    by: Actor, organisation: OrganisationId, person: PersonId, role: OrgRole, owners: frozenset[PersonId]
) -> None:
    """An owner, as long as one owner stays."""
    may_edit_organisation(by, organisation)
    if role is not OrgRole.OWNER and owners == {person}:
        raise LastOwner(organisation=organisation)


def may_find_by_address(by: Actor) -> None:
    """Who stands behind an e-mail address: for stewards who name one, and the platform itself when it is set up."""
    if not by.is_system:
        _steward(by)


def may_grant_role(by: Actor) -> None:
    """At once and alone: only the platform itself when it is set up, which needs the machine and not an account."""
    may_keep_house(by)


def may_ask_role(by: Actor, stewards: int) -> PersonId:
    """A steward, where there is another one to confirm it."""
    _steward(by)
    if stewards < STEWARDS_FOR_A_ROLE:
        raise LoneSteward()
    return may_act_for_self(by)


def may_confirm_role(by: Actor, asked_by: PersonId | None, person: PersonId) -> PersonId:
    """Another steward than who asked, and not whom it is for: one human with two accounts makes no steward."""
    _steward(by)
    if by.person in (asked_by, person):
        raise SecondSteward()
    return may_act_for_self(by)


def may_revoke_role(
    by: Actor, person: PersonId, role: PlatformRole, begun: bool, stewards: frozenset[PersonId]
) -> None:
    """At once and alone: everybody their own role, a steward one that has not begun, and the platform itself; one steward
    stays. What somebody holds takes two (`may_suspend_role`)."""
    own = by.person is not None and by.person == person
    if not (by.is_system or by.is_steward or own):
        raise NotAllowed(needs="steward")
    if begun and not (by.is_system or own):
        raise SecondSteward()
    if role is PlatformRole.STEWARD and stewards == {person}:
        raise LastSteward()


def may_suspend_role(by: Actor, person: PersonId, last_by: PersonId | None, stewards: frozenset[PersonId]) -> PersonId:
    """A steward, at once, where a third one is there to decide on it; whose suspension nobody confirmed does not repeat it.

    `stewards` are those of this moment: two who suspend each other do not both succeed.
    """
    me = _steward_now(by, stewards)
    if me in (person, last_by):
        raise SecondSteward()
    if not stewards - {me, person}:
        raise NobodyToConfirm()
    return me


def may_end_suspension(
    by: Actor, person: PersonId, suspended_by: PersonId | None, stewards: frozenset[PersonId], *, for_good: bool
) -> PersonId:
    """Another steward ends the role `for_good`; who suspended it may still let it go on, whom it concerns neither."""
    me = _steward_now(by, stewards)
    if me == person or (for_good and me == suspended_by):
        raise SecondSteward()
    return me


def may_keep_house(by: Actor) -> None:
    """Only the platform itself: what its log-in saw, what it forgets."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_see_desk(by: Actor) -> None:
    """The platform's desk: stewards, and auditors who only read."""
    if not (by.is_steward or by.is_auditor):
        raise NotAllowed(needs="steward")


def _verified(by: Actor) -> PersonId:
    person = may_act_for_self(by)
    if not by.verified:
        raise NotAllowed(needs="verified_account")
    return person


def _steward_now(by: Actor, stewards: frozenset[PersonId]) -> PersonId:
    _steward(by)
    me = may_act_for_self(by)
    if me not in stewards:
        raise NotAllowed(needs="steward")
    return me


def _steward(by: Actor) -> None:
    if not by.is_steward:
        raise NotAllowed(needs="steward")
