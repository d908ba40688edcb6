"""The command line of places: `dure import regions --from DIR`.

Reads what the ministries publish, as it is published. A file is known by its columns, not by its name.
"""

import csv
import json
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from dure.base.actors import system
from dure.foundations.places import actions, rules
from dure.foundations.places.types import BadPlace, Drawn, Listed, RegionChange
from dure.kit import tx
from dure.kit.importing import BadRow, Importer, Progress, Report, UnreadableFile, bad, rows_of, text_of

CHANGES = ("effective_date", "old_prefix", "new_prefix", "what")
TOWNS = ("code10", "name", "lat", "lon")
RESIDENTS = ("code10", "name", "sex", "age_band", "population")
NAMED = ("code10", "name")
_TOWN_FIGURE = re.compile(r"population_(\d{6})")
_AGE_BAND = re.compile(r"[FM]_\d+(-\d+|\+)")
_MONTH = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)")


@dataclass(slots=True)
class Read:
    """What was read from all files together."""

    listed: list[Listed] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)
    changes: list[RegionChange] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def importers() -> dict[str, Importer]:
    """What `dure import` offers from this house."""
    return {"regions": import_regions}


def import_regions(source: Path, progress: Progress) -> Report:
    """Load lists, polygons and changes of regions from a file or a folder. Loading them again changes nothing."""
    read = _read(source, progress)
    made = rules.assemble(read.listed, read.drawn, read.changes)
    by = system("places.import_regions")
    progress.begin("regions", len(made.drafts))
    with tx.durable():
        fresh = actions.load_changes(by, read.changes)
        done = actions.load_regions(by, made.drafts, progress.advance)
    read.bad += [BadRow(one.file, one.line, one.reason, one.found) for one in made.unfit]
    if done.renamed:
        read.notes.append(f"{done.renamed} regions have a new name under their old code from the day of this list on")
    if done.ended:
        read.notes.append(f"{done.ended} regions are no longer listed and end on the day of this list")
    loaded = done.new + done.renewed + done.renamed + fresh
    skipped = done.unchanged + len(read.changes) - fresh
    return Report(loaded, skipped, tuple(sorted(read.bad, key=lambda row: (row.file, row.line))), tuple(read.notes))


def _read(source: Path, progress: Progress) -> Read:
    if not source.exists():
        raise UnreadableFile(file=str(source), reason="missing")
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    files = [path for path in files if path.suffix.lower() in (".csv", ".geojson", ".json")]
    read = Read()
    for path in files:
        kind = "polygons" if path.suffix.lower() != ".csv" else _kind(path)
        if kind is None:
            read.notes.append(f"{path.name}: no list of regions, left alone")
            continue
        progress.begin(path.name, 1)
        READERS[kind](path, read)
        progress.advance()
    if not (read.listed or read.drawn or read.changes):
        raise UnreadableFile(file=str(source), reason="format", found="no list of regions")
    return read


def _kind(path: Path) -> str | None:
    """Which list a CSV file is, by its columns."""
    columns = next(csv.reader([text_of(path).partition("\n")[0]]), [])
    if set(CHANGES) <= set(columns):
        return "changes"
    if set(TOWNS) <= set(columns) and any(_TOWN_FIGURE.fullmatch(name) for name in columns):
        return "towns"
    if set(RESIDENTS) <= set(columns):
        return "residents"
    return "districts" if set(NAMED) <= set(columns) and any(map(_AGE_BAND.fullmatch, columns)) else None


def _changes(path: Path, read: Read) -> None:
    for line, row in rows_of(path, CHANGES):
        try:
            change = RegionChange(
                date.fromisoformat(row["effective_date"]),
                rules.prefixes_of(row["old_prefix"]),
                rules.prefixes_of(row["new_prefix"]),
                row["what"],
            )
        except ValueError as error:
            read.bad.append(bad(path, line, "change", str(error)))
        else:
            read.changes.append(change)


