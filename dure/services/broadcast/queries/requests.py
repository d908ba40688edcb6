"""What children asked for their parents, for them and for who speaks to the village."""

from collections.abc import Iterable
from typing import Final

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.kit import seals
from dure.services.broadcast import models
from dure.services.broadcast.rules import permits
from dure.services.broadcast.rules import requests as rules
from dure.services.broadcast.types import HouseholdState, ParentRequest, RequestId, RequestState, VillageId

from .households import demand_of_village

NAME_SEAL: Final = "broadcast.parent_request.name.v1"
NUMBER_SEAL: Final = "broadcast.parent_request.number.v1"
SHOWN_MAX: Final = 100


def requests_of(by: Actor, village: VillageId) -> tuple[ParentRequest, ...]:
    """What somebody asked of a village, the newest first. Raises NotAllowed."""
    rows = models.ParentRequest.objects.filter(person_id=permits.somebody(by), village_id=village)
    return _requests(rows.select_related("village", "household").order_by("-asked_at", "-id")[:SHOWN_MAX])


def requests_to(by: Actor, village: VillageId) -> tuple[ParentRequest, ...]:
    """What waits for the word of who speaks to a village, or appoints who does, the oldest first. Raises NotAllowed, NotFound."""
    demand_of_village(by, village)
    since = clock.now() - rules.LASTS
    rows = models.ParentRequest.objects.filter(village_id=village, state=RequestState.WAITING, asked_at__gt=since)
    return _requests(rows.select_related("village", "household").order_by("asked_at", "id")[:SHOWN_MAX])


def request_of(row: models.ParentRequest) -> ParentRequest:
    """The row as a value."""
    parent = HouseholdState(row.household.state) if row.household else None
    return ParentRequest(
        id=RequestId(row.id),
        by=PersonId(row.person_id),
        village=row.village.name,
        name=seals.unseal(NAME_SEAL, row.id, bytes(row.sealed_name)).decode(),
        number=seals.unseal(NUMBER_SEAL, row.id, bytes(row.sealed_number)).decode(),
        standing=rules.standing_of(RequestState(row.state), parent, row.asked_at, clock.now()),
        asked_at=row.asked_at,
        lapses_at=rules.lapses_at(row.asked_at),
        ended_at=row.ended_at,
    )


def _requests(rows: Iterable[models.ParentRequest]) -> tuple[ParentRequest, ...]:
    return tuple(map(request_of, rows))
