"""What forecasts offers to the command line: tables of zones for `dure import`, the twin of the authority for `dure twin`, what
`dure doctor` should say of the feeds."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dure.base import clock
from dure.foundations.people.types import system
from dure.kit.diagnosis import Diagnosis, ok, warning
from dure.kit.importing import BadRow, Importer, Progress, Report, UnreadableFile, bad, rows_of
from dure.kit.twins import LoopbackTwin, Setting
from dure.kit.twins.asking import TwinAsked
from dure.services.forecasts import actions, providers, queries
from dure.services.forecasts.twins import AlertTwin, WeatherTwin
from dure.services.forecasts.types import Zone, ZoneTable

COLUMNS = ("zone", "name", "regions")
_NAMED = re.compile(r"zones[-_](\d{4}-\d\d-\d\d)\.csv", re.IGNORECASE)
_CODE = re.compile(r"[0-9]{2,10}")


def importers() -> dict[str, Importer]:
    """What `dure import` offers from this house."""
    return {"zones": import_zones}


def twins() -> dict[str, Callable[[TwinAsked], LoopbackTwin]]:
    """The loopback twins of the weather authority and of an agency that publishes alerts."""
    return {
        "alerts": lambda asked: AlertTwin(
            Setting(secret=asked.secret, pace=asked.pace, faults=asked.faults, file=asked.file)
        ),
        "weather": lambda asked: WeatherTwin(
            Setting(secret=asked.secret, pace=asked.pace, faults=asked.faults, file=asked.file)
        ),
    }


def diagnoses() -> tuple[Diagnosis, ...]:
    """Whether anybody is asked for forecasts, whether they answer, and whether a place can be found in a zone."""
    return (_feeds(), _zones())


def import_zones(source: Path, progress: Progress) -> Report:
    """Load tables of warning zones: files zones-YYYY-MM-DD.csv, named after the day from which they hold, with the columns zone,
    name and regions (beginnings of region codes, with blanks between them). A file with a bad row is left out as a whole.
    """
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    named = [(path, found) for path in files if (found := _NAMED.fullmatch(path.name))]
    if not named:
        raise UnreadableFile(file=str(source), reason="format", found="no file zones-YYYY-MM-DD.csv")
    report = Report()
    progress.begin("zones", len(named))
    for path, found in named:
        report += _load(path, found[1])
        progress.advance()
    return report


def _load(path: Path, since: str) -> Report:
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return Report(bad=(bad(path, 0, "day", since),))
    zones: list[Zone] = []
    wrong: list[BadRow] = []
    for line, row in rows_of(path, COLUMNS):
        regions = tuple(row["regions"].split())
        if not (row["zone"] and row["name"] and regions and all(_CODE.fullmatch(one) for one in regions)):
            wrong.append(bad(path, line, "zone", f"{row['zone']} {row['name']} {row['regions']}"))
            continue
        zones.append(Zone(row["zone"], row["name"], regions))
    if wrong:
        return Report(bad=tuple(wrong))
    actions.put_zones(system("forecasts.import_zones"), ZoneTable(f"zones-{since}", day, tuple(zones), is_sample=False))
    moved = actions.resolve_places(system("forecasts.import_zones"))
    notes = (f"{moved} places of people lie in another zone now",) if moved else ()
    return Report(loaded=len(zones), notes=notes)


def _feeds() -> Diagnosis:
    where = providers.source()
    if where is None:
        todo = "get a key at the weather authority's API hub and set DURE_WEATHER_KEY"
        return warning("forecasts", "nobody is asked for forecasts: people read that there is no data", todo)
    if where.is_twin:
        return warning("forecasts", "forecasts come from a twin and are made up", "unset DURE_WEATHER_URL")
    feeds = queries.feed_standings(system("forecasts.doctor"))
    silent = [one.feed.value for one in feeds if one.is_missed or one.is_overdue]
    if silent:
        todo = "look at the desk what they answered, and whether the worker runs"
        return warning("forecasts", f"no data lately: {', '.join(silent)}", todo)
    unclear = [f"{one.feed.value} ({len(one.unclear)})" for one in feeds if one.unclear]
    if unclear:
        return warning(
            "forecasts", f"rows that were not understood: {', '.join(unclear)}", "look at the desk which, and why"
        )
    return ok("forecasts", "every feed speaks")


def _zones() -> Diagnosis:
    table = queries.zone_table(clock.today())
    if table is None:
        todo = "load the authority's zones: dure import zones --from FOLDER"
        return warning("zones", "no table of warning zones: nobody can choose a place", todo)
    return ok("zones", f"{len(table.zones)} warning zones, as of {table.since}")
