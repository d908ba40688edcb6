"""A day at the three parties, as it is lived: people fetch codes, come to places, scanners send what they read, workers write.

All of it over HTTP, at servers as everybody runs them; only the clock is moved from moment to moment. What really happened is
known here alone, and to the referee: no party is told.
"""

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.base import clock, ids
from dure.kit import seals
from dure.services.checkin.rules import buckets, calendar, issuing, passes, showing, tokens
from dure.services.checkin.rules.marks import MARK_BYTES
from dure.services.checkin.types import Batch, Envelope, Epoch, HalfHour, Pass, Shown, Stamp, VenueId
from dure.site import parties
from dure.site.unmasking import canaries
from dure.site.unmasking.three import Member, Three
from dure.site.unmasking.town import OPEN_SECONDS, SHOWN_BEFORE_SECONDS, Outing, Told, untold

APART_SECONDS: Final = 5 * 60  # between two check-ins of one person
EVENING: Final = timedelta(hours=-4)  # before midnight: telephones fetch the codes of tomorrow
TOKEN_SECONDS: Final = 600


@dataclass(slots=True)
class Person:
    """Somebody with a telephone."""

    id: UUID
    name: str
    email: str
    browser: str
    address: str
    session: str = ""
    batch: Batch | None = None
    remembers: Shown | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place with one scanner."""

    id: VenueId
    name: str
    scanner: UUID
    key: Ed25519PrivateKey
    browser: str
    address: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody came: what really happened, and the bytes that were shown."""

    outing: Outing
    shown: Pass
    code: bytes  # as the scanner read it, without the checksum
    token: str


@dataclass(slots=True)
class Day:
    """What really happened."""

    epoch: Epoch
    people: list[Person]
    places: list[Place]
    came: list[Came] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # the words that scanners heard

    def instant(self, second: float) -> datetime:
        """A second of this day."""
        return calendar.starts_at(self.epoch) + timedelta(seconds=second)


def eve() -> tuple[Epoch, datetime]:
    """The day that is played, and the evening before it, at which the clock begins: today, because a database that forgets
    what is over asks its own clock. Asked once: midnight may come before the day is played, and it stays the same day."""
    epoch = calendar.epoch_of(clock.now())
    return epoch, calendar.starts_at(epoch) + EVENING


