"""Spoilt alerts and attacks at the true door (`take_alert`): each is kept with findings or refused by name, and every verdict has
a sentence in Korean and in English. Nothing is fetched, nothing false is believed.
"""

import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils import translation

from dure.base import clock, ids
from dure.base.actors import Actor, system
from dure.foundations.people import actions as people
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Newcomer, PersonId, PlatformRole
from dure.kit import tx
from dure.kit.faces import Words
from dure.kit.importing import Bars
from dure.services.forecasts import actions, names, queries
from dure.services.forecasts.rules.cap import korea, own, pinning
from dure.services.forecasts.types import (
    Alert,
    AlertTelling,
    AlertUnfit,
    AlertUnreadable,
    Area,
    Category,
    Certainty,
    FindingCode,
    MsgType,
    Named,
    NewPin,
    Point,
    Polygon,
    Resource,
    Scope,
    Segment,
    Severity,
    Status,
    UnfitReason,
    UnreadableReason,
    UntrustedReason,
    Urgency,
)

from . import alert_wrapped
from .alert_spoilt import Mutant, mutants
from .alert_wrapped import Issuer

BY = system("simulate.alerts")
MOMENT = datetime(2026, 7, 20, 11, 31, tzinfo=clock.SEOUL)  # when all of it comes in
SENT = MOMENT - timedelta(minutes=1)
GOOD = 12  # true alerts, of which spoilt ones are made
SECONDS_MAX = 5.0  # of the processor, for one alert, whatever is in it
SECRET = "a secret that lies beside the alert"  # noqa: S105 - it is to be found, if anybody reads it
BELIEVED = "believed: as it was signed"
_HANGUL = re.compile("[가-힣]")
_SENTENCES: Mapping[type[StrEnum], Mapping[Any, Words]] = {
    FindingCode: names.FINDINGS,
    UnreadableReason: names.UNREADABLE,
    UnfitReason: names.UNFIT,
    UntrustedReason: names.UNTRUSTED,
}


@dataclass(slots=True)
class Door:
    """What became of everything that came to the door."""

    verdicts: Counter[StrEnum | str] = field(default_factory=Counter)  # one an alert
    remarks: Counter[FindingCode] = field(default_factory=Counter)  # so many alerts have one
    families: Counter[str] = field(default_factory=Counter)
    attacks: dict[str, str] = field(default_factory=dict)  # to the verdict
    fetched: int = 0
    hears: int = 0  # the same count after one true connection: what it is worth
    longest_seconds: float = 0.0
    findings: list[str] = field(default_factory=list)


def stand(count: int, seed: int, home: Path, shown: Bars) -> Door:
    """So many spoilt alerts, then every attack."""
    chance, done = random.Random(seed), Door()  # noqa: S311 - chance, not secrecy
    with clock.read_from(lambda: MOMENT):
        issuer = alert_wrapped.issuer(1, MOMENT)
        _pin(issuer)
        true = [_true(number) for number in range(1, GOOD + 1)]
        good = [issuer.signed(one) for one in true]
        spoilt = mutants(good, issuer, count, chance)
        shown.begin("spoilt alerts", len(spoilt))
        for one in spoilt:
            done.families[one.family] += 1
            verdict = _ask(one, true, done)
            if verdict is not None:
                done.verdicts[verdict] += 1
            shown.advance()
        _attack(good[0], true, home, done, shown)
    if done.verdicts.total() != count:
        done.findings.append(f"{count - done.verdicts.total()} of {count} have no verdict")
    done.findings += [no for one in (*done.verdicts, *done.remarks) if (no := _unexplained(one))]
    return done


def sentence(verdict: StrEnum, language: str) -> str:
    """What a person reads for it; empty: nobody wrote one."""
    with translation.override(language):
        return str(_SENTENCES[type(verdict)].get(verdict, ""))


def _ask(one: Mutant, true: list[Alert], done: Door) -> StrEnum | str | None:
    """Its verdict; None: it has none, and what happened instead stands among the findings."""
    began = time.process_time()
    try:
        verdict = _taken(one.content, true, done)
    except AlertUnreadable as no:
        verdict = no.reason
    except AlertUnfit as no:
        verdict = UnfitReason(no.reason)
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is what the trial looks for
        done.findings.append(f"{one.family}: {type(crash).__name__}: {str(crash)[:200]}: {one.content[:60]!r}")
        verdict = None
    seconds = time.process_time() - began
    done.longest_seconds = max(done.longest_seconds, seconds)
    if seconds > SECONDS_MAX:
        done.findings.append(f"{one.family}: it took {seconds:.1f} s of the processor, at most {SECONDS_MAX:.0f} s")
    return verdict


