"""What everybody may know of a settled season: sums, each of five people or more."""

from collections import defaultdict
from uuid import UUID

from dure.services.pledges import models
from dure.services.pledges.rules import steps, telling
from dure.services.pledges.types import PledgeState, ReceiverId, ReceiverSum, SeasonId, SeasonState

from .seasons import receiver_sums, season

COUNTED = (*steps.HELD, PledgeState.SETTLED)


def told_sums(season_id: SeasonId) -> tuple[ReceiverSum, ...]:
    """What receivers of a season received, of those of which it may be told, once the season is settled. Raises NotFound."""
    if season(season_id).state is not SeasonState.SETTLED:
        return ()
    chosen: dict[ReceiverId, set[UUID]] = defaultdict(set)
    sums = receiver_sums(season_id)
    for one in sums:
        chosen[one.receiver.id] = set()
    rows = models.Pledge.objects.filter(project__season_id=season_id, state__in=COUNTED, receiver__isnull=False)
    for receiver, person in rows.order_by().values_list("receiver_id", "person_id").distinct():
        chosen[ReceiverId(receiver)].add(person)
    may_be = telling.told(chosen)
    return tuple(one for one in sums if one.receiver.id in may_be)
