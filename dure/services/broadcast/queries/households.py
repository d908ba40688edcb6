"""Telephones that listen without an account."""

import hmac
from typing import Final

from dure.base import clock
from dure.base.actors import Actor, OrganisationId
from dure.kit import keys, seals
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits, studio
from dure.services.broadcast.types import Household, HouseholdId, HouseholdState, VillageId

from .villages import tenures_of, village

NAME_SEAL: Final = "broadcast.household.name.v1"
NUMBER_SEAL: Final = "broadcast.household.number.v1"
HASH_KEY: Final = "broadcast.household.hash.v1"
HOUSEHOLDS_MAX: Final = 500
SHOWN: Final = (HouseholdState.ASKED, HouseholdState.LISTENING, HouseholdState.REFUSED, HouseholdState.LAPSED)


def households(by: Actor, village_id: VillageId) -> tuple[Household, ...]:
    """The telephones of a village that listen or were asked to, for who speaks to it or appoints who does. Raises NotAllowed."""
    demand_of_village(by, village_id)
    rows = models.Household.objects.filter(village_id=village_id, state__in=SHOWN).order_by("-entered_at", "-id")
    return tuple(household_of(row) for row in rows[:HOUSEHOLDS_MAX])


def demand_of_village(by: Actor, village_id: VillageId) -> None:
    """Who speaks to a village, or appoints who does. Raises NotAllowed, NotFound."""
    person = permits.somebody(by)
    if village_id not in studio.villages_of(person, tenures_of([person]), clock.today()):
        permits.may_appoint(by, OrganisationId(village(village_id).organisation))


def number_hash(number: str) -> bytes:
    """By which a number is found again."""
    return hmac.digest(keys.derived(HASH_KEY), number.encode(), "sha256")


def household_of(row: models.Household) -> Household:
    """The row as a value."""
    return Household(
        id=HouseholdId(row.id),
        name=seals.unseal(NAME_SEAL, row.id, bytes(row.sealed_name)).decode(),
        number=number_of(row),
        state=HouseholdState(row.state),
        entered_at=row.entered_at,
        agreed_at=row.agreed_at,
    )


def number_of(row: models.Household) -> str:
    """The number of a row."""
    return seals.unseal(NUMBER_SEAL, row.id, bytes(row.sealed_number)).decode()
