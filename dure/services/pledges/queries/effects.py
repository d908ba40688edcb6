"""What a settled season did: for the figures of the whole place."""

from typing import Final

from django.db.models import Exists, OuterRef

from dure.base.actors import PersonId
from dure.services.pledges import models
from dure.services.pledges.rules import days
from dure.services.pledges.types import PledgeId, SeasonEffect, SeasonId

from .figures import told_figures

LAST_DAYS: Final = 14  # who still proves a day in these kept on to the end


def effect_of(season_id: SeasonId) -> SeasonEffect | None:
    """What a settled season did, its sums as its own page tells them; None before it is settled, and of fewer people than sums
    are told of. Raises NotFound.
    """
    told = told_figures(season_id)
    if told is None or told.kept_days is None:
        return None
    rows = models.Settlement.objects.filter(pledge__project__season_id=season_id)
    last = models.Proof.objects.filter(
        pledge=OuterRef("pledge"), state__in=days.COUNTING, day__gt=days.SEASON_DAYS - LAST_DAYS
    )
    keepers = rows.filter(kept__gt=0).order_by("pledge_id").values_list("pledge_id", "pledge__person_id")
    return SeasonEffect(
        deposits=rows.count(),
        kept_on=rows.filter(Exists(last)).count(),
        kept_days=told.kept_days,
        given=told.donation,
        returned=told.refund,
        keepers=tuple((PledgeId(pledge), PersonId(person)) for pledge, person in keepers),
    )
