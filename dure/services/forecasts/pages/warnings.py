"""Weather warnings for everybody: what is in force everywhere; one kind with where it is and what to do, to read, hear, share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from dure.base.korean import normalise
from dure.base.refusals import NotFound
from dure.services.forecasts import names, queries
from dure.services.forecasts.names import STRANGE, WARNED_TIPS
from dure.services.forecasts.types import FeedName, FeedState, WarningDegree, WarningKind, WarningStanding

from .common import warning_of

OTHER: Final = "other"  # kinds that nobody knows
ZONES_SHOWN: Final = 30  # of one warning
SLUGS: Final = {kind.name.lower(): kind for kind in WarningKind}


@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """What is in force everywhere, the worst first."""
    return render(request, "forecasts/warnings.html", {"groups": _groups(queries.warnings_in_force()), **_speaks()})


@require_safe
def warning(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of warning: where it is in force, and what to do, also while it is nowhere."""
    if kind != OTHER and kind not in SLUGS:
        raise NotFound(what="warning")
    groups = _groups(one for one in queries.warnings_in_force() if slug_of(one.subject.kind) == kind)
    title = gettext("Weather warnings we do not know") if kind == OTHER else names.kind_word(SLUGS[kind])
    context = {
        "title": title,
        "groups": groups,
        "tips": [
            {"picture": tip.picture, "text": tip.text, "aloud": for_ears(str(tip.text))}
            for tip in (STRANGE if kind == OTHER else WARNED_TIPS[SLUGS[kind]])
        ],
        "shared": gettext("{title}: what to do").format(title=groups[0]["word"] if groups else title),
        "address": request.build_absolute_uri(),
        **_speaks(),
    }
    return render(request, "forecasts/warning.html", context)


def slug_of(kind: str) -> str:
    """How a kind stands in an address."""
    return WarningKind(kind).name.lower() if kind in set(WarningKind) else OTHER


def for_ears(text: str) -> str:
    """A text as a voice is to say it: numbers and signs in words."""
    return normalise(text) if (get_language() or "ko").startswith("ko") else text


def _speaks() -> Mapping[str, Any]:
    health = queries.feed_health_of(FeedName.WARNINGS)
    is_silent = health.state is FeedState.SILENT
    return {
        "silence": names.warning_silence(health) if is_silent else "",
        "at": health.last,
        "unclear": len(queries.unclear_of(FeedName.WARNINGS)),
    }


def _groups(standings: Iterable[WarningStanding]) -> Sequence[Mapping[str, Any]]:
    """Warnings of one kind and degree together, with the zones in which they are in force."""
    found: dict[tuple[str, WarningDegree | None, str], list[WarningStanding]] = {}
    for one in standings:
        found.setdefault((one.subject.kind, one.degree, one.words), []).append(one)
    called = queries.zone_names({one.subject.zone for some in found.values() for one in some}) if found else {}
    return [_group(some, called) for some in found.values()]


def _group(some: Sequence[WarningStanding], called: Mapping[str, str]) -> Mapping[str, Any]:
    newest = max(some, key=lambda one: one.issued)
    zones = sorted({called.get(one.subject.zone) or one.place or one.subject.zone for one in some})
    said = warning_of(newest)
    return said | {
        "slug": slug_of(newest.subject.kind),
        "zones": zones[:ZONES_SHOWN],
        "more": max(0, len(zones) - ZONES_SHOWN),
        "aloud": for_ears(f"{said['word']}. {', '.join(zones[:ZONES_SHOWN])}."),
    }
