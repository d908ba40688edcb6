"""Reads about persons: the Actor, cards, names, identity, roles."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import connection
from django.db.models import Q

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import models, rules
from dure.foundations.people.types import (
    NOBODY,
    Actor,
    Identity,
    OrganisationId,
    OrgRole,
    PersonCard,
    PersonId,
    PlatformRole,
    Profile,
    RoleGrant,
)
from dure.kit import sqlfiles

PAGE_SIZE_MAX = 100


@cache
def _actor_statement() -> str:
    return sqlfiles.load("dure.foundations.people", "actor").text


def actor(person: UUID | None) -> Actor:
    """Who acts when `person` is logged in; NOBODY for None and for closed or locked accounts. One statement."""
    if person is None:
        return NOBODY
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_actor_statement(), {"person": person, "now": now, "lapsed": now - rules.SUSPENSION_LASTS})
        row = cursor.fetchone()
    if row is None:
        return NOBODY
    person_id, name, verified, roles, memberships = row
    return Actor(
        person=PersonId(person_id),
        name=name,
        verified=verified,
        roles=frozenset(PlatformRole(role) for role in roles),
        memberships=frozenset((OrganisationId(UUID(org)), OrgRole(role)) for org, role in memberships),
    )


def card_of(row: models.Person) -> PersonCard:
    return PersonCard(
        id=PersonId(row.id),
        name=row.name,
        initials=rules.initials(row.name),
        verified=row.verified_at is not None,
        closed=row.closed_at is not None,
        joined_at=row.joined_at,
    )


def person(person: UUID) -> PersonCard:
    """What others may see of a person, also of one who left. Raises NotFound."""
    found = models.Person.objects.filter(id=person).first()
    if found is None:
        raise NotFound(what="person")
    return card_of(found)


def persons(ids: Iterable[UUID]) -> Mapping[PersonId, PersonCard]:
    """Cards of many persons in one statement; unknown ids are missing."""
    return {PersonId(row.id): card_of(row) for row in models.Person.objects.filter(id__in=set(ids))}


def names(ids: Iterable[UUID]) -> Mapping[PersonId, str]:
    """Names of many persons in one statement; the name of a closed account is empty."""
    rows = models.Person.objects.filter(id__in=set(ids)).values_list("id", "name")
    return {PersonId(person_id): name for person_id, name in rows}


def profile(person: UUID) -> Profile:
    """What a person sees of themselves. Raises NotFound."""
    row = models.Person.objects.filter(id=person, closed_at__isnull=True).first()
    if row is None:
        raise NotFound(what="person")
    return Profile(
        id=PersonId(row.id),
        name=row.name,
        email=row.email,
        region=row.region,
        language=row.language,
        joined_at=row.joined_at,
        verified_at=row.verified_at,
    )


def identity_of(person: UUID) -> Identity:
    """How this human is told from another where each counts once (agreement gates). Raises NotFound."""
    row = models.Person.objects.filter(id=person).first()
    if row is None:
        raise NotFound(what="person")
    return Identity(
        person=PersonId(row.id),
        key=row.email_key or str(row.id),
        verified=row.verified_at is not None and row.closed_at is None,
        joined_at=row.joined_at,
    )


def gone_since(before: datetime) -> frozenset[PersonId]:
    """Accounts closed until `before`. For houses that erase what they kept of their people."""
    rows = models.Person.objects.filter(closed_at__lte=before).values_list("id", flat=True)
    return frozenset(PersonId(person_id) for person_id in rows)


def is_address_taken(email: str, *, besides: UUID | None = None) -> bool:
    """Whether any spelling of this mailbox belongs to an account, or to one closed a short while ago."""
    found = models.Person.objects.filter(email_key=models.email_key(email))
    return (found.exclude(id=besides) if besides else found).exists()


def find_persons(text: str, *, limit: int = 20) -> tuple[PersonCard, ...]:
    """Open accounts whose name contains `text` or whose e-mail address is `text`. For the stewards' desk."""
    found = models.Person.objects.filter(closed_at__isnull=True).filter(
        Q(name__icontains=text.strip()) | Q(email=text.strip().lower())
    )
    return tuple(card_of(row) for row in found.order_by("name", "id")[: min(limit, PAGE_SIZE_MAX)])


def stewards() -> tuple[PersonId, ...]:
    """Everybody who is a steward now."""
    return holders(PlatformRole.STEWARD)


def holders(role: PlatformRole, *, lock: bool = False) -> tuple[PersonId, ...]:
    """Everybody who holds `role` now, in order of id."""
    rows = models.roles_begun().filter(role=role).order_by("person_id")
    if lock:
        rows = rows.select_for_update()
    return tuple(PersonId(person_id) for person_id in rows.values_list("person_id", flat=True))


def sample_persons(*, limit: int = 60) -> tuple[PersonCard, ...]:
    """The sample people of a demonstration, those who came first first."""
    rows = models.Person.objects.filter(email__endswith=f"@{rules.SAMPLE_DOMAIN}", closed_at__isnull=True)
    return tuple(card_of(row) for row in rows.order_by("joined_at", "id")[: min(limit, PAGE_SIZE_MAX)])


def person_by_email(by: Actor, email: str) -> PersonCard:
    """The open account behind an e-mail address, for stewards who name one. Raises NotAllowed, NotFound."""
    rules.may_find_by_address(by)
    row = models.Person.objects.filter(email=email.strip().lower(), closed_at__isnull=True).first()
    if row is None:
        raise NotFound(what="person")
    return card_of(row)


def role_grants(by: Actor) -> tuple[RoleGrant, ...]:
    """All platform roles held, to begin, or asked for, stewards first. Raises NotAllowed."""
    rules.may_see_desk(by)
    rows = models.RoleGrant.objects.filter(revoked_at__isnull=True).select_related("person").order_by("-role", "id")
    return tuple(map(_grant, rows))


def role_grant(grant: UUID) -> RoleGrant | None:
    """One grant, for telling somebody of it; None once it is taken back."""
    row = models.RoleGrant.objects.filter(id=grant, revoked_at=None).select_related("person").first()
    return _grant(row) if row else None


def roles_to_confirm(by: Actor) -> tuple[RoleGrant, ...]:
    """Roles asked for and suspensions that wait for this steward's yes; none for anybody else."""
    if by.person is None or not by.is_steward:
        return ()
    asked = Q(granted_at=None) & ~Q(asked_by_id=by.person)
    ending = Q(id__in=models.roles_suspended().values("id")) & ~Q(suspended_by_id=by.person)
    rows = models.RoleGrant.objects.filter(asked | ending, revoked_at=None).exclude(person_id=by.person)
    return tuple(map(_grant, rows.select_related("person").order_by("id")))


def _grant(row: models.RoleGrant) -> RoleGrant:
    until = row.suspended_at + rules.SUSPENSION_LASTS if row.suspended_at and row.lifted_at is None else None
    suspended = until is not None and until > clock.now()
    return RoleGrant(
        id=row.id,
        person=card_of(row.person),
        role=PlatformRole(row.role),
        asked_by=PersonId(row.asked_by_id) if row.asked_by_id else None,
        asked_at=row.asked_at,
        granted_by=PersonId(row.granted_by_id) if row.granted_by_id else None,
        since=(row.starts_at or row.granted_at) if row.granted_at else None,
        begun=row.granted_at is not None and (row.starts_at is None or row.starts_at <= clock.now()),
        suspended_by=PersonId(row.suspended_by_id) if suspended and row.suspended_by_id else None,
        suspended_until=until if suspended else None,
    )
