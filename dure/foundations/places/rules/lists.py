"""Putting published lists together: which rows fit, what lies in what. A row that does not fit is named, not repaired."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dure.base.geo import bounds
from dure.foundations.places.rules.changes import valid_from_of
from dure.foundations.places.rules.codes import PADDED, level_of, wider
from dure.foundations.places.types import (
    Drawn,
    Level,
    Listed,
    Region,
    RegionChange,
    RegionDraft,
    System,
    Unfit,
)

NAME_LENGTH_MAX = 60
PATH_LENGTH_MAX = 200


@dataclass(slots=True)
class Assembled:
    """What the lists give together."""

    drafts: list[RegionDraft] = field(default_factory=list)
    unfit: list[Unfit] = field(default_factory=list)


def assemble(listed: Iterable[Listed], drawn: Iterable[Drawn], changes: Sequence[RegionChange]) -> Assembled:
    """Regions of the MOIS system from rows and polygons.

    Provinces and districts that only a polygon names are taken from there; a town without its district is unfit.
    """
    done = Assembled()
    rows = _by_code(listed, done.unfit)
    shapes: dict[str, Drawn] = {}
    for one in drawn:
        if reason := _misdrawn(one, shapes):
            done.unfit.append(Unfit(one.file, one.line, reason, one.code))
            continue
        shapes[one.code] = one
        if one.code not in rows:
            rows[one.code] = Listed(one.code, one.name, one.file, one.line)
    by_path = {row.path: row.code for row in rows.values()}
    for code in sorted(rows):
        _add(rows[code], rows, by_path, shapes.get(code), done)
    done.drafts = [_dated(draft, changes) for draft in done.drafts]
    return done


def _by_code(listed: Iterable[Listed], unfit: list[Unfit]) -> dict[str, Listed]:
    rows: dict[str, Listed] = {}
    for row in listed:
        path = " ".join(row.path.split())  # the published names have doubled blanks (세종특별자치시  조치원읍)
        if reason := _misread(row.code, path, rows):
            unfit.append(Unfit(row.file, row.line, reason, f"{row.code} {path}"))
        else:
            rows[row.code] = replace(row, path=path)
    return rows


def _misread(code: str, path: str, rows: Mapping[str, Listed]) -> str:
    if not (len(code) == PADDED and code.isascii() and code.isdigit()):
        return "code"
    if not path or len(path) > PATH_LENGTH_MAX or len(path.split()[-1]) > NAME_LENGTH_MAX:
        return "name"
    return "twice" if code in rows else ""


def _misdrawn(one: Drawn, shapes: Mapping[str, Drawn]) -> str:
    if not (len(one.code) == PADDED and one.code.isascii() and one.code.isdigit()):
        return "code"
    if one.code in shapes:
        return "twice"
    closed = all(len(ring) >= 4 and ring[0] == ring[-1] for polygon in one.shape for ring in polygon)
    if not one.shape or not closed:
        return "ring"
    box = bounds(one.shape)
    return "" if -180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90 else "position"


def _add(
    row: Listed, rows: Mapping[str, Listed], by_path: Mapping[str, str], shape: Drawn | None, to: Assembled
) -> None:
    level = level_of(row.code, row.path)
    parent = _parent(row, level, rows, by_path)
    if parent is None:
        to.unfit.append(Unfit(row.file, row.line, "parent", f"{row.code} {row.path}"))
        return
    region = Region(
        code=row.code,
        system=System.MOIS,
        level=level,
        name=row.path.split()[-1],
        path=row.path,
        parent=parent,
        centre=row.centre or (shape.label or bounds(shape.shape).centre if shape else None),
        population=row.population,
        population_on=row.population_on if row.population is not None else None,
    )
    to.drafts.append(RegionDraft(region, shape.shape if shape else None))


def _parent(row: Listed, level: Level, rows: Mapping[str, Listed], by_path: Mapping[str, str]) -> str | None:
    """The region around it: by digits, and for a district inside a city by the city's name. None: it is not listed."""
    if level is Level.SIDO:
        return ""
    if level is Level.GU:
        return by_path.get(row.path.rpartition(" ")[0])
    return (
        next((code for code in wider(row.code) if code in rows), None)
        if level is not Level.DONG
        else _district(row, rows)
    )


def _district(row: Listed, rows: Mapping[str, Listed]) -> str | None:
    """A town hangs on its district, never on its province directly."""
    district = row.code[:5].ljust(PADDED, "0")
    return district if district in rows else None


def _dated(draft: RegionDraft, changes: Sequence[RegionChange]) -> RegionDraft:
    since = valid_from_of(draft.region.code, changes)
    return replace(draft, region=replace(draft.region, valid_from=since))
