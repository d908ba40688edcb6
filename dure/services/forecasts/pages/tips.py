"""What to do at a level of a forecast, for everybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.services.forecasts import names
from dure.services.forecasts.names import FIRST, TIPS
from dure.services.forecasts.rules.levels import is_for_life
from dure.services.forecasts.types import Field, Hazard, ImpactLevel

from .common import level_of


@require_safe
def tips(request: HttpRequest, hazard: str, field: str, level: int) -> HttpResponse:
    """What to do at this level; for everybody, also without an account."""
    if hazard not in set(Hazard) or field not in set(Field) or level not in {one.value for one in ImpactLevel}:
        raise NotFound(what="tips")
    found, known = TIPS[Hazard(hazard), Field(field)], ImpactLevel(level)
    context: dict[str, Any] = {
        "hazard": names.HAZARDS[Hazard(hazard)],
        "field": names.FIELDS[Field(field)],
        "look": level_of(known),
        "tips": (FIRST[Hazard(hazard)], *found) if is_for_life(known) else found,
    }
    return render(request, "forecasts/tips.html", context)
