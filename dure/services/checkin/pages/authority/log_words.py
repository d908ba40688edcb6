"""What the authority's public log says of offices and queries, in words that people read."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext, ngettext

from dure.kit import show
from dure.kit.ui import told
from dure.services.checkin.names import GROUNDS
from dure.services.checkin.types import LegalBasis


def _office(said: Mapping[str, Any]) -> str:
    return gettext("An office that may ask: {name}").format(name=said["name"])


def _logged(said: Mapping[str, Any]) -> str:
    hours = int(said["hours"])
    text = ngettext(
        "An office asks about one place for {hours} hour. Ground: {ground}. Filed on {day}.",
        "An office asks about one place for {hours} hours. Ground: {ground}. Filed on {day}.",
        hours,
    )
    return text.format(hours=hours, ground=GROUNDS[LegalBasis(said["basis"])], day=_day(said["filed_on"]))


def _refused(said: Mapping[str, Any]) -> str:
    if said.get("by_itself") is True:
        text = gettext("On {day} a query ended by itself, because no second officer decided on it.")
    else:
        text = gettext("On {day} a second officer refused a query.")
    return text.format(day=_day(said["refused_on"]))


def _closed(said: Mapping[str, Any]) -> str:
    hours = int(said["hours"])
    text = ngettext(
        "A query was closed on {closed}. It was about {day}, from {first}:00 for {hours} hour; at most {told} people were told.",
        "A query was closed on {closed}. It was about {day}, from {first}:00 for {hours} hours; at most {told} people were told.",
        hours,
    )
    if said.get("by_itself") is True:
        text = f"{text} {gettext('It closed by itself, because no officer closed it.')}"
    return text.format(
        closed=_day(said["closed_on"]),
        day=_day(said["day"]),
        first=int(said["first_hour"]),
        hours=hours,
        told=show.count(int(said["told_at_most"])),
    )


def _day(said: str) -> str:
    return show.day(date.fromisoformat(said))


LOG_WORDS: Final[Mapping[str, told.Words]] = {
    "office.opened": _office,
    "query.logged": _logged,
    "query.refused": _refused,
    "query.closed": _closed,
}
