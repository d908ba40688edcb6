"""What people read and hear for the codes of forecasts: one word a code, for all faces alike; and a notice in whole sentences.

Every text of a forecast has its source and the time at which it was issued. Sentences put no particle behind a name, so that any
name fits; those for ears have no signs that a voice would stumble over.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from dure.base import clock
from dure.kit import show
from dure.kit.faces import Words
from dure.services.forecasts.types import (
    Cell,
    Change,
    ChangeKind,
    Colour,
    CrisisLevel,
    Fault,
    FeedHealth,
    FeedName,
    Field,
    Hazard,
    ImpactLevel,
    Notice,
    RowFault,
    SenderRole,
    UnknownReason,
)

__all__ = [
    "COLOURS",
    "CRISES",
    "FEEDS",
    "FIELDS",
    "HAZARDS",
    "KEYS",
    "LEVELS",
    "ROLES",
    "ROW_FAULTS",
    "WHYS",
    "cells_for_ears",
    "for_ears",
    "headline",
    "on_screen",
    "silence",
    "source_of",
    "spoken_moment",
]

LEVELS: Mapping[ImpactLevel, Words] = {
    ImpactLevel.NONE: pgettext_lazy("impact level", "none"),
    ImpactLevel.ATTENTION: pgettext_lazy("impact level", "attention"),
    ImpactLevel.CAUTION: pgettext_lazy("impact level", "caution"),
    ImpactLevel.WARNING: pgettext_lazy("impact level", "warning"),
    ImpactLevel.DANGER: pgettext_lazy("impact level", "danger"),
}
CRISES: Mapping[CrisisLevel, Words] = {
    CrisisLevel.ATTENTION: pgettext_lazy("crisis level", "attention"),
    CrisisLevel.CAUTION: pgettext_lazy("crisis level", "caution"),
    CrisisLevel.ALERT: pgettext_lazy("crisis level", "alert"),
    CrisisLevel.SERIOUS: pgettext_lazy("crisis level", "serious"),
}
HAZARDS: Mapping[Hazard, Words] = {
    Hazard.HEAT: pgettext_lazy("hazard", "heat"),
    Hazard.COLD: pgettext_lazy("hazard", "cold"),
}
FIELDS: Mapping[Field, Words] = {
    Field.HEALTH: pgettext_lazy("field of a forecast", "health"),
    Field.LIVESTOCK: pgettext_lazy("field of a forecast", "livestock"),
    Field.AQUACULTURE: pgettext_lazy("field of a forecast", "fish farming"),
    Field.FARMING: pgettext_lazy("field of a forecast", "farming"),
    Field.INDUSTRY: pgettext_lazy("field of a forecast", "industry"),
    Field.TRANSPORT: pgettext_lazy("field of a forecast", "transport"),
}
COLOURS: Mapping[Colour, Words] = {
    Colour.GREY: pgettext_lazy("colour", "grey"),
    Colour.GREEN: pgettext_lazy("colour", "green"),
    Colour.BLUE: pgettext_lazy("colour", "blue"),
    Colour.YELLOW: pgettext_lazy("colour", "yellow"),
    Colour.ORANGE: pgettext_lazy("colour", "orange"),
    Colour.RED: pgettext_lazy("colour", "red"),
}


FEEDS: Mapping[FeedName, Words] = {
    FeedName.IMPACT_HEAT: gettext_lazy("Impact forecast of heat"),
    FeedName.IMPACT_COLD: gettext_lazy("Impact forecast of cold"),
    FeedName.WARNINGS: gettext_lazy("Weather warnings"),
    FeedName.MESSAGES: gettext_lazy("Disaster messages"),
}
KEYS: Mapping[FeedName, str] = {FeedName.MESSAGES: "DURE_DISASTER_KEY"}  # the setting without which it is not asked
ROLES: Mapping[SenderRole, Words] = {
    SenderRole.AUTHORITY: gettext_lazy("Korea Meteorological Administration"),
    SenderRole.COUNTY: gettext_lazy("the county office"),
    SenderRole.MIRROR: gettext_lazy("passed on, not official"),
}
WHYS: Mapping[UnknownReason | Fault, Words] = {
    UnknownReason.EMPTY_BODY: gettext_lazy("an empty answer"),
    UnknownReason.TOO_LARGE: gettext_lazy("more than can be read"),
    UnknownReason.ENCODING: gettext_lazy("letters that cannot be read"),
    UnknownReason.WEB_PAGE: gettext_lazy("a web page in place of the forecast"),
    UnknownReason.ERROR_ANSWER: gettext_lazy("an error of theirs"),
    UnknownReason.OTHER_FORMAT: gettext_lazy("another form than agreed"),
    UnknownReason.NO_HEADER: gettext_lazy("a list without its header"),
    UnknownReason.TRUNCATED: gettext_lazy("a list that was cut"),
    UnknownReason.UNREADABLE_ROW: gettext_lazy("a row that cannot be read"),
    Fault.NOT_REACHED: gettext_lazy("not reached"),
    Fault.TOO_SLOW: gettext_lazy("too slow"),
    Fault.CUT: gettext_lazy("shorter than announced"),
    Fault.STATUS: gettext_lazy("an error of theirs"),
    Fault.BUSY: gettext_lazy("they ask us to wait"),
    Fault.BROKE: gettext_lazy("an error of our own"),
    Fault.LATE: gettext_lazy("came after a newer answer, not taken in"),
}


ROW_FAULTS: Mapping[RowFault, Words] = {
    RowFault.COLUMNS: gettext_lazy("another number of columns"),
    RowFault.LETTERS: gettext_lazy("letters that cannot be read"),
    RowFault.ZONE: gettext_lazy("no zone"),
    RowFault.MOMENT: gettext_lazy("no time that can be read"),
    RowFault.AHEAD: gettext_lazy("a time too far ahead"),
    RowFault.KIND: gettext_lazy("a kind that we do not know"),
    RowFault.DEGREE: gettext_lazy("a grade that we do not know"),
    RowFault.COMMAND: gettext_lazy("nothing that says what happens"),
    RowFault.BOUNDS: gettext_lazy("longer or larger than anything true"),
    RowFault.VALUE: gettext_lazy("a value that is missing or cannot be read"),
}


def source_of(notice: Notice) -> str:
    """Who says so, all of them."""
    return ", ".join(str(ROLES[role]) for role in dict.fromkeys(change.role for change in notice.changes))


def on_screen(notice: Notice, zones: Mapping[str, str], source: str) -> tuple[str, ...]:
    """A notice in lines, the worst first: one for each change, with who said it and when."""
    return tuple(
        _("{change} · {source}, issued {moment}").format(
            change=_change_on_screen(change, zones), source=source, moment=show.moment(change.issued)
        )
        for change in notice.changes
    )


def headline(change: Change) -> str:
    """What a change says, for a page that shows where and when beside it."""
    words = {"hazard": HAZARDS[change.subject.hazard], "before": LEVELS[change.before], "level": LEVELS[change.level]}
    match change.kind:
        case ChangeKind.FIRST:
            return _("{hazard}: {level}").format(**words)
        case ChangeKind.UPGRADE:
            return _("{hazard} up from {before} to {level}").format(**words)
        case ChangeKind.DOWNGRADE:
            return _("{hazard} down from {before} to {level}").format(**words)
        case ChangeKind.ALL_CLEAR:
            return _("{hazard}: {before} is over").format(**words)


def for_ears(notice: Notice, zones: Mapping[str, str], source: str) -> str:
    """The same in sentences to be spoken."""
    return " ".join(_sentences(notice, zones, source))


def cells_for_ears(place: str, field: Field, days: Sequence[tuple[str, Cell]]) -> str:
    """What stands at a place for a field on some days, each with the word for it, in sentences to be spoken."""
    return " ".join(_cell_sentences(place, field, days))


def _cell_sentences(place: str, field: Field, days: Sequence[tuple[str, Cell]]) -> Iterator[str]:
    yield _("{place}. Forecast for {field}.").format(place=place, field=FIELDS[field])
    for day, cell in days:
        if cell.standing is not None and cell.standing.level is not ImpactLevel.NONE:
            hazard, level = HAZARDS[cell.standing.subject.hazard], LEVELS[cell.standing.level]
            yield _("{day}: {hazard}, level {level}.").format(day=day, hazard=hazard, level=level)
        elif cell.is_known:
            yield _("{day}: no level.").format(day=day)
        else:
            yield _("{day}: no data.").format(day=day)
    said = [cell.standing for _day, cell in days if cell.standing is not None]
    if said:
        newest = max(said, key=lambda one: one.issued)
        yield _("Source: {source}, issued {moment}.").format(
            source=ROLES[newest.role], moment=spoken_moment(newest.issued)
        )
    if any(cell.standing is None and not cell.is_known for _day, cell in days):
        yield _("This does not mean that there is no danger.")


def silence(health: FeedHealth) -> str:
    """What stands, and is spoken, where a feed is silent: never that there is no danger."""
    if health.last is None:
        return _("No data. Nothing has been received yet. This does not mean that there is no danger.")
    return _(
        "No data. Nothing new has been received since {moment}. This does not mean that there is no danger."
    ).format(moment=spoken_moment(health.last))


def _change_on_screen(change: Change, zones: Mapping[str, str]) -> str:
    words = _words(change, zones)
    match change.kind:
        case ChangeKind.FIRST:
            return _("{zone}, {day}: {hazard} {level} ({field})").format(**words)
        case ChangeKind.UPGRADE:
            return _("{zone}, {day}: {hazard} up from {before} to {level} ({field})").format(**words)
        case ChangeKind.DOWNGRADE:
            return _("{zone}, {day}: {hazard} down from {before} to {level} ({field})").format(**words)
        case ChangeKind.ALL_CLEAR:
            return _("{zone}, {day}: {hazard} {before} is over ({field})").format(**words)


def _sentences(notice: Notice, zones: Mapping[str, str], source: str) -> Iterator[str]:
    for change in notice.changes:
        words = _words(change, zones)
        match change.kind:
            case ChangeKind.FIRST:
                yield _("{zone}, {day}. Forecast for {field}. {hazard}, level {level}.").format(**words)
            case ChangeKind.UPGRADE:
                yield _("{zone}, {day}. Forecast for {field}. {hazard} is getting worse, level {level}.").format(
                    **words
                )
            case ChangeKind.DOWNGRADE:
                yield _("{zone}, {day}. Forecast for {field}. {hazard} is easing, level {level}.").format(**words)
            case ChangeKind.ALL_CLEAR:
                yield _("{zone}, {day}. Forecast for {field}. {hazard}: the level {before} is over.").format(**words)
    for issued in sorted({change.issued for change in notice.changes}):
        yield _("Source: {source}, issued {moment}.").format(source=source, moment=spoken_moment(issued))


def _words(change: Change, zones: Mapping[str, str]) -> dict[str, str]:
    """The parts of a sentence. A zone whose name nobody gave is called by its number: better than nothing."""
    return {
        "zone": zones.get(change.subject.zone, change.subject.zone),
        "day": show.day(change.subject.day),
        "hazard": str(HAZARDS[change.subject.hazard]),
        "field": str(FIELDS[change.subject.field]),
        "before": str(LEVELS[change.before]),
        "level": str(LEVELS[change.level]),
    }


def spoken_moment(when: datetime) -> str:
    """A day and a time of the installation's clock, without a colon between numbers where the language has words."""
    local = clock.local(when)
    if local.minute:
        return pgettext("spoken", "{day}, {hour}:{minute}").format(
            day=show.day(when), hour=local.hour, minute=f"{local.minute:02}" if not show.in_korean() else local.minute
        )
    return pgettext("spoken", "{day}, {hour} o'clock").format(day=show.day(when), hour=local.hour)
