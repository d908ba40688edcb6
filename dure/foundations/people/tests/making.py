"""Persons and organisations for tests."""

from itertools import count

from allauth.account.models import EmailAddress

from dure.base import clock
from dure.foundations.people import actions, queries, rules
from dure.foundations.people.models import Person
from dure.foundations.people.types import (
    Actor,
    Decision,
    OrganisationForm,
    OrganisationId,
    OrgKind,
    OrgRole,
    PersonId,
    PlatformRole,
    system,
)
from dure.kit import tx

_numbers = count(1)
PASSWORD = "a long sample password"


def person(name: str = "김예시", *, email: str = "", verified: bool = True) -> Actor:
    """Somebody with an account."""
    address = email or f"person{next(_numbers)}@sample.invalid"
    row = Person.objects.create_user(address, name=name, verified_at=clock.now() if verified else None)
    EmailAddress.objects.create(user=row, email=address, verified=verified, primary=True)
    return queries.actor(row.id)


def fresh(actor: Actor) -> Actor:
    """The same person with the roles and memberships they have by now."""
    return queries.actor(actor.person)


def steward(name: str = "박운영") -> Actor:
    return with_role(person(name), PlatformRole.STEWARD)


def auditor(name: str = "최감사") -> Actor:
    return with_role(person(name), PlatformRole.AUDITOR)


def with_role(actor: Actor, role: PlatformRole) -> Actor:
    with tx.durable():
        actions.grant_role(system("test"), id_of(actor), role)
    return fresh(actor)


def number(serial: int = 0, pair: str = "82") -> str:
    """A business number with a right check digit."""
    first_nine = f"{100 + serial % 900:03}{pair}{serial % 10000:04}"
    return f"{first_nine}{rules.business_check_digit(first_nine)}"


def form(**changes: object) -> OrganisationForm:
    said: dict[str, object] = {
        "name": "솔내리 이웃돕기회",
        "kind": OrgKind.NGO,
        "registration_number": number(next(_numbers)),
        "representative": "김예시",
        "contact_email": "office@sample.invalid",
        "address": "가람군 솔내면 솔내리 1",
    }
    return OrganisationForm(**(said | changes))  # type: ignore[arg-type]  # names and values are given by the test


def organisation(owner: Actor, **changes: object) -> tuple[OrganisationId, Actor]:
    """An organisation and its owner, as they are afterwards."""
    with tx.durable():
        made = actions.register_organisation(owner, form(**changes))
    return made, fresh(owner)


def verified_organisation(owner: Actor, **changes: object) -> tuple[OrganisationId, Actor]:
    made, owner = organisation(owner, **changes)
    decider = steward()
    with tx.durable():
        actions.submit_verification(owner, made)
        actions.decide_verification(decider, made, Decision.VERIFY)
    return made, owner


def member(organisation: OrganisationId, owner: Actor, role: OrgRole = OrgRole.STAFF) -> Actor:
    """Somebody invited into it who accepted."""
    joining = person("이함께")
    email = Person.objects.get(id=id_of(joining)).email
    with tx.durable():
        invitation = actions.invite_member(owner, organisation, email, role)
        actions.accept_invitation(joining, invitation)
    return fresh(joining)


def id_of(actor: Actor) -> PersonId:
    assert actor.person is not None
    return actor.person
