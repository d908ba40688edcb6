"""The figures as open data: CSV, JSON and a Frictionless data package that describes them (datapackage.org, version 2)."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from dure.base import clock
from dure.foundations.impact import queries, rules
from dure.foundations.impact.pages import says
from dure.foundations.impact.types import Figure, Unit

FRESH_SECONDS = 300
FORMAT = 1  # of the files below; part of every ETag
INDICATOR_FIELDS: Sequence[tuple[str, str, str]] = (
    ("id", "string", "stable id of the indicator"),
    ("name_ko", "string", "name in Korean"),
    ("name_en", "string", "name in English"),
    ("axis", "string", "output, scale or lasting"),
    ("unit", "string", "unit of value"),
    ("value", "number", "the figure; empty when it rests on too few or there is nothing to relate to"),
    ("part", "integer", "numerator of a share"),
    ("whole", "integer", "denominator of a share"),
    ("n", "integer", "events or persons that the figure rests on"),
    ("low_95", "number", "lower end of the 95 % interval of a share (Wilson)"),
    ("high_95", "number", "upper end of it"),
    ("until", "date", "last day counted, Asia/Seoul"),
    ("hidden_below", "integer", "set when the figure is hidden because it rests on fewer than this"),
    ("formula", "string", "how it is made from counted events"),
    ("lineage", "string", "kinds of news that feed it, separated by blanks"),
    ("iris", "string", "IRIS+ 5.3 metric where its definition fits"),
    ("sdg", "string", "SDG targets, separated by blanks"),
    ("version", "integer", "version of the method"),
)
WEEK_FIELDS: Sequence[tuple[str, str, str]] = (
    ("id", "string", "id of the indicator"),
    ("monday", "date", "first day of the week, Asia/Seoul"),
    ("value", "number", "what the week added; empty when hidden or there is nothing to relate to"),
    ("n", "integer", "events or persons that the figure rests on"),
    ("hidden", "boolean", "whether it is hidden because it rests on too few"),
)

type View = Callable[[HttpRequest], HttpResponse]


def _etag(request: HttpRequest) -> str:
    mark = queries.mark()
    return f'"{FORMAT}-{mark.position}-{mark.at.timestamp() if mark.at else 0:.6f}-{clock.today():%Y%m%d}"'


def open_table(view: View) -> View:
    """A file that anybody may fetch and keep: same for everyone, fresh for five minutes, 304 when nothing was counted."""

    @require_safe
    @condition(etag_func=_etag)
    @wraps(view)
    def serve(request: HttpRequest) -> HttpResponse:
        response = view(request)
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return serve


@open_table
def indicators_csv(request: HttpRequest) -> HttpResponse:
    """Every indicator with its figure."""
    return _file(_indicators(), "indicators.csv")


@open_table
def weekly_csv(request: HttpRequest) -> HttpResponse:
    """Every indicator by week."""
    return _file(_weeks(), "weekly.csv")


@open_table
def indicators_json(request: HttpRequest) -> HttpResponse:
    """The same as indicators.csv, with lists where there are several."""
    return JsonResponse({"indicators": [_as_json(one) for one in queries.figures()]}, json_dumps_params=_JSON)


@open_table
def datapackage(request: HttpRequest) -> HttpResponse:
    """What the files are, with their size and hash at this moment."""
    mark = queries.mark()
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "dure-impact",
        "title": "Impact indicators of this installation of Dure",
        "homepage": request.build_absolute_uri(reverse("impact:figures")),
        "version": f"{FORMAT}.{mark.position}",
        "created": (mark.at or clock.now()).isoformat(),
        "licenses": [{"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}],
        "resources": [
            _resource("indicators", _indicators(), INDICATOR_FIELDS, ["id"]),
            _resource("weekly", _weeks(), WEEK_FIELDS, ["id", "monday"]),
        ],
    }
    return JsonResponse(package, json_dumps_params=_JSON)


_JSON: dict[str, Any] = {"ensure_ascii": False, "indent": 1}


def _resource(name: str, content: bytes, fields: Sequence[tuple[str, str, str]], key: list[str]) -> dict[str, Any]:
    return {
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "scheme": "http",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": {
            "fields": [{"name": field, "type": kind, "description": text} for field, kind, text in fields],
            "primaryKey": key,
            "missingValues": [""],
        },
    }


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _indicators() -> bytes:
    rows = [[_cell(_as_row(one)[field]) for field, _, _ in INDICATOR_FIELDS] for one in queries.figures()]
    return _csv([field for field, _, _ in INDICATOR_FIELDS], rows)


def _weeks() -> bytes:
    rows = [
        [one.id, week.monday.isoformat(), _cell(_value(week.value, one.unit)), week.n, str(week.hidden).lower()]
        for one in rules.INDICATORS
        for week in queries.weekly(one.id)
    ]
    return _csv([field for field, _, _ in WEEK_FIELDS], rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)  # RFC 4180: CRLF, quotes where needed
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue().encode()


def _as_json(one: Figure) -> dict[str, Any]:
    row = _as_row(one)
    for field in ("value", "low_95", "high_95"):
        row[field] = float(row[field]) if isinstance(row[field], str) else row[field]
    return row | {field: row[field].split() for field in ("lineage", "iris", "sdg")}


def _as_row(one: Figure) -> dict[str, Any]:
    indicator, words = one.indicator, says.INDICATORS[one.indicator.id]
    names = {}
    for language in ("ko", "en"):
        with translation.override(language):
            names[language] = str(words.name)
    is_share = indicator.unit is Unit.PERCENT
    return {
        "id": indicator.id,
        "name_ko": names["ko"],
        "name_en": names["en"],
        "axis": indicator.axis.value,
        "unit": indicator.unit.value,
        "value": _value(one.value, indicator.unit),
        "part": one.part if is_share and not one.hidden else None,
        "whole": one.whole if is_share and not one.hidden else None,
        "n": one.n,
        "low_95": _value(one.low, indicator.unit),
        "high_95": _value(one.high, indicator.unit),
        "until": one.until.isoformat(),
        "hidden_below": indicator.floor if one.hidden else None,
        "formula": rules.written(indicator.formula),
        "lineage": " ".join(indicator.lineage),
        "iris": " ".join(indicator.iris),
        "sdg": " ".join(indicator.sdg),
        "version": indicator.version,
    }


def _value(value: int | None, unit: Unit) -> int | str | None:
    """Tenths of a percent become 83.3; everything else is whole."""
    return f"{value // 10}.{value % 10}" if value is not None and unit is Unit.PERCENT else value


def _cell(value: object) -> object:
    return "" if value is None else value
