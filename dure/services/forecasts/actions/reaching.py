"""A steward has people told in regions that an alert does not name. Locks: the alert."""

from collections.abc import Sequence
from typing import Final

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotFound
from dure.foundations.places import queries as places
from dure.kit import tx
from dure.services.forecasts import models
from dure.services.forecasts.queries.alerts import may_be_told
from dure.services.forecasts.rules import permits
from dure.services.forecasts.rules.cap import keeping
from dure.services.forecasts.types import AlertId, NothingToTell

from .alerts import tell_at

ADDED_MAX: Final = 50  # regions of one alert


def tell_regions(by: Actor, alert: AlertId, regions: Sequence[str], *, key: str) -> int:
    """Have people told of an alert in regions that it does not name itself; who said so is kept. Answers how many regions are
    new. Nobody hears twice, and whoever heard hears how it goes on.

    Raises NotAllowed, NotFound, BadValue, NothingToTell.
    """
    wanted = tuple(dict.fromkeys(regions))
    with tx.action(by, "forecasts.tell_regions", key, (alert, wanted), int) as done:
        if done:
            return done.answer()
        person, now = permits.may_pin(by), clock.now()
        row = models.Alert.objects.select_for_update().filter(id=alert).first()
        if row is None:
            raise NotFound(what="alert")
        if not may_be_told(row, now):
            raise NothingToTell()
        known = set(row.added.values_list("region", flat=True))
        if not wanted or len(known | set(wanted)) > ADDED_MAX:
            raise BadValue(field="regions", reason="length")
        if len(places.regions(wanted)) != len(wanted):
            raise BadValue(field="regions", reason="unknown")
        new = [one for one in wanted if one not in known]
        models.AlertRegion.objects.bulk_create(
            models.AlertRegion(alert=row, region=one, by_id=person, at=now) for one in new
        )
        row.regions = " ".join(dict.fromkeys((*row.regions.split(), *map(keeping.beginning, new))))
        row.tell_at, row.tell_after = (
            tell_at(row, now),
            None,
        )  # everybody is asked about anew; who heard does not hear again
        row.save(update_fields=["regions", "tell_at", "tell_after"])
        return int(done.keep(len(new)))
