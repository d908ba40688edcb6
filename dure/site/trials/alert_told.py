"""How long it takes from the second in which an alert leaves until everybody it concerns has a message on its way; and back."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import translation

from dure.base import clock, ids
from dure.base.refusals import Busy
from dure.kit.importing import Bars
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.rules.cap import desk
from dure.services.forecasts.types import (
    AlertId,
    Certainty,
    DeskKind,
    NewIssue,
    Severity,
    Status,
    Urgency,
)
from dure.site import boot, config

from . import alert_due, forecast_town
from .alert_desk import Office
from .alert_door import BY
from .forecast_town import Town
from .parts import Program

MORNING = datetime(2026, 8, 3, 10, tzinfo=clock.SEOUL)
APART = timedelta(minutes=1)  # each is written after the one before has left, by the trial's clock as well
ROUNDS = 40  # in which everybody is told while tellers are killed
IDLE_SECONDS, LOOK_SECONDS, STRUCK_SECONDS_MAX = 0.1, 0.02, 600
HERE_MAX = 49  # the regions 99001 to 99049: what ends in nought there, as 99050, is a city and all its districts
HALF, MOST = 29, 39  # likewise: each ends before a nought
SHARE = 4  # of five readers, so many live where the alert is for
WORDING = actions.AlertWording(
    names.alert_message, "경보가 있습니다.", "경보 읽기", lambda alert: f"/forecasts/alerts/{alert}/"
)
_READERS = """
INSERT INTO forecasts_reader (person_id, time_zone, hour)
SELECT id, 'Asia/Seoul', 8 FROM people_person WHERE joined_at = %(at)s
"""
_PLACES = """
INSERT INTO forecasts_place (id, reader_id, region, zone, field, level, at)
SELECT gen_random_uuid(), id, (%(regions)s::text[])[place], (%(zones)s::text[])[place], 'health', 2, %(at)s
FROM (
  SELECT id, 1 + CASE WHEN number %% 5 < %(share)s THEN number %% %(here)s ELSE %(here)s + number %% %(there)s END AS place
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM people_person WHERE joined_at = %(at)s) AS people
) AS placed
"""
_HOMES = "SELECT reader_id, region FROM forecasts_place WHERE at = %s"
_NOTICES = "SELECT reader_id, telling FROM forecasts_notice WHERE alert_id = %s"
_QUEUED = """
SELECT d.person_id FROM channels_dispatch d
WHERE d.sending_id IN (
  SELECT l.sending FROM forecasts_letter l JOIN forecasts_notice n ON n.letter_id = l.id WHERE n.alert_id = %s
)
"""
_COUNT = "SELECT count(*) FROM forecasts_notice WHERE alert_id = %s"
_STILL_LEAVING = """
SELECT count(*) FROM channels_sending s
WHERE s.state <> 'stopped' AND s.id IN (
  SELECT l.sending FROM forecasts_letter l JOIN forecasts_notice n ON n.letter_id = l.id WHERE n.alert_id = ANY(%s)
)
"""


@dataclass(slots=True)
class Round:
    """One alert to everybody."""

    name: str
    concerned: int = 0
    told: int = 0
    queued: int = 0
    words: Counter[str] = field(default_factory=Counter)  # what it is to them, by the oracle
    left_seconds: float = 0.0  # to be signed and published
    waits: list[tuple[float, int]] = field(default_factory=list)  # seconds since it left, how many readers

    def quantile(self, share: float) -> float:
        """Seconds within which this share of all was told."""
        seen, everybody = 0, sum(count for _seconds, count in self.waits)
        for seconds, count in self.waits:
            seen += count
            if seen >= share * everybody:
                return seconds
        return 0.0


@dataclass(slots=True)
class Told:
    readers: int = 0
    kills: int = 0
    rounds: list[Round] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)


def tell(town: Town, office: Office, size: tuple[int, int], seed: int, shown: Bars) -> Told:
    """Alerts for a part of the country, worse, smaller, larger and over, and one taken back: each to exactly those whom an oracle
    names. Then one more, told by two processes that are killed so many times. `size`: readers, kills.
    """
    readers, kills = size
    done, ahead = Told(readers), MORNING - clock.now()
    shown.begin("readers", 1)
    at = MORNING - timedelta(days=1)
    with clock.read_from(lambda: at):
        while actions.tell_alerts(BY, WORDING):  # what was issued before readers came
            pass
        forecast_town.people_of(town, readers)
    _settle(town, at)
    homes: dict[UUID, str] = dict(_asked(_HOMES, at))
    if len(homes) != readers:
        done.findings.append(f"{len(homes):,} readers have a place, of {readers:,}: this proves nothing")
    shown.advance()
    steps = _steps(town.regions[:HERE_MAX])
    shown.begin("alerts to everybody", len(steps))
    chain, before = alert_due.Chain(homes), list[AlertId]()
    with translation.override(settings.LANGUAGE_CODE):
        for number, (kind, severity, name, regions) in enumerate(steps):
            if kind is DeskKind.ALERT:
                chain, before = alert_due.Chain(homes), []
            new = _new(office, kind, severity, before[-1] if before else None, regions)
            made = _issue(office, new, Round(name), ahead + number * APART, chain, done)
            shown.advance()
            if made is None:
                break
            before.append(made)
            ((leaving,),) = _asked(_STILL_LEAVING, before[:-1])
            if leaving:
                done.findings.append(f"{name}: {leaving} messages of what it took the place of are still to leave")
        if kills:
            last = _new(office, DeskKind.ALERT, Severity.SEVERE, None, tuple(town.regions[:HERE_MAX]))
            due = alert_due.Chain(homes).due(last.kind, last.severity, last.regions)
            _strike(office, (last, due), ahead + len(steps) * APART, (kills, seed), done, shown)
    return done


def _steps(here: Sequence[str]) -> Sequence[tuple[DeskKind, Severity, str, tuple[str, ...]]]:
    half, most = tuple(here[:HALF]), tuple(here[:MOST])
    return (
        (DeskKind.ALERT, Severity.MODERATE, "a first alert", tuple(here)),
        (DeskKind.UPDATE, Severity.SEVERE, "worse, by an update", tuple(here)),
        (DeskKind.UPDATE, Severity.SEVERE, "a smaller area", half),
        (DeskKind.UPDATE, Severity.MODERATE, "larger again, and easing", most),
        (DeskKind.ALL_CLEAR, Severity.MINOR, "the all-clear", most),
        (DeskKind.ALERT, Severity.SEVERE, "another alert", half),
        (DeskKind.CANCEL, Severity.MINOR, "taken back", half),
    )


def tell_until(stopping: threading.Event, most: int) -> None:
    """What a teller does that may be killed."""
    with translation.override(settings.LANGUAGE_CODE):
        while not stopping.is_set():
            with suppress(Busy):
                if not actions.tell_alerts(BY, WORDING, most):
                    stopping.wait(IDLE_SECONDS)


def _strike(
    office: Office,
    last: tuple[NewIssue, alert_due.Due],
    ahead: timedelta,
    kills: tuple[int, int],
    done: Told,
    shown: Bars,
) -> None:
    """Two tellers at once; kill -9 to one of them whenever a few more rounds are through, and it is started again."""
    chance, one = random.Random(kills[1]), Round(f"one more, {kills[0]} times kill -9")  # noqa: S311 - chance, not secrecy
    most = max(1, done.readers // ROUNDS)
    seconds = str(int(ahead.total_seconds()) + desk.UNDO_SECONDS)
    home = config.read().var
    said = ["dure.site.trials.alert_teller", seconds, str(most)]
    tellers = [Program(f"teller-{number}", said, home) for number in range(2)]
    new, due = last
    made = _leave(office, new, one, ahead, done)
    if made is None:
        return
    shown.begin("kill -9 to who tells", kills[0])
    began, killed_at = time.monotonic(), 0
    try:
        for teller in tellers:
            teller.start()
        while time.monotonic() - began < STRUCK_SECONDS_MAX:
            ((told,),) = _asked(_COUNT, made)
            if any(teller.ended() is not None for teller in tellers):
                done.findings.append(f"a teller ended by itself: {tellers[0].log.read_text()[-500:]}")
                break
            if told > killed_at and done.kills < kills[0]:
                time.sleep(chance.random() * LOOK_SECONDS)  # anywhere in the next round
                struck = chance.choice([teller for teller in tellers if teller.pid])
                struck.kill()
                struck.start()
                done.kills, killed_at = done.kills + 1, told + chance.randrange(1, 3) * most
                shown.advance()
            if told >= len(due):
                break
            time.sleep(LOOK_SECONDS)
    finally:
        for teller in tellers:
            teller.stop()
    one.waits.append((time.monotonic() - began, len(due)))
    if done.kills < kills[0]:
        done.findings.append(f"{one.name}: only {done.kills} kills before everybody was told")
    _count(one, made, due, done)


def _settle(town: Town, at: datetime) -> None:
    """Readers straight into the tables: four of five live where the alert is for."""
    here = HERE_MAX
    asked = {
        "at": at,
        "share": SHARE,
        "here": here,
        "there": len(town.regions) - here,
        "regions": list(town.regions),
        "zones": list(town.zones),
    }
    with psycopg.connect(boot.keeper_url(), options="-c synchronous_commit=off") as writing:
        writing.execute(_READERS, asked)
        writing.execute(_PLACES, asked)
    with psycopg.connect(boot.keeper_url(), autocommit=True) as writing:
        writing.execute("VACUUM (ANALYZE) forecasts_reader, forecasts_place")


def _issue(
    office: Office, new: NewIssue, one: Round, ahead: timedelta, chain: alert_due.Chain, done: Told
) -> AlertId | None:
    made = _leave(office, new, one, ahead, done)
    if made is None:
        return None
    left = time.monotonic()
    with clock.read_from(clock.ahead(ahead + timedelta(seconds=desk.UNDO_SECONDS))):
        while more := actions.tell_alerts(BY, WORDING):
            one.waits.append((one.left_seconds + time.monotonic() - left, more))
    _count(one, made, chain.due(new.kind, new.severity, new.regions), done)
    return made


def _leave(office: Office, new: NewIssue, one: Round, ahead: timedelta, done: Told) -> AlertId | None:
    """Written and sent at the desk; ten seconds later by the trial's clock it is signed and public."""
    with clock.read_from(clock.ahead(ahead)):
        draft = actions.write_issue(office.officer, new, key=ids.new().hex)
        actions.send_issue(office.officer, draft.id, key=ids.new().hex)
    with clock.read_from(clock.ahead(ahead + timedelta(seconds=desk.UNDO_SECONDS))):
        began = time.monotonic()
        actions.issue_due(BY)
        one.left_seconds = time.monotonic() - began
        made = queries.issue(office.officer, draft.id).alert
    if made is None:
        done.findings.append(f"{one.name}: it did not leave")
    return made


def _count(one: Round, made: AlertId, due: alert_due.Due, done: Told) -> None:
    """Compare person by person with the oracle."""
    told, queued = _asked(_NOTICES, made), [person for (person,) in _asked(_QUEUED, made)]
    one.concerned, one.told, one.queued = len(due), len(told), len(queued)
    one.words = Counter(due.values())
    done.findings += [f"{one.name}: {said}" for said in alert_due.misses(due, told, queued)]
    if not due:
        done.findings.append(f"{one.name}: it concerns nobody: this proves nothing")
    done.rounds.append(one)


def _new(
    office: Office, kind: DeskKind, severity: Severity, replaces: AlertId | None, regions: tuple[str, ...]
) -> NewIssue:
    return NewIssue(
        organisation=office.agency,
        kind=kind,
        replaces=replaces,
        status=Status.ACTUAL,
        event="HRW",
        severity=severity,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.LIKELY,
        headline="예시 지역 호우",
        description="비가 많이 옵니다 (지어낸 글).",
        instruction="냇가에 가지 마세요.",
        regions=regions,
        polygon="",
        onset=None,
        expires=MORNING + timedelta(days=2),
        contact="",
        note="잘못 보냈습니다" if kind is DeskKind.CANCEL else "",
    )


def _asked(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
