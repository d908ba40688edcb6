"""A crowd that wants to hear: single warnings by the true clock, then one for a quarter of the country that is taken back."""

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import psycopg
from django.db import connection

from dure.base import clock
from dure.kit.importing import Bars
from dure.services.forecasts import tasks
from dure.services.forecasts.demo import season as seasons
from dure.services.forecasts.types import Hazard, ImpactLevel, ImpactRow, Report, ReportKind, SenderRole
from dure.site import boot, config

from . import forecast_town
from .forecast_season import hear
from .forecast_town import Town

PLACES_EACH = 1.6  # places of a reader, on the average
HEALTH_OF_TEN = 6  # so many of ten places are about health
MORNING = datetime(2020, 7, 1, 10, tzinfo=clock.SEOUL)
TAKEN_BACK_SECONDS, AFTER_SECONDS = 3.0, 1.0
DRAINED_SECONDS_MAX = 300
QUARTER = 4
AHEAD = (0, 1, 2)
_READERS = """
INSERT INTO forecasts_reader (person_id, time_zone, hour)
SELECT id, 'Asia/Seoul', abs(hashtext(id::text)) %% 24 FROM people_person WHERE joined_at = %(at)s
"""
_PLACES = """
INSERT INTO forecasts_place (id, reader_id, region, zone, field, level, at)
SELECT gen_random_uuid(), id, regions[place], zones[place],
  CASE WHEN kind < %(health)s THEN fields[1] ELSE fields[2 + kind %% 5] END, 2 + (place + kind) %% 2, %(at)s
FROM (
  SELECT id, 1 + (abs(hashtext(id::text || n)) %% %(many)s) AS place, abs(hashtext(n || id::text)) %% 10 AS kind
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM people_person WHERE joined_at = %(at)s) AS people
  CROSS JOIN LATERAL generate_series(1, CASE number %% 5 WHEN 0 THEN 3 WHEN 1 THEN 2 ELSE 1 END) AS n
) AS wishes, (
  SELECT %(regions)s::text[] AS regions, %(zones)s::text[] AS zones, %(fields)s::text[] AS fields
) AS known
ON CONFLICT DO NOTHING
"""
_COUNTS = "SELECT count(*), count(DISTINCT reader_id) FROM forecasts_place WHERE at = %s"
_OF_LETTERS = "d.sending_id IN (SELECT sending FROM forecasts_letter WHERE at >= %s AND at < %s)"
_NEVER_LEFT = (
    f"SELECT count(*) FROM channels_dispatch d WHERE {_OF_LETTERS}"  # noqa: S608 - no value
    " AND NOT EXISTS (SELECT FROM channels_attempt a WHERE a.dispatch_id = d.id)"
)
_LEFT = (
    f"SELECT count(*) FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id WHERE {_OF_LETTERS}"  # noqa: S608 - no value
    " AND a.at > %s"
)

type Levels = dict[tuple[str, int, int], int]  # zone, number of the field, day ahead


