"""Which zone a region lies in, by the table of its day."""

from collections.abc import Iterable
from datetime import date

from dure.services.forecasts.types import Zone, ZoneTable


def table_at(tables: Iterable[ZoneTable], day: date) -> ZoneTable | None:
    """The table that held on `day`; None before the first one."""
    return max((table for table in tables if table.since <= day), key=lambda table: table.since, default=None)


def zone_of(table: ZoneTable, region: str) -> Zone | None:
    """The zone of a 10-digit region code (also of a dong, which lies in its town): the one that names it most exactly."""
    named = [(len(start), zone) for zone in table.zones for start in zone.regions if start and region.startswith(start)]
    return max(named, key=lambda pair: (pair[0], pair[1].id))[1] if named else None
