"""What people read and hear of weather warnings: a word for each kind and degree, and changes in whole sentences.

The words are the authority's own (호우경보). None of them is a word of an impact level.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from dure.kit import show
from dure.kit.faces import Words
from dure.services.forecasts.types import (
    ChangeKind,
    FeedHealth,
    FeedState,
    WarningChange,
    WarningDegree,
    WarningKind,
    WarningStanding,
)

from .forecasts import ROLES, spoken_moment

__all__ = [
    "DEGREES",
    "KINDS",
    "is_strange",
    "kind_word",
    "warned_aloud",
    "warned_for_ears",
    "warned_headline",
    "warned_on_screen",
    "warning_from",
    "warning_silence",
    "warning_word",
]

KINDS: Mapping[WarningKind, Words] = {
    WarningKind.WIND: pgettext_lazy("weather warning", "strong wind"),
    WarningKind.RAIN: pgettext_lazy("weather warning", "heavy rain"),
    WarningKind.COLD: pgettext_lazy("weather warning", "cold wave"),
    WarningKind.DRY: pgettext_lazy("weather warning", "dry air"),
    WarningKind.SURGE: pgettext_lazy("weather warning", "storm surge"),
    WarningKind.TSUNAMI: pgettext_lazy("weather warning", "tsunami"),
    WarningKind.SEA: pgettext_lazy("weather warning", "high seas"),
    WarningKind.TYPHOON: pgettext_lazy("weather warning", "typhoon"),
    WarningKind.SNOW: pgettext_lazy("weather warning", "heavy snow"),
    WarningKind.DUST: pgettext_lazy("weather warning", "yellow dust"),
    WarningKind.HEAT: pgettext_lazy("weather warning", "heat wave"),
    WarningKind.FOG: pgettext_lazy("weather warning", "fog"),
    WarningKind.TROPICAL_NIGHT: pgettext_lazy("weather warning", "tropical night"),
}
DEGREES: Mapping[WarningDegree, Words] = {
    WarningDegree.PRELIMINARY: pgettext_lazy("weather warning", "preliminary warning"),
    WarningDegree.ADVISORY: pgettext_lazy("weather warning", "advisory"),
    WarningDegree.WARNING: pgettext_lazy("weather warning", "warning"),
    WarningDegree.GRAVE: pgettext_lazy("weather warning", "grave warning"),
    WarningDegree.UNKNOWN: pgettext_lazy("weather warning", "warning of an unknown grade"),
}


def kind_word(kind: str) -> str:
    """What a kind of warning is called; the authority's own word where we do not know it."""
    return str(KINDS[WarningKind(kind)]) if kind in set(WarningKind) else kind


def warning_word(kind: str, degree: WarningDegree, words: str = "") -> str:
    """What it is called: 호우경보. `words`: of a degree that we do not know, the authority's own."""
    if degree is WarningDegree.UNKNOWN and words:
        said = pgettext("weather warning", "{kind}: warning “{words}” (unknown grade)")
        return said.format(kind=kind_word(kind), words=words)
    if degree is WarningDegree.PRELIMINARY:
        return pgettext("weather warning", "preliminary {kind} warning").format(kind=kind_word(kind))
    return pgettext("weather warning", "{kind} {degree}").format(kind=kind_word(kind), degree=DEGREES[degree])


def is_strange(kind: str, degree: WarningDegree) -> bool:
    """Whether it is passed on in the authority's own words because we do not know them."""
    return kind not in set(WarningKind) or degree is WarningDegree.UNKNOWN


def warned_headline(change: WarningChange) -> str:
    """What a change says, for a page that shows where and when beside it."""
    match change.kind:
        case ChangeKind.FIRST:
            return _words(change)["warning"]
        case ChangeKind.UPGRADE:
            return _("{before} raised to {warning}").format(**_words(change))
        case ChangeKind.DOWNGRADE:
            return _("{before} lowered to {warning}").format(**_words(change))
        case ChangeKind.ALL_CLEAR:
            return _("{before} lifted").format(**_words(change))


def warning_from(effective: datetime, issued: datetime) -> str:
    """From when on it holds, where that is later than it was issued."""
    return _("in force from {moment}").format(moment=show.moment(effective)) if effective > issued else ""


def warned_on_screen(changes: Iterable[WarningChange], zones: Mapping[str, str]) -> tuple[str, ...]:
    """Changes in lines: where, what, from when on, who said it and when."""
    return tuple(_line(one, zones) for one in changes)


def warned_for_ears(changes: Sequence[WarningChange], zones: Mapping[str, str]) -> str:
    """The same in sentences to be spoken."""
    return " ".join(_sentences(changes, zones))


def warned_aloud(standings: Sequence[WarningStanding], health: FeedHealth, *, is_doubted: bool = False) -> str:
    """What holds in a zone, in sentences to be spoken; where the feed is silent, that this proves nothing. `is_doubted`:
    something was not understood, so that nothing is said of nothing.
    """
    said = [
        _("The {warning} is in force.").format(warning=warning_word(one.subject.kind, one.degree, one.words))
        for one in standings
        if one.degree is not None
    ]
    if health.state is FeedState.SILENT:
        said.append(warning_silence(health))
    elif not said and not is_doubted:
        said.append(_("No weather warning is in force."))
    return " ".join(said)


def warning_silence(health: FeedHealth) -> str:
    """What stands where the feed of warnings is silent: never that there is no danger."""
    if health.last is None:
        return _("No data on weather warnings yet. This does not mean that there is no danger.")
    return _("No data on weather warnings since {moment}. This does not mean that there is no danger.").format(
        moment=spoken_moment(health.last)
    )


def _line(change: WarningChange, zones: Mapping[str, str]) -> str:
    zone = zones.get(change.subject.zone, change.subject.zone)
    parts = [f"{zone}: {warned_headline(change)}"]
    if change.degree is not None and (later := warning_from(change.effective, change.issued)):
        parts[0] += f", {later}"
    source, moment = ROLES[change.role], show.moment(change.issued)
    if change.degree is None:
        parts.append(_("{source}, as of {moment}").format(source=source, moment=moment))
    else:
        parts.append(_("{source}, issued {moment}").format(source=source, moment=moment))
    return " · ".join(parts)


def _sentences(changes: Sequence[WarningChange], zones: Mapping[str, str]) -> Iterator[str]:
    for one in changes:
        words = _words(one) | {"zone": zones.get(one.subject.zone, one.subject.zone)}
        match one.kind:
            case ChangeKind.FIRST:
                yield _("{zone}. A {warning} was issued.").format(**words)
            case ChangeKind.UPGRADE:
                yield _("{zone}. The {before} was raised to a {warning}.").format(**words)
            case ChangeKind.DOWNGRADE:
                yield _("{zone}. The {before} was lowered to a {warning}.").format(**words)
            case ChangeKind.ALL_CLEAR:
                yield _("{zone}. The {before} was lifted.").format(**words)
    for role, issued in dict.fromkeys((one.role, one.issued) for one in changes):
        yield _("Source: {source}, {moment}.").format(source=ROLES[role], moment=spoken_moment(issued))


def _words(change: WarningChange) -> dict[str, str]:
    kind = change.subject.kind
    return {
        "warning": warning_word(kind, change.degree, change.words) if change.degree else "",
        "before": warning_word(kind, change.before) if change.before else "",
    }
