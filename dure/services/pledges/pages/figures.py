"""What a season came to, for everybody; and for each person that their own count is in the published fingerprint."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dure.services.pledges import queries
from dure.services.pledges.rules.telling import FLOOR
from dure.services.pledges.types import CountProof, PledgeId, Season

from .common import actor, season_of

FORMAT = "dure.pledges.count/1"
HOW = (
    "leaf = SHA-256(0x00, the 16 bytes of pledge, kept as two bytes, the larger first)",
    "for each of way: leaf = SHA-256(0x01, hash, leaf) if is_left, else SHA-256(0x01, leaf, hash)",
    "the last one is the root that the season published",
    "for each of corrections: hash = SHA-256(0x02, the hash before it, at first the root; before, after)",
    "where before is your leaf, after takes its place; in the end it is the leaf of kept_now",
)


@require_safe
def figures(request: HttpRequest, code: str) -> HttpResponse:
    """A season in sums of five people or more, and the fingerprint over everybody's count."""
    season = queries.season_by_code(code)
    found = queries.told_figures(season.id)
    sums = queries.told_sums(season.id) if found else ()
    context: dict[str, Any] = {
        **season_of(season),
        "figures": found,
        "sums": sums,
        "untold": [one for one in season.receivers if one.id not in {told.receiver.id for told in sums}],
        "average": found.kept_days // found.people if found and found.kept_days is not None else None,
        "floor": FLOOR,
        "corrected": queries.last_correction(season.id),
        "corrections_address": f"/api/v1/pledges/seasons/{season.code}/corrections",
    }
    return render(request, "pledges/figures.html", context)


@require_safe
def count(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """That my count of kept days is in the published fingerprint, step by step."""
    found, season = _count(request, pledge)
    context = {**season_of(season), "count": found, "pledge": found.pledge, "how": HOW}
    return render(request, "pledges/count.html", context)


@never_cache
@require_safe
def count_file(request: HttpRequest, pledge: UUID) -> JsonResponse:
    """The same as a file, for another program."""
    found, season = _count(request, pledge)
    said = {
        "format": FORMAT,
        "season": {"code": season.code, "name": season.name},
        "published_at": f"{settings.DURE.origin}{reverse('pledges:figures', args=[season.code])}",
        **count_json(found),
        "how": HOW,
    }
    answer = JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="dure-count-{season.code}.json"'
    return answer


def count_json(found: CountProof) -> dict[str, object]:
    """A count with its way to the root, as files have it."""
    return {
        "pledge": str(found.pledge),
        "kept": found.kept,
        "leaf": found.leaf,
        "way": [{"hash": one.hash, "is_left": one.is_left} for one in found.way],
        "root": found.root,
        "kept_now": found.kept_now,
        "corrections": [
            {"number": one.number, "before": one.before, "after": one.after, "hash": one.hash}
            for one in found.corrections
        ],
    }


def _count(request: HttpRequest, pledge: UUID) -> tuple[CountProof, Season]:
    found = queries.count_proof(actor(request), PledgeId(pledge))
    project = queries.project(queries.pledge(found.pledge).project)
    return found, queries.season(project.season)
