"""Writing places. A foundation demands the transaction of whoever calls; who may call is the caller's to decide."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.geo import Point, bounds
from dure.foundations.places import models, queries
from dure.foundations.places.types import (
    SAMPLE_PREFIX,
    AlreadyPlaced,
    Level,
    NoSuchPoint,
    NoSuchRegion,
    OlderList,
    Placed,
    PointDraft,
    PointId,
    RegionChange,
    RegionDraft,
    System,
)
from dure.kit import locks, tx

BATCH = 500
_FIGURES = ("lat", "lon", "population", "population_on", "parent", "level", "shape", "west", "south", "east", "north")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a list did, in numbers of regions."""

    new: int
    renewed: int
    unchanged: int
    renamed: int
    ended: int  # no longer listed


def load_changes(by: Actor, changes: Sequence[RegionChange]) -> int:
    """Write the table of changes; answers how many lines were new. Lines that are there stay as they are."""
    tx.demand()
    rows = [
        models.RegionChange(
            system=change.system,
            effective=change.effective,
            old="/".join(change.old),
            new="/".join(change.new),
            what=change.what,
        )
        for change in changes
    ]
    before = models.RegionChange.objects.count()
    models.RegionChange.objects.bulk_create(rows, ignore_conflicts=True)
    return models.RegionChange.objects.count() - before


def load_regions(by: Actor, drafts: Sequence[RegionDraft], each: Callable[[], None] | None = None) -> Loaded:
    """Write the regions of a list as they are today. The same list again changes nothing.

    A region whose name changed under the same code becomes a new row from the list's day on; one that a list of its level
    no longer has ends on that day (at the latest: lists do not say when). Samples (99...) are left alone. `each` is
    called after each region, to show how far it is. Raises OlderList.
    """
    tx.demand()
    locks.lock_name("places.regions")
    system = drafts[0].region.system if drafts else System.MOIS
    on = max((one.region.population_on for one in drafts if one.region.population_on), default=None)
    newest = queries.newest_list(system)
    sample = all(one.region.is_sample for one in drafts)
    if on and newest and on < newest and not sample:
        raise OlderList(given=on, loaded=newest)
    standing = {row.code: row for row in models.Region.objects.filter(system=system, valid_to__isnull=True)}
    new: list[models.Region] = []
    renewed: list[models.Region] = []
    renamed = 0
    for draft in drafts:
        if each:
            each()
        row = standing.get(draft.region.code)
        if row is not None and row.path != draft.region.path and on and _can_end(row, on):
            row.valid_to, row.loaded_at = on, clock.now()
            row.save(update_fields=["valid_to", "loaded_at"])
            new.append(_row(draft, since=on))
            renamed += 1
        elif row is None:
            new.append(_row(draft, since=draft.region.valid_from))
        elif _renew(row, draft):
            renewed.append(row)
    models.Region.objects.bulk_create(new, batch_size=BATCH)
    models.Region.objects.bulk_update(renewed, ["name", "path", "loaded_at", *_FIGURES], batch_size=BATCH)
    ended = 0 if sample else _end_unlisted(drafts, standing, on)
    unchanged = len(drafts) - len(new) - len(renewed)
    return Loaded(len(new) - renamed, len(renewed), unchanged, renamed, ended)


def _end_unlisted(drafts: Sequence[RegionDraft], standing: dict[str, models.Region], on: date | None) -> int:
    """End what a complete list of its level (one with population figures) no longer has."""
    if on is None:
        return 0
    levels = {one.region.level for one in drafts if one.region.population is not None}
    listed = {one.region.code for one in drafts}
    gone = [
        row.id
        for row in standing.values()
        if row.code not in listed and Level(row.level) in levels and _can_end(row, on) and not _is_sample(row)
    ]
    return models.Region.objects.filter(id__in=gone).update(valid_to=on, loaded_at=clock.now())


def _is_sample(row: models.Region) -> bool:
    return row.code.startswith(SAMPLE_PREFIX)


def _can_end(row: models.Region, on: date) -> bool:
    return row.valid_from is None or row.valid_from < on


