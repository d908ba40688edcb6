"""The map: regions with what is counted in them as rates, the same as a list, and what is near."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dure.foundations.places import queries
from dure.foundations.places.types import (
    AlreadyPlaced,
    BadCode,
    BadPlace,
    Near,
    NoSuchPoint,
    NoSuchRegion,
    OlderList,
    Picture,
    Rate,
    Region,
)
from dure.kit import show
from dure.kit.faces import Say, Says
from dure.kit.ui.kinds import PointKind, named

app_name = "places"
NEAREST_SHOWN = 5
NEAR_M_MAX = 50_000.0
PER_RESIDENTS = 1000
DENSITY = "density"
SAID_LENGTH_MAX = 60

POINT_KINDS = {"hall": PointKind(_("Village halls"))}
SAYS: Says = {
    NoSuchRegion: Say(
        _("There is no region with the code {region} today."),
        _("It may have another code now. Search for its name."),
        404,
    ),
    BadCode: Say(_("{region} is not the code of a region."), _("Search for its name instead."), 404),
    NoSuchPoint: Say(_("This place is no longer on the map."), _("Search the map again."), 404),
    BadPlace: Say(_("This is not a position on earth."), _("Latitude comes first, then longitude."), 422),
    AlreadyPlaced: Say(_("This is on the map already."), _("Move it instead of adding it again.")),
    OlderList: Say(
        _("A newer list of regions, of {loaded}, is loaded already. Nothing was changed."),
        _("Load a list that is newer than that."),
    ),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing the map can show: its name, its unit, and the figure of each region."""

    key: str
    label: str
    unit: str
    rates: Mapping[str, Rate]


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """지도: a region, the regions inside it, and what is near. `in` a code, `q` a name, `show` what is shaded."""
    said = request.GET.get("q", "")[:SAID_LENGTH_MAX].strip()
    code = request.GET.get("in", "")
    here = queries.region(code) if code else None
    inside = queries.parts(here.code if here else "")
    while not code and len(inside) == 1:  # a single county is shown at once, not as a country of one province
        here, inside = inside[0], queries.parts(inside[0].code)
    shown = inside or ((here,) if here else ())
    measures = _measures(shown)
    measure = next((one for one in measures if one.key == request.GET.get("show")), measures[0])
    picture = queries.picture([one.code for one in shown], measure.rates)
    context: dict[str, Any] = {
        "here": here,
        "around": queries.ancestors(here.code) if here else (),
        "found": queries.find(said) if said else None,
        "said": said,
        "measure": measure,
        "choices": [(one.label, one.key if one.key != DENSITY else "") for one in measures],
        "map": _map(picture, shown, measure, here.path if here else ""),
        "counted_on": next((one.population_on for one in shown if one.population_on), None),
        "near": _near(here),
    }
    return render(request, "places/map_page.html", context)


def _measures(shown: Sequence[Region]) -> list[Measure]:
    """Density first, then what the houses have on the map, each against residents: rates, never bare counts."""
    codes = [one.code for one in shown]
    residents = {one.code: one.population for one in shown if one.population}
    areas = queries.areas_km2(codes)
    density = {
        code: Rate(number, round(areas[code] * 1_000_000), 1_000_000)
        for code, number in residents.items()
        if code in areas
    }
    found = [Measure(DENSITY, gettext("Population density"), gettext("people per km²"), density)]
    present = queries.kinds()
    for kind, words in named().items():
        if kind not in present:
            continue
        counts = queries.points_inside(kind, codes)
        rates = {code: Rate(counts[code], number, PER_RESIDENTS) for code, number in residents.items()}
        unit = gettext("per {n} residents").format(n=show.count(PER_RESIDENTS))
        found.append(Measure(kind, str(words.label), unit, rates))
    return found


def _map(picture: Picture, shown: Sequence[Region], measure: Measure, around: str) -> dict[str, Any]:
    """What `places/map.html` needs: the picture, and the same as rows."""
    by_code = {one.code: one for one in picture.regions}
    rows = [
        {
            "name": one.path.removeprefix(around).strip() or one.name,  # 수원시 장안구 in its province
            "href": f"{reverse('places:map')}?in={one.code}",
            "shade": by_code[one.code].shade if one.code in by_code else None,
            "value": _said(measure.rates.get(one.code)),
            "population": one.population,
        }
        for one in shown
    ]
    rows.sort(key=lambda row: str(row["name"]))
    ranges = [(shade, _number(low), _number(high)) for shade, low, high in picture.ranges]
    return {"picture": picture, "rows": rows, "ranges": ranges, "label": measure.label, "unit": measure.unit}


def _said(rate: Rate | None) -> str:
    if rate is None or rate.denominator <= 0:
        return ""
    return _number(rate.numerator * rate.per / rate.denominator)


def _number(value: float) -> str:
    """Three figures that count: 16,500 · 104 · 7.4 · 0.38."""
    if value >= 100 or value == int(value):
        return show.count(round(value))
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def _near(here: Region | None) -> list[tuple[str, list[tuple[Near, str, str]]]]:
    """For each kind of point, the nearest to the middle of the region: (point, distance in words, address)."""
    if here is None or here.centre is None:
        return []
    found = []
    for kind, words in named().items():
        near = queries.nearest(here.centre, NEAREST_SHOWN, kind, NEAR_M_MAX)
        if near:
            lines = [
                (
                    one,
                    _distance(one.distance_m),
                    words.address(one.point.ref) if words.address else "",
                )
                for one in near
            ]
            found.append((str(words.label), lines))
    return found


def _distance(metres: float) -> str:
    return f"{round(metres, -1):,.0f} m" if metres < 1000 else f"{metres / 1000:,.1f} km"


urlpatterns = [path("", map_page, name="map")]
