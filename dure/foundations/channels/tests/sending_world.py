"""A channel with friends, a dealer in memory that goes wrong on request, and the senders driven by hand: for tests."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, system
from dure.foundations.channels import actions, models
from dure.foundations.channels.queries.ways import REACH_SEAL, reach_hash
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import (
    AttemptState,
    Carriage,
    ChannelId,
    Content,
    JoinedBy,
    Lane,
    NewSending,
    Outcome,
    Purpose,
    Reason,
    Route,
    SendingId,
    Text,
)
from dure.foundations.channels.types.ladders import DealerCard
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrganisationId, OrgKind
from dure.kit import seals, tx

NOON = datetime(2026, 5, 15, 3, 0, tzinfo=UTC)  # in Seoul
NAME, CONTACT = "솔내 방앗간", "02-000-0000"
AD = Content(
    (Text(f"(광고) {NAME} {CONTACT}\n참기름을 새로 짰습니다. 이번 주 할인\n무료 수신거부: 채널에서 한 번 누르기"),)
)
NOTICE = Content((Text("맡기신 고추를 다 빻았습니다. 오늘 6시까지 찾아가세요."),))
_numbers = count(1)
type Answering = Callable[[Carriage], Outcome]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@contextmanager
def at(moment: datetime = NOON) -> Iterator[Clock]:
    """In this block the time is what the clock says."""
    standing = Clock(moment)
    with clock.read_from(standing):
        yield standing


def accepts(one: Carriage) -> Outcome:
    return Outcome(key=one.key, state=AttemptState.ACCEPTED)


def delivers(one: Carriage) -> Outcome:
    return Outcome(key=one.key, state=AttemptState.DELIVERED)


def fails(reason: Reason = Reason.NOT_REACHED, retry_after: int | None = None) -> Answering:
    return lambda one: Outcome(
        key=one.key, state=AttemptState.FAILED, code="3043", reason=reason, retry_after=retry_after
    )


def loses(one: Carriage) -> Outcome:
    return Outcome(key=one.key, state=AttemptState.UNSURE, reason=Reason.UNKNOWN, retry_after=1)


@dataclass
class Pocket:
    """A dealer in memory. `seen` counts what it was asked by key; `taken` what it would have delivered, once a key."""

    answer: Answering = accepts
    dealer: str = "pocket"
    routes: frozenset[Route] = frozenset({Route.PUSH, Route.ALIMTALK, Route.SMS, Route.VOICE, Route.MAIL})
    many_max: int = 1_000
    a_second: int = 100_000
    seen: Counter[str] = field(default_factory=Counter)
    carried: list[Carriage] = field(default_factory=list)

    def carry(self, batch: Sequence[Carriage]) -> Sequence[Outcome]:
        self.carried += batch
        self.seen.update(one.key for one in batch)
        return [self.answer(one) for one in batch]

    @property
    def routes_asked(self) -> list[Route]:
        return [one.route for one in self.carried]


@dataclass(frozen=True)
class World:
    """A channel, who runs it, its organisation."""

    channel: ChannelId
    owner: Actor
    organisation: OrganisationId


def world(kind: OrgKind = OrgKind.SHOP, *, verified: bool = False) -> World:
    """A channel of an organisation of this kind."""
    make = folk.verified_organisation if verified else folk.organisation
    organisation, owner = make(folk.person(), kind=kind)
    row = models.Channel.objects.create(
        organisation=organisation, handle=f"h{next(_numbers)}", name=NAME, contact=CONTACT
    )
    return World(ChannelId(row.id), owner, organisation)


def friend(
    world: World,
    *,
    ads: bool = True,
    night: bool = False,
    phone: bool = True,
    aloud: bool = False,
    since: datetime | None = None,
) -> PersonId:
    """A friend of the channel, with a telephone number."""
    since = since or clock.now() - timedelta(days=30)
    person = Person.objects.create(
        id=ids.new(), email=f"friend{next(_numbers)}@sample.invalid", name="이예시", joined_at=since, verified_at=since
    )
    models.Friend.objects.create(
        channel_id=world.channel,
        person_id=person.id,
        joined_at=since,
        joined_by=JoinedBy.QR,
        ads_since=since if ads else None,
        night_ads_since=since if ads and night else None,
    )
    if phone:
        reach(person.id, Route.SMS, f"+82100000{next(_numbers):04}", aloud=aloud)
    return PersonId(person.id)


def reach(person: UUID, route: Route, address: str, *, aloud: bool = False) -> None:
    """Note an address of a person: mail goes to that of their account."""
    row = ids.new()
    if route is Route.MAIL:
        Person.objects.filter(id=person).update(email=address)
    models.Reach.objects.create(
        id=row,
        person_id=person,
        route=route,
        sealed=seals.seal(REACH_SEAL, row, address.encode()),
        hash=reach_hash(route, address),
        proved_at=clock.now() - timedelta(days=1),
        aloud=aloud,
    )


def queue(world: World, *persons: PersonId, purpose: Purpose = Purpose.INFO, **more: object) -> SendingId:
    """Queue a sending to these persons, or to a segment."""
    said: dict[str, object] = {
        "channel": world.channel,
        "purpose": purpose,
        "content": AD if purpose is Purpose.AD else NOTICE,
        "key": f"test-{next(_numbers)}",
        "persons": persons,
    }
    with tx.durable():
        return actions.queue_sending(system("test"), NewSending(**(said | more)))  # type: ignore[arg-type]  # given by the test


def send(dealer: Pocket, rounds: int = 50) -> int:
    """Let a sender work until nothing is due now; answers in how many rounds."""
    done = 0
    while senders.carry((dealer,), tuple(Lane)) and done < rounds:
        done += 1
    return done


def match_all() -> None:
    """Match every audience."""
    while senders.match(()):
        pass


def row_of(sending: UUID, person: UUID) -> models.Dispatch:
    return models.Dispatch.objects.get(sending=sending, person=person)


LANES = tuple(Lane)


def card_of(dealer: Pocket) -> DealerCard:
    """What the outbox has to know of it."""
    return DealerCard(dealer.dealer, dealer.routes, dealer.many_max, dealer.a_second)
