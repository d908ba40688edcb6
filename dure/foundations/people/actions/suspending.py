"""Taking a platform role away from somebody who holds it: one steward suspends it at once, another one decides."""

from uuid import UUID

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import models, queries, rules
from dure.foundations.people.types import Actor, PersonId, PlatformRole, RoleSuspended
from dure.kit import outbox, tx

from .members import open_admin


def suspend_role(by: Actor, person: PersonId, role: PlatformRole) -> UUID:
    """From now on the role counts nowhere, until a second steward decides or its time is over. Answers the id of the grant.

    Raises NotAllowed, NotFound, SecondSteward, NobodyToConfirm.
    """
    tx.demand()
    stewards = _stewards()
    held = models.roles_begun().select_for_update().filter(person_id=person, role=role).first()
    if held is None:
        raise NotFound(what="role")
    last_by = PersonId(held.suspended_by_id) if held.suspended_by_id else None
    held.suspended_by_id = rules.may_suspend_role(by, person, last_by, stewards)
    held.suspended_at, held.lifted_by_id, held.lifted_at = clock.now(), None, None
    held.save()
    open_admin(person)
    outbox.emit(RoleSuspended(grant=held.id, at=held.suspended_at))
    return held.id


def end_role(by: Actor, grant: UUID) -> None:
    """The second steward's yes: the suspended role is over. Raises NotAllowed, NotFound, SecondSteward."""
    tx.demand()
    held, me = _decide(by, grant, for_good=True)
    held.revoked_by_id, held.revoked_at = me, clock.now()
    held.save()
    open_admin(PersonId(held.person_id))


def lift_suspension(by: Actor, grant: UUID) -> None:
    """The suspended role goes on from now. Raises NotAllowed, NotFound, SecondSteward."""
    tx.demand()
    held, me = _decide(by, grant, for_good=False)
    held.lifted_by_id, held.lifted_at = me, clock.now()
    held.save()
    open_admin(PersonId(held.person_id))


def _stewards() -> frozenset[PersonId]:
    """Who is a steward at this moment, with nobody else changing that until the transaction ends."""
    return frozenset(queries.holders(PlatformRole.STEWARD, lock=True))


def _decide(by: Actor, grant: UUID, *, for_good: bool) -> tuple[models.RoleGrant, PersonId]:
    stewards = _stewards()
    held = models.roles_suspended().select_for_update().filter(id=grant).first()
    if held is None:
        raise NotFound(what="role")
    suspended_by = PersonId(held.suspended_by_id) if held.suspended_by_id else None
    return held, rules.may_end_suspension(by, PersonId(held.person_id), suspended_by, stewards, for_good=for_good)