def _row(draft: RegionDraft, since: date | None) -> models.Region:
    one = draft.region
    row = models.Region(id=ids.new(), system=one.system, code=one.code, valid_from=since, valid_to=one.valid_to)
    row.name, row.path, row.loaded_at = one.name, one.path, clock.now()
    for field, value in _figures(draft).items():
        setattr(row, field, value)
    return row


def _renew(row: models.Region, draft: RegionDraft) -> bool:
    """Bring `row` up to date; whether anything changed. What this list does not carry stays."""
    wanted = {"name": draft.region.name, "path": draft.region.path} | _figures(draft)
    changed = {field: value for field, value in wanted.items() if value is not None and getattr(row, field) != value}
    for field, value in changed.items():
        setattr(row, field, value)
    row.loaded_at = clock.now()
    return bool(changed)


def _figures(draft: RegionDraft) -> dict[str, Any]:
    one, box = draft.region, bounds(draft.shape) if draft.shape else None
    return {
        "level": one.level.value,
        "parent": one.parent,
        "lat": one.centre.lat if one.centre else None,
        "lon": one.centre.lon if one.centre else None,
        "population": one.population,
        "population_on": one.population_on,
        "shape": draft.shape,
        "west": box.west if box else None,
        "south": box.south if box else None,
        "east": box.east if box else None,
        "north": box.north if box else None,
    }


def add_point(by: Actor, draft: PointDraft) -> Placed:
    """Put a thing on the map. The same thing at the same place again answers its point.

    Raises AlreadyPlaced when it stands elsewhere or under another name, NoSuchRegion for a region no list has.
    """
    tx.demand()
    _known_regions([draft])
    row, fresh = models.Point.objects.get_or_create(
        kind=draft.kind,
        ref=draft.ref,
        defaults={"name": draft.name, "lat": draft.at.lat, "lon": draft.at.lon, "region": draft.region},
    )
    placed = queries.point(PointId(row.id))
    if not fresh and (placed.at, placed.name, placed.region) != (draft.at, draft.name, draft.region):
        raise AlreadyPlaced(kind=draft.kind, ref=draft.ref)
    return placed


def put_points(by: Actor, drafts: Iterable[PointDraft]) -> int:
    """Put many things on the map, moving and renaming those that are there; answers how many. Raises NoSuchRegion."""
    tx.demand()
    wanted = list(drafts)
    _known_regions(wanted)
    models.Point.objects.bulk_create(
        [
            models.Point(
                id=ids.new(),
                kind=one.kind,
                ref=one.ref,
                name=one.name,
                lat=one.at.lat,
                lon=one.at.lon,
                region=one.region,
            )
            for one in wanted
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "ref"],
        update_fields=["name", "lat", "lon", "region"],
    )
    return len(wanted)


def move_point(by: Actor, point: PointId, at: Point, region: str | None = None) -> Placed:
    """Move a point. Without `region` it stays in the region it was given. Raises NoSuchPoint, NoSuchRegion."""
    tx.demand()
    changed: dict[str, Any] = {"lat": at.lat, "lon": at.lon}
    if region is not None:
        changed["region"] = queries.region(region).code if region else ""
    return _change(point, changed)


def rename_point(by: Actor, point: PointId, name: str) -> Placed:
    """Give a point another name. Raises NoSuchPoint."""
    tx.demand()
    return _change(point, {"name": name})


def remove_point(by: Actor, point: PointId) -> None:
    """Take a point off the map. Raises NoSuchPoint."""
    tx.demand()
    gone, _ = models.Point.objects.filter(id=point).delete()
    if not gone:
        raise NoSuchPoint(point=point)


def _change(point: PointId, changed: dict[str, Any]) -> Placed:
    if not models.Point.objects.filter(id=point).update(**changed):
        raise NoSuchPoint(point=point)
    return queries.point(point)


def _known_regions(drafts: Sequence[PointDraft]) -> None:
    wanted = {one.region for one in drafts if one.region}
    missing = wanted - set(queries.regions(wanted)) if wanted else set()
    if missing:
        raise NoSuchRegion(region=min(missing), system=System.MOIS)
