"""The town of the engine's proof: its channels and people, and beside the town's own books what was true of them at any second.

Nothing here is read back from the tables: what the oracle knows is what people said and did.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import ids
from dure.base.actors import Actor, OrganisationId, PersonId, PlatformRole, system
from dure.foundations.channels import actions
from dure.foundations.channels.queries import REACH_SEAL, reach_hash
from dure.foundations.channels.types import ChannelId, ChannelState, Lane, NewChannel, Purpose, Route
from dure.foundations.people import actions as people
from dure.foundations.people import queries as persons
from dure.foundations.people import rules
from dure.foundations.people.types import Newcomer, OrganisationForm, OrgKind
from dure.kit import seals, tx

from .campaigns import Act, Event, History

BY = system("prove.messages")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
BEFORE = timedelta(days=900)  # how long people have been here when a cohort begins
CHANNELS_EACH = 5  # of one organisation
CONTACT = "02-000-0000"
POINT, SECRET = "B" + "A" * 86, "A" * 22  # a browser's keys; nothing is sealed for it here
_PEOPLE = """
INSERT INTO people_person (id, email, name, password, is_superuser, region, language, is_active, is_staff, joined_at,
  verified_at)
SELECT one.id, one.email, '친구', '!', false, '', 'ko', true, false, %(at)s, %(at)s
FROM unnest(%(ids)s::uuid[], %(emails)s::text[]) AS one (id, email)
"""
_REACH = """
INSERT INTO channels_reach (id, person_id, route, sealed, hash, proved_at, aloud, why) VALUES (%s, %s, %s, %s, %s, %s, %s, '')
"""
_VOUCH = "UPDATE people_organisation SET state = %s WHERE id = %s"


class Fact[Value]:
    """Something that changes, and what it was at any moment."""

    def __init__(self, first: Value) -> None:
        self._turns = [(LONG_AGO, first)]

    def turn(self, at: datetime, value: Value) -> None:
        """From `at` on it is `value`."""
        self._turns.append((at, value))

    def at(self, at: datetime) -> Value:
        """What it was then."""
        return next(value for moment, value in reversed(self._turns) if moment <= at)


@dataclass(slots=True, eq=False)
class Body:
    """An organisation: whether it may warn at night."""

    id: OrganisationId
    owner: Actor
    public: Fact[bool]


@dataclass(slots=True, eq=False)
class Voice:
    """A channel."""

    id: ChannelId
    body: Body
    name: Fact[str]
    state: Fact[ChannelState] = field(default_factory=lambda: Fact(ChannelState.OPEN))


@dataclass(slots=True, eq=False)
class Somebody:
    """A person, with a number, a mailbox and a browser or without."""

    id: PersonId
    number: str
    log: list[Event] = field(default_factory=list)
    open: Fact[bool] = field(default_factory=lambda: Fact(True))
    wants_no_texts: bool = False  # has told the dealer

    @property
    def actor(self) -> Actor:
        return Actor(self.id, verified=True)


@dataclass(slots=True, eq=False)
class Friendship:
    """A channel and a person, whether they are friends or not."""

    voice: Voice
    person: Somebody
    log: list[Event] = field(default_factory=list)
    muted: Fact[bool] = field(default_factory=lambda: Fact(False))

    def history(self) -> History:
        """Everything the person did that this channel's messages hang on, in order."""
        return tuple(sorted((*self.person.log, *self.log), key=lambda event: event.at))


@dataclass(slots=True, eq=False)
class Sent:
    """A campaign that was queued."""

    number: int
    id: UUID
    voice: Voice
    purpose: Purpose
    lane: Lane
    words: str
    begins_at: datetime
    ends_at: datetime
    by_steward: bool
    audience: frozenset[PersonId]
    stopped: Fact[bool] = field(default_factory=lambda: Fact(False))


@dataclass(slots=True)
class Town:
    """One cohort: its channels, its people, what was sent."""

    steward: Actor
    begins: datetime
    cohort: int
    voices: list[Voice] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)
    friendships: dict[tuple[UUID, UUID], Friendship] = field(default_factory=dict)
    sent: dict[UUID, Sent] = field(default_factory=dict)
    by_number: dict[str, Somebody] = field(default_factory=dict)
    by_id: dict[UUID, Somebody] = field(default_factory=dict)

    def friendship(self, voice: Voice, person: Somebody) -> Friendship:
        """The two, also when they never met."""
        return self.friendships.setdefault((voice.id, person.id), Friendship(voice, person))

    def whose(self, to: object) -> Somebody:
        """Whose address it is: a number, a mailbox, or browsers."""
        return self.by_number[to if isinstance(to, str) else to[0].endpoint]  # type: ignore[index]  # browsers of one person


