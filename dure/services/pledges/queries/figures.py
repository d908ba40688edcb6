"""What everybody may know of a season: sums, each of five people or more."""

from collections import defaultdict
from uuid import UUID

from django.db.models import QuerySet, Sum

from dure.services.pledges import models
from dure.services.pledges.rules import telling
from dure.services.pledges.types import ReceiverId, ReceiverSum, SeasonId, SeasonState, ToldFigures

from .seasons import figures, receiver_sums, season


def told_figures(season_id: SeasonId) -> ToldFigures | None:
    """A season in sums; None while fewer people than FLOOR are in it. Raises NotFound."""
    state, found = season(season_id).state, figures(season_id)
    if found is None:
        return None
    books = state is SeasonState.SETTLED
    sums = books and telling.is_told(_givers(season_id))
    return ToldFigures(
        projects=found.projects,
        people=found.people,
        kept_days=found.kept_days if books else None,
        refund=found.refund if sums else None,
        donation=found.donation if sums else None,
        fee=found.fee if sums else None,
    )


def told_sums(season_id: SeasonId) -> tuple[ReceiverSum, ...]:
    """What receivers of a season were settled to receive, of those of which it may be told, once it is settled. It stays as it
    was published: a correction is one person's, and its won are not told. Raises NotFound.
    """
    if season(season_id).state is not SeasonState.SETTLED:
        return ()
    gave: dict[ReceiverId, set[UUID]] = defaultdict(set)
    won = dict(_gifts(season_id).values_list("receiver_id").annotate(Sum("donation")))
    sums = [ReceiverSum(one.receiver, won.get(one.receiver.id, 0), one.paid) for one in receiver_sums(season_id)]
    for one in sums:
        gave[one.receiver.id] = set()
    rows = _gifts(season_id).filter(receiver__isnull=False)
    for receiver, person in rows.values_list("receiver_id", "pledge__person_id").distinct():
        gave[ReceiverId(receiver)].add(person)
    may_be = telling.told(gave)
    return tuple(one for one in sums if one.receiver.id in may_be)


def _givers(season_id: SeasonId) -> int:
    return _gifts(season_id).values("pledge__person").distinct().count()


def _gifts(season_id: SeasonId) -> QuerySet[models.Settlement]:
    """Those deposits of which something was given."""
    return models.Settlement.objects.filter(pledge__project__season_id=season_id, donation__gt=0).order_by()