def _taken(content: bytes, true: list[Alert], done: Door) -> StrEnum | str:
    """It is kept: look at it as the desk does, and as a reader would. What is believed is what was signed, and nothing else."""
    taken = actions.take_alert(BY, content)
    kept = queries.alert_received(BY, taken.id)
    done.remarks.update({one.code for one in taken.findings})
    for language in ("ko", "en"):
        with translation.override(language):
            said = names.alert_message(kept, AlertTelling.FIRST)
            if SECRET in said or SECRET in repr(kept.alert):
                done.findings.append("a file of this machine stands in an alert")
    if taken.untrusted is not None:
        return taken.untrusted
    if kept.alert not in true:
        done.findings.append(f"believed, and nobody signed it: {content[:80]!r}")
    return BELIEVED


def _attack(good: bytes, true: list[Alert], home: Path, done: Door, shown: Bars) -> None:
    secret = home / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    with _listening() as (origin, seen):
        made = alert_wrapped.attacks(good, origin, str(secret))
        shown.begin("attacks", len(made))
        for name, content in made.items():
            verdict = _ask(Mutant(name, content), true, done)
            done.attacks[name] = _named(verdict) if verdict is not None else "-"
            shown.advance()
        done.fetched = len(seen)
        host, _colon, port = origin.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=SECONDS_MAX):
            _until(lambda: len(seen) > done.fetched)
        done.hears = len(seen) - done.fetched
    if done.fetched:
        done.findings.append(f"{done.fetched} addresses were fetched")
    if done.hears != 1:
        done.findings.append("a true connection was not counted: this proves nothing")


def _named(verdict: StrEnum | str) -> str:
    return verdict.value if isinstance(verdict, StrEnum) else verdict


def _unexplained(verdict: StrEnum | str) -> str:
    """What lacks a sentence; empty: it has one in both languages."""
    if not isinstance(verdict, StrEnum):
        return ""
    korean, english = sentence(verdict, "ko"), sentence(verdict, "en")
    if not _HANGUL.search(korean):
        return f"{verdict.value} has no Korean sentence"
    return "" if english and not _HANGUL.search(english) else f"{verdict.value} has no English sentence"


@contextmanager
def _listening() -> Iterator[tuple[str, list[int]]]:
    """An address on this machine that counts who connects."""
    seen: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        ended = threading.Event()

        def accept() -> None:
            while not ended.is_set():
                try:
                    line, _address = server.accept()
                except TimeoutError:
                    continue
                line.close()
                seen.append(1)

        waiting = threading.Thread(target=accept, daemon=True)
        waiting.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", seen
        ended.set()
        waiting.join(SECONDS_MAX)


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)


def _pin(issuer: Issuer) -> None:
    certificate = issuer.certificate.decode()
    fingerprint = pinning.read_aloud(own.fingerprint(issuer.certificate))
    new = NewPin(sender=issuer.sender, certificate=certificate, fingerprint=fingerprint, heard_from="예시 기관, 전화")
    actions.pin(steward(), new, key=ids.new().hex)


def steward() -> Actor:
    """A steward of the trial's town."""
    person = PersonId(ids.new())
    with tx.durable():
        people.admit(BY, Newcomer(id=person, name="예시 운영", email=f"{person.hex}@sample.invalid"))
        people.grant_role(BY, person, PlatformRole.STEWARD)
    return persons.actor(person)


def _true(number: int) -> Alert:
    """A good alert, with something of everything the standard knows."""
    corners = (("35.1", "128.1"), ("35.1", "128.9"), ("35.9", "128.9"), ("35.9", "128.1"), ("35.1", "128.1"))
    square = Polygon(tuple(Point(Decimal(lat), Decimal(lon)) for lat, lon in corners))
    segment = Segment(
        language="ko-KR",
        categories=(Category.MET, Category.HEALTH),
        event="호우경보",
        urgency=Urgency.EXPECTED,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        event_codes=(Named(korea.EVENT_CODE, "HRW"),),
        effective=SENT,
        expires=SENT + timedelta(hours=12),
        sender_name="예시 기관",
        headline=f"예시 지역 호우경보 {number}",
        description="비가 많이 옵니다 (지어낸 글).",
        instruction="냇가에 가지 마세요.",
        web="https://example.org/rain",
        parameters=(Named("rain", "120 mm"),),
        resources=(
            Resource(
                resource_desc="그림", mime_type="image/png", size=3, deref_uri="AAAA", uri="https://example.org/a.png"
            ),
        ),
        areas=(Area(area_desc="예시군", polygons=(square,), geocodes=(Named(korea.GEOCODE, "9900100000"),)),),
    )
    english = replace(
        segment, language="en-US", event="Heavy rain", headline=f"Heavy rain {number}", description="Much rain."
    )
    return Alert(
        identifier=f"예시{number:010}",
        sender=alert_wrapped.SENDER,
        sent=SENT,
        status=Status.ACTUAL,
        msg_type=MsgType.ALERT,
        scope=Scope.PUBLIC,
        codes=(korea.PROFILE,),
        segments=(segment, replace(english, instruction="Keep away from streams.")),
    )