@dataclass(frozen=True, slots=True)
class Size:
    """How large a cohort is."""

    channels: int = 30
    people: int = 300
    friends: int = 20  # of each channel
    days: tuple[int, ...] = (0, 1, 2, 30, 364, 365, 366, 500, 729, 730, 731, 732, 800)  # after the first
    looks: tuple[int, ...] = (0, 1, 31, 660)  # seconds after a stop: retries, steps of ladders
    renamed: float = 0.3  # share of the channels that are called otherwise for a while


def a_steward(number: int) -> Actor:
    """Somebody who runs the town."""
    person = PersonId(ids.new())
    with tx.durable():
        people.admit(BY, Newcomer(id=person, name="예시 운영자", email=f"steward{number}@sample.invalid"))
        people.grant_role(BY, person, PlatformRole.STEWARD)
    return persons.actor(person)


def settle(cohort: int, size: Size, begins: datetime, chance: random.Random) -> Town:
    """A cohort's channels and people, on the clock of the trial. Nobody is anybody's friend yet."""
    town = Town(a_steward(cohort), begins, cohort)
    for number in range(-(-size.channels // CHANNELS_EACH)):
        body = _body(cohort * 1_000 + number, is_public=number % 2 == 0)
        for place in range(min(CHANNELS_EACH, size.channels - len(town.voices))):
            town.voices.append(_voice(body, f"c{cohort}x{number}x{place}", f"예시 {number}-{place} 방앗간"))
    _admit(town, cohort, size.people, chance)
    for voice in town.voices:
        for person in chance.sample(town.people, min(size.friends, len(town.people))):
            town.friendship(voice, person)
    return town


def vouch(body: Body, *, yes: bool) -> None:
    """Let an organisation count as verified or not, as stewards would."""
    with connection.cursor() as cursor:
        cursor.execute(_VOUCH, ["verified" if yes else "unverified", body.id])


def _body(number: int, *, is_public: bool) -> Body:
    owner, nine = PersonId(ids.new()), f"{100 + number // 10_000:03}81{number % 10_000:04}"
    with tx.durable():
        people.admit(BY, Newcomer(id=owner, name="예시 주인", email=f"owner{number}@sample.invalid"))
        form = OrganisationForm(
            name=f"예시 {number}",
            kind=OrgKind.VILLAGE if is_public else OrgKind.SHOP,
            registration_number=f"{nine}{rules.business_check_digit(nine)}",
            representative="예시 주인",
            contact_email="office@sample.invalid",
            address="예시군 예시면 예시리 1",
        )
        made = people.register_organisation(persons.actor(owner), form)
    body = Body(made, persons.actor(owner), Fact(is_public))
    if is_public:
        vouch(body, yes=True)
    return body


def _voice(body: Body, handle: str, name: str) -> Voice:
    with tx.durable():
        new = NewChannel(organisation=body.id, handle=handle, name=name, about="예시", contact=CONTACT)
        return Voice(actions.open_channel(body.owner, new, key=handle).id, body, Fact(name))


def _admit(town: Town, cohort: int, count: int, chance: random.Random) -> None:
    """People with an account, most of them with a number, some with a mailbox or a browser."""
    for place in range(count):
        somebody = Somebody(PersonId(ids.new()), f"010{cohort:03}{place:05}")
        somebody.log.append(Event(town.begins - BEFORE, Act.SEEN))
        town.people.append(somebody)
        town.by_id[somebody.id] = somebody
    with connection.cursor() as cursor:
        emails = [f"p{one.number}@sample.invalid" for one in town.people]
        asked: dict[str, Any] = {"ids": [one.id for one in town.people], "emails": emails, "at": town.begins - BEFORE}
        cursor.execute(_PEOPLE, asked)
        cursor.executemany(_REACH, [row for one in town.people for row in _reaches(town, one, chance)])
    with tx.durable():
        for one in town.people:
            if chance.random() < 0.3:
                endpoint = f"https://push.sample.example/{one.number}"
                actions.subscribe(one.actor, endpoint, POINT, SECRET)
                town.by_number[endpoint] = one


def _reaches(town: Town, one: Somebody, chance: random.Random) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for route, address, share in (
        (Route.SMS, one.number, 0.8),
        (Route.MAIL, f"p{one.number}@sample.invalid", 0.3),  # of their account
    ):
        if chance.random() < share:
            row = ids.new()
            sealed = seals.seal(REACH_SEAL, row, address.encode())
            aloud = route is Route.SMS and chance.random() < 0.3
            found.append((row, one.id, route, sealed, reach_hash(route, address), town.begins - BEFORE, aloud))
            town.by_number[address] = one
    return found
