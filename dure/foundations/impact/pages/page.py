"""The public page: every number with its unit, day, base and formula."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.foundations.impact import queries, rules
from dure.foundations.impact.pages import says
from dure.foundations.impact.types import Axis, Figure, Unit
from dure.kit import show
from dure.kit.ui.home import Entry

TREND_POINTS_MIN = 2
DEFAULT_TREND = "won_given"


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """우리가 함께 바꾼 것: all figures, and the weeks of the one chosen with `of`."""
    found = queries.figures()
    chosen = request.GET.get("of", "")
    chosen = chosen if chosen in rules.BY_ID else DEFAULT_TREND
    axes = [
        {"title": title, "what": what, "figures": [_shown(one) for one in found if one.indicator.axis is axis]}
        for axis, (title, what) in says.AXES.items()
    ]
    context = {
        "axes": axes,
        "until": found[0].until,
        "nothing": all(one.n == 0 and not one.hidden for one in found),
        "trend": _trend(chosen),
        "choices": [
            (says.INDICATORS[one.id].name, one.id if one.id != DEFAULT_TREND else "") for one in rules.INDICATORS
        ],
    }
    return render(request, "impact/figures.html", context)


def together(request: HttpRequest) -> list[Entry]:
    """The way here from 함께."""
    note = gettext("How many take part, and how much comes together.")
    return [Entry(gettext("What we changed together"), reverse("impact:figures"), "chart", note)]


def _shown(one: Figure) -> dict[str, Any]:
    indicator, words = one.indicator, says.INDICATORS[one.indicator.id]
    return {
        "id": indicator.id,
        "name": words.name,
        "value": "–" if one.value is None else _number(one.value, indicator.unit),
        "unit": unit_of(indicator.unit, one.value),
        "base": _base(one),
        "until": one.until,
        "how": words.how,
        "limits": words.limits,
        "formula": rules.written(indicator.formula),
        "lineage": ", ".join(indicator.lineage),
        "standards": " · ".join(
            [f"SDG {target}" for target in indicator.sdg] + [f"IRIS+ {code}" for code in indicator.iris]
        ),
    }


def _base(one: Figure) -> str:
    """What the figure rests on, so that nobody takes three of three for a law of nature."""
    if one.hidden:
        return gettext("fewer than {n}: too few to show without pointing at somebody").format(n=one.indicator.floor)
    if one.indicator.unit is Unit.PERCENT:
        if one.value is None or one.low is None or one.high is None:
            return gettext("nothing to relate to yet")
        low, high = _number(one.low, Unit.PERCENT), _number(one.high, Unit.PERCENT)
        return gettext("{part} of {whole}; the true share lies between {low} % and {high} % (95 %)").format(
            part=show.count(one.part), whole=show.count(one.whole), low=low, high=high
        )
    if one.indicator.unit is Unit.WON:
        return gettext("from {n} entries").format(n=show.count(one.n))
    return ""


def unit_of(unit: Unit, value: int | None) -> str:
    """The unit as a word, in the number that fits."""
    word = says.UNITS[unit]
    plain = (Unit.WON, Unit.PERCENT)
    return str(word) if unit in plain else str(word % {"n": value if value is not None else 0})


def _number(value: int, unit: Unit) -> str:
    """Tenths of a percent as 83.3; everything else in full."""
    if unit is Unit.PERCENT:
        return f"{value // 10}.{value % 10}".removesuffix(".0")
    return show.count(value)


def _trend(chosen: str) -> dict[str, Any]:
    """The weeks of one indicator as a line. Weeks that may not be shown are left out and counted."""
    indicator, weeks = rules.BY_ID[chosen], queries.weekly(chosen)
    points = [
        (show.day(week.monday), week.value // 10 if indicator.unit is Unit.PERCENT else week.value)
        for week in weeks
        if week.value is not None
    ]
    first = next((index for index, (_label, value) in enumerate(points) if value), len(points))
    points = points[max(0, first - 1) :]  # from the week before something happened
    return {
        "name": says.INDICATORS[chosen].name,
        "points": points if len(points) >= TREND_POINTS_MIN else [],
        "unit": f" {unit_of(indicator.unit, 2)}",
        "hidden": sum(week.hidden for week in weeks),
        "is_lasting": indicator.axis is Axis.LASTING,
    }