def _towns(path: Path, read: Read) -> None:
    """eup, myeon and dong with residents and centre. An empty centre is none; half a centre is a mistake."""
    for line, row in rows_of(path, TOWNS):
        figure = next(name for name in row if _TOWN_FIGURE.fullmatch(name))
        residents, centre = _number(row[figure]), None
        if residents is None:
            read.bad.append(bad(path, line, "population", row[figure]))
            continue
        if row["lat"] or row["lon"]:
            try:
                centre = rules.checked_point(float(row["lat"]), float(row["lon"]))
            except (ValueError, BadPlace) as error:
                reason = error.values()["reason"] if isinstance(error, BadPlace) else "position"
                read.bad.append(bad(path, line, reason, f"{row['lat']} {row['lon']}"))
                continue
        on = _month_end(figure)
        read.listed.append(Listed(row["code10"], row["name"], path.name, line, residents, on, centre))


def _districts(path: Path, read: Read) -> None:
    """Cities, counties and districts, one row each, residents by sex and age in columns."""
    on = _month_end(path.name)
    for line, row in rows_of(path, NAMED):
        cells = [row[name] for name in row if _AGE_BAND.fullmatch(name)]
        numbers = [number for cell in cells if (number := _number(cell)) is not None]
        if len(numbers) != len(cells):
            read.bad.append(bad(path, line, "population", row["code10"]))
            continue
        read.listed.append(Listed(row["code10"], row["name"], path.name, line, sum(numbers), on))


def _residents(path: Path, read: Read) -> None:
    """Provinces, one row for each sex and age band: summed. A province with one bad row has no sum and is left out."""
    on = _month_end(path.name)
    sums: dict[str, tuple[str, int, int]] = {}
    spoilt: set[str] = set()
    for line, row in rows_of(path, RESIDENTS):
        number = _number(row["population"])
        if number is None:
            read.bad.append(bad(path, line, "population", row["population"]))
            spoilt.add(row["code10"])
            continue
        _, first, total = sums.get(row["code10"], ("", line, 0))
        sums[row["code10"]] = (row["name"], first, total + number)
    for code, (name, line, total) in sums.items():
        if code in spoilt:
            read.bad.append(bad(path, line, "incomplete", code))
        else:
            read.listed.append(Listed(code, name, path.name, line, total, on))


def _polygons(path: Path, read: Read) -> None:
    try:
        collection = json.loads(text_of(path))
        features = collection["features"]
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise UnreadableFile(file=path.name, reason="format", found=str(error)[:80]) from error
    for number, feature in enumerate(features, start=1):
        try:
            read.drawn.append(_drawn(feature, path, number))
        except (KeyError, TypeError, ValueError, BadPlace) as error:
            read.bad.append(bad(path, number, "polygon", f"{type(error).__name__} {error}"))


def _drawn(feature: Mapping[str, Any], path: Path, number: int) -> Drawn:
    said, geometry = feature["properties"], feature["geometry"]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(geometry["type"])
    shape = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    name = " ".join(dict.fromkeys((said.get("sido", ""), said["name"]))).strip()
    label = None
    if "label_lat" in said:
        label = rules.checked_point(float(said["label_lat"]), float(said["label_lon"]))
    polygons = [[[[float(lon), float(lat)] for lon, lat, *_ in ring] for ring in polygon] for polygon in shape]
    return Drawn(str(said["code"]).ljust(10, "0"), name, path.name, number, polygons, label)


def _number(cell: str) -> int | None:
    """A whole number, also written 1,234. None: it is none."""
    plain = cell.replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() else None


def _month_end(text: str) -> date | None:
    """The last day of the month named in a column or file (202504): resident figures are of the month's end."""
    found = _MONTH.search(text)
    if not found:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1])


READERS = {
    "changes": _changes,
    "towns": _towns,
    "districts": _districts,
    "residents": _residents,
    "polygons": _polygons,
}
