"""Who acts: ids, roles, and the Actor that every action takes first.

It lies here, below all houses, because places and vault stand under people and take it too; others know it from
`dure.foundations.people.types`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
OrganisationId = NewType("OrganisationId", UUID)


class PlatformRole(StrEnum):
    """What somebody may do for the whole installation."""

    STEWARD = "steward"  # vets, decides, runs the platform's desk
    AUDITOR = "auditor"  # reads everything, changes nothing


class OrgRole(StrEnum):
    """What somebody may do for one organisation."""

    OWNER = "owner"  # binds it: accepts, signs payouts, names staff
    STAFF = "staff"  # works for it: writes plans and reports


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the actions see it. Made by a face from its request, by a task from `system`."""

    person: PersonId | None
    name: str = ""
    verified: bool = False  # proved an e-mail address or better
    roles: frozenset[PlatformRole] = frozenset()
    memberships: frozenset[tuple[OrganisationId, OrgRole]] = frozenset()
    is_system: bool = False

    @property
    def is_steward(self) -> bool:
        return PlatformRole.STEWARD in self.roles

    @property
    def is_auditor(self) -> bool:
        return PlatformRole.AUDITOR in self.roles

    def works_for(self, organisation: OrganisationId) -> bool:
        """Any role in it."""
        return any(org == organisation for org, _ in self.memberships)

    def owns(self, organisation: OrganisationId) -> bool:
        return (organisation, OrgRole.OWNER) in self.memberships


NOBODY = Actor(person=None)


def system(name: str) -> Actor:
    """The platform itself, acting by a task or a reaction called `name`."""
    return Actor(person=None, name=name, is_system=True)