def begun(three: Three, epoch: Epoch, visits: int, people: int, chance: random.Random, told: Told = untold) -> Day:
    """The evening before a day of so many visits: keys are made and handed over, telephones fetch their codes."""
    begins = calendar.starts_at(epoch) + EVENING
    day = Day(epoch, _people(people), _places(max(2, visits // 15)))
    three.minute(begins)
    three.minute(begins + timedelta(minutes=1))  # keys are handed over when those who get them have theirs
    _prepare(three, day)
    _fetch_all(three, day, begins, chance, told)
    return day


def lived(three: Three, day: Day, visits: int, chance: random.Random, told: Told = untold) -> None:
    """The day itself: so many visits, one after the other, and each half hour is written when it is over."""
    _come(three, day, _outings(day, visits, chance), told)


def _people(count: int) -> list[Person]:
    return [
        Person(
            id=ids.new(),
            name=f"{canaries.NAME}{number}",
            email=f"{canaries.MAIL}{number}@example.org",
            browser=f"{canaries.BROWSER}/{number}",
            address=f"{canaries.ADDRESSES}{number % 250 + 1}",
        )
        for number in range(count)
    ]


def _places(count: int) -> list[Place]:
    return [
        Place(
            id=VenueId(ids.new()),
            name=f"{canaries.PLACE}{number}",
            scanner=ids.new(),
            key=Ed25519PrivateKey.generate(),
            browser=f"{canaries.SCANNER}/{number}",
            address=f"{canaries.GATES}{number % 250 + 1}",
        )
        for number in range(count)
    ]


def _prepare(three: Three, day: Day) -> None:
    """People agree and log in; places are certified and set their scanners up."""
    asked = [{"id": str(one.id), "name": one.name, "email": one.email} for one in day.people]
    for one, session in zip(day.people, three[parties.IDENTITY].ask("let_in", people=asked), strict=True):
        one.session = session
    places = [
        {
            "id": str(place.id),
            "name": place.name,
            "organisation": canaries.ORGANISATION,
            "scanner": str(place.scanner),
            "code": f"kanari-{place.scanner}",
            "public": place.key.public_key().public_bytes_raw().hex(),
        }
        for place in day.places
    ]
    three[parties.VISITS].ask("open_places", places=places)


def _client(member: Member) -> httpx.Client:
    host, port = member.address
    headers = {"Host": f"localhost:{port}"}
    return httpx.Client(base_url=f"http://{host}:{port}", headers=headers, timeout=30, trust_env=False)


def _fetch_all(three: Three, day: Day, begins: datetime, chance: random.Random, told: Told) -> None:
    """Each telephone fetches its codes of tomorrow, at a moment of its own between evening and midnight."""
    order = [(begins + timedelta(seconds=chance.uniform(120, 10_000)), one) for one in day.people]
    with _client(three[parties.IDENTITY]) as line:
        for at, one in sorted(order, key=lambda each: each[0]):
            three.now(at)
            headers = {"User-Agent": one.browser, "X-Forwarded-For": one.address}
            answer = line.get(f"/checkin/batch/{day.epoch}/", headers=headers | {"Cookie": f"sessionid={one.session}"})
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"no codes: {answer.status_code} {answer.text}")
            one.batch, one.remembers = batch_in(answer.json()), Shown(day.epoch)
            told(1)


def batch_in(said: Mapping[str, Any]) -> Batch:
    """A batch as a telephone reads it."""
    envelopes, marks, stamps = (base64.b64decode(said[name]) for name in ("envelopes", "marks", "stamps"))
    sealed, proof, windows = passes.SEALED_BYTES, issuing.PROOF_BYTES, calendar.MINUTES // 2
    first, second = marks[: windows * MARK_BYTES], marks[windows * MARK_BYTES :]
    return Batch(
        epoch=Epoch(said["epoch"]),
        visits=bytes.fromhex(said["visits"]),
        envelopes=tuple(
            Envelope(envelopes[at : at + sealed], envelopes[at + sealed : at + sealed + proof])
            for at in range(0, len(envelopes), sealed + proof)
        ),
        stamps=tuple(
            Stamp(
                minute,
                _piece(first, minute // 2, MARK_BYTES) + _piece(second, (minute + 1) // 2, MARK_BYTES),
                _piece(stamps, minute, proof),
            )
            for minute in range(calendar.MINUTES)
        ),
    )


def _piece(whole: bytes, number: int, length: int) -> bytes:
    return whole[number * length : (number + 1) * length]


def _outings(day: Day, visits: int, chance: random.Random) -> list[Outing]:
    """Who comes where and when, in the order of the scans: as they like, but nobody is at two places within five minutes."""
    found: list[Outing] = []
    last: dict[int, float] = {}
    for scanned in sorted(chance.uniform(OPEN_SECONDS.start, OPEN_SECONDS.stop) for _ in range(visits)):
        free = [who for who in range(len(day.people)) if scanned - last.get(who, 0.0) > APART_SECONDS]
        who = chance.choice(free)
        last[who] = scanned
        found.append(
            Outing(who, chance.choice(day.places).id, scanned - chance.uniform(*SHOWN_BEFORE_SECONDS), scanned)
        )
    return found


def _come(three: Three, day: Day, outings: list[Outing], told: Told) -> None:
    """People are scanned, and the visit party's worker has its minutes: after each half hour, and one before the first guest."""
    places = {place.id: place for place in day.places}
    three.minute(day.instant(OPEN_SECONDS.start - 60), parties.VISITS)
    half = calendar.bucket_of_slot(OPEN_SECONDS.start // calendar.SLOT_SECONDS)
    with _client(three[parties.VISITS]) as line:
        for outing in outings:
            while (due := _written_at(day, half)) <= day.instant(outing.scanned):
                three.minute(due, parties.VISITS)
                half += 1
            three.now(day.instant(outing.scanned))
            came, text = _shown(three, day, outing, places[outing.venue])
            place = places[outing.venue]
            headers = {"User-Agent": place.browser, "X-Forwarded-For": place.address}
            answer = line.post(
                "/checkin/scan", json={"code": text}, headers=headers | {"Authorization": f"Bearer {came.token}"}
            )
            day.told.append(answer.json().get("verdict", answer.text))
            day.came.append(came)
            told(1)
    three.minute(_written_at(day, half), parties.VISITS)


def _written_at(day: Day, number: int) -> datetime:
    return buckets.ends_at(HalfHour(day.epoch, number)) + timedelta(seconds=buckets.WRITTEN_SECONDS + 1)


def _shown(three: Three, day: Day, outing: Outing, place: Place) -> tuple[Came, str]:
    """What the person's telephone shows, and with which token the scanner sends it."""
    one = day.people[outing.person]
    if one.batch is None or one.remembers is None:
        raise RuntimeError("nobody goes out without codes")
    shown, one.remembers = showing.show(one.batch, one.remembers, day.instant(outing.shown))
    public = one.batch.visits
    code = passes.sealed(shown, lambda context, plain: seals.seal_to(public, context, plain))
    until = int(day.instant(outing.scanned).timestamp()) + TOKEN_SECONDS
    token = tokens.signed(place.scanner, until, three[parties.VISITS].origin, place.key.sign)
    raw = passes.header(code.epoch, code.slot) + code.letter
    return Came(outing, shown, raw, token), passes.encode(code)