@dataclass(slots=True)
class Warned:
    """How long it took until messages were on their way, and what still left after they were taken back."""

    readers: int = 0
    waits: list[tuple[float, int]] = field(default_factory=list)  # seconds, how many readers
    counts: list[int] = field(default_factory=list)  # readers of each warning
    tide: int = 0
    tide_seconds: float = 0.0
    waiting: int = 0
    after: int = 0
    stopped: int = 0
    stop_seconds: float = 0.0
    findings: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Seconds within which this share of all messages was on its way."""
        seen, everybody = 0, sum(count for _seconds, count in self.waits)
        for seconds, count in sorted(self.waits):
            seen += count
            if seen >= share * everybody:
                return seconds
        return 0.0


def warn(town: Town, size: tuple[int, int], seed: int, shown: Bars) -> Warned:
    """So many subscriptions, so many single warnings; then many at once, and back."""
    subscriptions, changes = size
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    done, ahead = Warned(), MORNING - clock.now()
    with clock.read_from(clock.ahead(ahead)):
        shown.begin("the crowd", 1)
        done.readers = _settle(town, subscriptions)
        shown.advance()
        levels: Levels = {}
        _hear(town, levels)
        tasks.tell_all()
        shown.begin("warnings, one by one", changes)
        for _ in range(changes):
            place = chance.choice(town.zones), chance.choice(range(1, 7)), chance.choice(AHEAD[1:])
            levels[place] = 7 - levels.get(place, 4)  # 경고 and 위험 in turn: each is a warning, or a change of one
            began, count = time.monotonic(), len(done.waits)
            _hear(town, levels)
            _tell(done, began)
            done.counts.append(sum(number for _seconds, number in done.waits[count:]))
            shown.advance()
        with _sender(int(ahead.total_seconds())):
            _tide(town, levels, done, shown)
    return done


def _settle(town: Town, subscriptions: int) -> int:
    """A crowd straight into the tables. Answers how many readers."""
    at = clock.now()
    with clock.read_from(lambda: at):
        forecast_town.people_of(town, round(subscriptions / PLACES_EACH))
    asked = {
        "at": at,
        "health": HEALTH_OF_TEN,
        "fields": [one.value for one in seasons.FIELDS],
        "many": len(town.zones),
        "regions": list(town.regions),
        "zones": list(town.zones),
    }
    with psycopg.connect(boot.keeper_url(), options="-c synchronous_commit=off") as writing:
        writing.execute(_READERS, asked)
        writing.execute(_PLACES, asked)
    with psycopg.connect(boot.keeper_url(), autocommit=True) as writing:
        writing.execute("VACUUM (ANALYZE) forecasts_reader, forecasts_place")
    return int(_asked(_COUNTS, at)[0][1])


def _hear(town: Town, levels: Levels) -> None:
    """The authority says all of it anew: what is not in `levels` is at 관심, from which on nobody here wants to hear."""
    now = clock.now()
    today: date = clock.local(now).date()
    rows = tuple(
        ImpactRow(
            issued=now,
            day=today + timedelta(days=ahead),
            station="0",
            zone=zone,
            hazard=Hazard.HEAT,
            field_code=code,
            level=ImpactLevel(levels.get((zone, code, ahead), 1)),
            number=int(now.timestamp() * 10) % 2**31,  # two answers of one minute are told apart
        )
        for zone in town.zones
        for code in seasons.CODES
        for ahead in AHEAD
    )
    hear(*seasons.content_of(Report(ReportKind.READING, rows, now)), SenderRole.AUTHORITY)


def _tell(done: Warned, began: float) -> None:
    tasks.tell_all(lambda count: done.waits.append((time.monotonic() - began, count)) if count else None)


def _tide(town: Town, levels: Levels, done: Warned, shown: Bars) -> None:
    """A warning for every fourth zone; while it is being sent, an answer takes all of it back."""
    shown.begin("a warning for many, and back", 3)
    tide = Warned()
    since, began = clock.now(), time.monotonic()
    zones = town.zones[::QUARTER]
    for zone in zones:
        levels[zone, 1, 1] = 7 - levels.get((zone, 1, 1), 4)
    _hear(town, levels)
    _tell(tide, began)
    done.tide, done.tide_seconds = sum(count for _seconds, count in tide.waits), time.monotonic() - began
    shown.advance()
    for zone in zones:
        del levels[zone, 1, 1]
    came = clock.now()
    began = time.monotonic()
    _hear(town, levels)
    done.stop_seconds = time.monotonic() - began
    shown.advance()
    time.sleep(TAKEN_BACK_SECONDS)
    done.after = _asked(_LEFT, since, came, came + timedelta(seconds=AFTER_SECONDS))[0][0]
    done.stopped = _asked(_NEVER_LEFT, since, came)[0][0]  # counted afterwards: a count would hold up the answer
    done.waiting = done.stopped + _asked(_LEFT, since, came, came)[0][0]
    if not done.waiting:
        done.findings.append("nothing waited when it was taken back: this proves nothing")
    shown.advance()


@contextmanager
def _sender(ahead: int) -> Iterator[None]:
    """The loops that send, in a process of their own. Nobody here has a telephone: all goes into inboxes."""
    command = [sys.executable, "-m", "dure.site.trials.sender", str(ahead)]
    part = subprocess.Popen(command, cwd=config.ROOT)
    try:
        yield
    finally:
        part.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            part.wait(10)
        part.kill()
        part.wait()


def _asked(statement: str, *values: datetime) -> Sequence[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
