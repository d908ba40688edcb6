"""Who has no account listens by telephone: entered by who speaks to the village, asked for their word, called from then on.

Locks: the household. Until whoever picks it up has said yes, nothing but that question goes to a number.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.foundations.channels import queries as ways
from dure.kit import limits, seals, tx
from dure.services.broadcast import models, queries
from dure.services.broadcast.queries.households import (
    NAME_SEAL,
    NUMBER_SEAL,
    demand_of_village,
    household_of,
    number_hash,
)
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import Household, HouseholdId, HouseholdState, SaidNo, Standing, VillageId

__all__ = ["enter_household", "take_household_out"]

DAY_SECONDS: Final = 86_400
ENTERED_PER_DAY_MAX: Final = 60  # of one person


def enter_household(by: Actor, village: VillageId, name: str, number: str, *, key: str) -> Household:
    """Enter who has no account, so that they are called and asked whether they want to hear the village. Who speaks there may,
    and whoever appoints. Raises NotAllowed, NotFound, BadValue, TooOften, SaidNo.
    """
    with tx.action(by, "broadcast.enter_household", key, (village, name, number), UUID) as done:
        if done:
            return household_of(models.Household.objects.get(id=done.answer()))
        demand_of_village(by, village)
        row = put_household(by, village, rules.clean_name(name), rules.clean_number(number), clock.now())
        done.keep(row.id)
        return household_of(row)


def put_household(by: Actor, village: VillageId, name: str, number: str, now: datetime) -> models.Household:
    """Write down a name and a number that are to be asked. Raises NotAllowed, BadValue, TooOften, SaidNo."""
    person, made = permits.somebody(by), ids.new()
    limits.count(f"broadcast.enter_household:{person}", ENTERED_PER_DAY_MAX, DAY_SECONDS)
    _demand_new(village, number)
    return models.Household.objects.create(
        id=made,
        village_id=village,
        sealed_name=seals.seal(NAME_SEAL, made, name.encode()),
        sealed_number=seals.seal(NUMBER_SEAL, made, number.encode()),
        hash=number_hash(number),
        entered_by=person,
        entered_at=now,
        consent=rules.CONSENT_VERSION,
        next_at=rules.asked_at(0, now),
    )


def take_household_out(by: Actor, household: HouseholdId) -> VillageId:
    """Call a number no more. Twice is once. Raises NotAllowed, NotFound."""
    with tx.durable():
        row = models.Household.objects.select_for_update().filter(id=household).first()
        if row is None:
            raise NotFound(what="household")
        demand_of_village(by, VillageId(row.village_id))
        end_household(row, HouseholdState.LEFT)
        return VillageId(row.village_id)


def end_household(row: models.Household, state: HouseholdState) -> None:
    """Nothing goes there any more; the row is locked."""
    if row.ended_at is not None:
        return
    now = clock.now()
    models.Household.objects.filter(id=row.id).update(state=state, ended_at=now, next_at=None)
    models.HouseholdReach.objects.filter(household=row, standing__in=(Standing.WAITING, Standing.TO_VISIT)).update(
        standing=Standing.LEFT, next_at=None, ended_at=now
    )


def _demand_new(village: VillageId, number: str) -> None:
    """Neither listens with this number already, nor said no to it lately. Raises BadValue, SaidNo."""
    known = models.Household.objects.filter(village_id=village, hash=number_hash(number))
    if known.filter(ended_at__isnull=True).exists():
        raise BadValue(field="telephone", reason="twice")
    refused = known.filter(state=HouseholdState.REFUSED).order_by("-ended_at", "-id").first()
    if refused is not None and refused.ended_at and clock.now() < rules.no_until(refused.ended_at):
        raise SaidNo(until=rules.no_until(refused.ended_at))
    try:
        person = ways.whose_number(number)
    except BadValue:  # a land line, which nobody proves
        return
    if person is not None and any(one.village.id == village for one in queries.memberships(person)):
        raise BadValue(field="telephone", reason="twice")
