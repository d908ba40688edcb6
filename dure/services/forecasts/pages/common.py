"""What every page of forecasts begins with: who asks, and how a level, a day, a notice is worded."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, pgettext

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.foundations.places import queries as known_places
from dure.kit import show
from dure.services.forecasts import names, queries
from dure.services.forecasts.rules import levels
from dure.services.forecasts.types import (
    Cell,
    Change,
    ImpactLevel,
    Notice,
    ToldNotice,
    WarningDegree,
    WarningStanding,
)

NOON = 12
NAMED_DAYS = 3


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def level_of(level: ImpactLevel) -> Mapping[str, Any]:
    """A level with its word, colour and shape."""
    look = levels.IMPACT[level]
    return {
        "level": level.value,
        "word": names.LEVELS[level],
        "colour": look.colour.value,
        "colour_word": names.COLOURS[look.colour],
        "mark": look.mark.value,
    }


def degree_of(degree: WarningDegree) -> dict[str, Any]:
    """A degree of weather warnings with its word, colour and shape."""
    look = levels.WARNED[degree]
    return {"word": names.DEGREES[degree], "colour": look.colour.value, "mark": look.mark.value}


def warning_of(one: WarningStanding) -> dict[str, Any]:
    """A warning that holds: what it is called, from when on, who said so and when."""
    degree = one.degree or WarningDegree.WARNING
    return {
        "look": degree_of(degree),
        "word": names.warning_word(one.subject.kind, degree, one.words),
        "kind": one.subject.kind,
        "is_strange": names.is_strange(one.subject.kind, degree),
        "is_doubted": one.missed is not None,
        "later": names.warning_from(one.effective, one.issued),
        "source": names.ROLES[one.role],
        "issued": one.issued,
    }


def cell_of(cell: Cell) -> Mapping[str, Any]:
    """What stands on a day: a level with the hazard, its source and time; none; or that nothing is known."""
    said: dict[str, Any] = {"day": cell.day, "day_word": day_word(cell.day), "is_known": cell.is_known}
    if cell.standing is None:
        return said | ({"look": level_of(ImpactLevel.NONE)} if cell.is_known else {})
    one = cell.standing
    return said | {
        "look": level_of(one.level),
        "code": one.subject.hazard.value,
        "hazard": names.HAZARDS[one.subject.hazard] if one.level is not ImpactLevel.NONE else "",
        "source": names.ROLES[one.role],
        "issued": one.issued,
        "is_known": True,
    }


def notice_of(told: ToldNotice, zones: Mapping[str, str]) -> Mapping[str, Any]:
    """A notice in lines for eyes, and in sentences for ears."""
    if told.alert is not None:
        return _alert_notice(told)
    if told.warnings:
        return _warned_notice(told, zones)
    notice = Notice(told.reader, told.at, told.changes)
    source = names.source_of(notice)
    return {
        "notice": told,
        "lines": names.on_screen(notice, zones, source),
        "changes": [_change_of(change, zones) for change in told.changes],
        "issues": [
            {"source": names.ROLES[role], "issued": issued}
            for role, issued in dict.fromkeys((change.role, change.issued) for change in told.changes)
        ],
        "aloud": names.for_ears(notice, zones, source),
    }


def _change_of(change: Change, zones: Mapping[str, str]) -> Mapping[str, Any]:
    """One change with its level in word, colour and shape, and where and when it is."""
    subject, word, on = change.subject, day_word(change.subject.day), show.day(change.subject.day)
    return {
        "look": level_of(change.level),
        "headline": names.headline(change),
        "day": word if word == on else f"{word} ({on})",
        "zone": zones.get(subject.zone, subject.zone),
        "field": names.FIELDS[subject.field],
    }


def _warned_notice(told: ToldNotice, zones: Mapping[str, str]) -> Mapping[str, Any]:
    """A notice of weather warnings, whose scale is another one."""
    return {
        "notice": told,
        "lines": names.warned_on_screen(told.warnings, zones),
        "changes": [
            {
                "look": degree_of(one.degree) if one.degree else level_of(ImpactLevel.NONE),
                "headline": names.warned_headline(one),
                "day": names.warning_from(one.effective, one.issued) if one.degree else "",
                "zone": zones.get(one.subject.zone, one.subject.zone),
            }
            for one in told.warnings
        ],
        "issues": [
            {"source": names.ROLES[role], "issued": issued, "is_over": is_over}
            for role, issued, is_over in dict.fromkeys((one.role, one.issued, not one.degree) for one in told.warnings)
        ],
        "aloud": names.warned_for_ears(told.warnings, zones),
    }


def _alert_notice(told: ToldNotice) -> Mapping[str, Any]:
    """A notice of an alert, at the level that it was to this reader; of one not believed any more only that it was one."""
    try:
        found = queries.alert(told.alert or told.id)
    except NotFound:
        gone = gettext("An alert that is not believed any more.")
        return {"notice": told, "lines": (gone,), "aloud": gone}
    what = told.telling
    first, where, said = names.alert_lines(found, what)
    headline = f"{names.TELLINGS[what]}: {first}" if what else first
    look = level_of(queries.spoken_of(found).level if told.level is None else told.level)
    word = "" if what in names.ENDED else str(look["word"])
    spoken = f"{word}: {headline}" if word else headline
    return {
        "notice": told,
        "lines": tuple(line for line in (headline, where, said) if line),
        "changes": [{"look": look, "spoken": word, "headline": headline, "zone": where, "said": said}],
        "aloud": ". ".join(line for line in (spoken, where) if line),
        "alert": found.id,
    }


def day_word(day: date) -> str:
    """Today, tomorrow, the day after; else the date."""
    ahead = (day - clock.today()).days
    words = (
        pgettext("day", "Today"),
        pgettext("day", "Tomorrow"),
        pgettext("day", "Day after tomorrow"),
    )
    return words[ahead] if 0 <= ahead < NAMED_DAYS else show.day(day)


def hour_word(hour: int) -> str:
    """An hour as one says it."""
    if hour == 0:
        return gettext("midnight")
    if hour == NOON:
        return gettext("12 noon")
    if hour < NOON:
        return gettext("{n} in the morning").format(n=hour)
    return gettext("{n} in the afternoon").format(n=hour - NOON)


def hours() -> list[tuple[str, str]]:
    """All hours, to choose one."""
    return [(str(hour), hour_word(hour)) for hour in range(24)]


def region_names(codes: Iterable[str]) -> Mapping[str, str]:
    """The full names of regions; the code itself where no list has it."""
    wanted = frozenset(codes)
    known = known_places.regions(wanted) if wanted else {}
    return {code: known[code].path if code in known else code for code in wanted}


def zones_in(told: Iterable[ToldNotice]) -> Mapping[str, str]:
    """What the zones in these notices are called."""
    notices = tuple(told)
    zones = frozenset(change.subject.zone for one in notices for change in one.changes)
    zones |= frozenset(change.subject.zone for one in notices for change in one.warnings)
    return queries.zone_names(zones) if zones else {}
