"""Words for markets and shops."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.services.market.types import Place, Rhythm

RHYTHMS: Mapping[Rhythm, Promise] = {
    Rhythm.DAILY: _("Open every day"),
    Rhythm.FIVE_DAYS: _("Every five days"),
    Rhythm.BOTH: _("Shops every day, stalls every five days"),
}
PLACES: Mapping[Place, Promise] = {
    Place.NONE: _("On a street of its own"),
    Place.ASKED: _("Waits for the association"),
    Place.ACCEPTED: _("One of the market's shops"),
    Place.REFUSED: _("Not one of the market's shops"),
}


def days_of(days: tuple[int, ...]) -> str:
    """On which days a five-day market is held: "on days that end in 2 or 7"."""
    if not days:
        return ""
    said = "·".join(str(day or 10) for day in sorted(days, key=lambda day: day or 10))
    return gettext("On days that end in {days}").format(days=said)
