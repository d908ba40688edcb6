"""What the log says of a night that was broken is there to be read: nothing of it is taken for somebody's number."""

from datetime import date

import structlog

from dure.kit import logs
from dure.services.forecasts import actions
from dure.services.forecasts.types import Zone, ZoneTable

from . import making
from .making import BY, MORNING, Said, at, hear, tell

REAL = ZoneTable("real", date(2021, 1, 1), (Zone("L1050100", "가람", ("9901025",)),), is_sample=False)


def test_the_line_names_zone_day_and_level_and_hides_none_of_them(db: None) -> None:
    making.ground()
    making.channel()
    actions.put_zones(BY, REAL)
    with at(MORNING.replace(hour=23)), structlog.testing.capture_logs() as said:
        making.reader()
        hear(Said(3, zone="L1050100", issued="202607202250"))
        tell()
    [line] = [one for one in said if one["event"] == "forecast_broke_quiet_hours"]
    assert line["log_level"] == "warning"
    written = logs.hide_personal(None, "warning", dict(line))
    assert logs.HIDDEN not in str(written)
    assert (written["zone"], written["day"], written["impact"]) == ("L1.050.100", 20260721, "WARNING")
    assert (written["hazard"], written["field"], written["readers"]) == ("heat", "health", 1)
