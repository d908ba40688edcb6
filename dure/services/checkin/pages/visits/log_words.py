"""What the public log says of the register, in words that people read."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext

from dure.kit import show
from dure.kit.ui import told
from dure.services.checkin.pages.answered import ANSWERED_WORDS


def _venue(said: Mapping[str, Any]) -> str:
    text = gettext("A place that scans was entered: {name} ({organisation})")
    return text.format(name=said["name"], organisation=said["organisation_name"])


def _venue_gone(said: Mapping[str, Any]) -> str:
    return gettext("Since {day} this place may not scan any more: {venue}").format(
        day=_day(said["on"]), venue=said["venue"]
    )


def _scanner(said: Mapping[str, Any]) -> str:
    text = gettext("A scanner of a place was set up. Its key holds from {first} to {last}.")
    return text.format(first=_day(said["first"]), last=_day(said["last"]))


def _scanner_gone(said: Mapping[str, Any]) -> str:
    return gettext("On {day} a scanner was taken away.").format(day=_day(said["on"]))


def _forgotten(said: Mapping[str, Any]) -> str:
    text = gettext("Which codes of {day} were taken is forgotten since {on}.")
    return text.format(day=_day(said["day"]), on=_day(said["on"]))


def _destroyed(said: Mapping[str, Any]) -> str:
    return gettext("The visits of {day} were destroyed on {on}.").format(day=_day(said["day"]), on=_day(said["on"]))


def _day(said: str) -> str:
    return show.day(date.fromisoformat(said))


LOG_WORDS: Final[Mapping[str, told.Words]] = {
    "venue.certified": _venue,
    "venue.revoked": _venue_gone,
    "scanner.certified": _scanner,
    "scanner.revoked": _scanner_gone,
    "day.forgotten": _forgotten,
    "day.destroyed": _destroyed,
    **ANSWERED_WORDS,
}
