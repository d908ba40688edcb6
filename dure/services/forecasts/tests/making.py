"""A small country for tests: two made-up zones, people who want to hear, feeds that say what a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dure.base import clock, ids
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Channel, JoinedBy, Joining, NewChannel
from dure.foundations.channels.types.ladders import SentLine
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrgKind, PersonId, system
from dure.foundations.places import actions as places
from dure.foundations.places.types import Level, Region, RegionDraft, System
from dure.kit import tx
from dure.services.forecasts import actions, queries, tasks
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import (
    Answer,
    FeedName,
    Field,
    ImpactLevel,
    Kept,
    NewPlace,
    NewWatch,
    SenderRole,
    ToldNotice,
    WatchCard,
    Zone,
    ZoneTable,
)

SEOUL = ZoneInfo("Asia/Seoul")
BY = system("test")
NORTH, SOUTH, NOWHERE = "9901025021", "9901031022", "9902011000"
ZONES = (Zone("SAMPLE01", "가람", ("9901025",)), Zone("SAMPLE02", "솔내", ("9901031",)))
TABLE = ZoneTable("test", date(2020, 1, 1), ZONES, is_sample=True)
NAME = "영향예보"
MORNING = datetime(2026, 7, 20, 11, 40, tzinfo=SEOUL)  # ten minutes after the forecast for the 21st and 22nd
CODES = {1: Field.HEALTH, 4: Field.FARMING}
HEADER = "# TM_FC,TM_EF,STN,REG_ID,IFPAR,IFAREA,ILVL,EF_SN\n"


@dataclass(frozen=True, slots=True)
class Said:
    """One row of the authority's answer."""

    level: int
    zone: str = "SAMPLE01"
    day: str = "20260721"
    field: int = 1
    issued: str = "202607201130"
    number: int = 1

    def row(self, hazard: str) -> str:
        return f"{self.issued},{self.day}0000,108,{self.zone},{hazard},{self.field},{self.level},{self.number}\n"


def key() -> str:
    return ids.new().hex


def person_of(actor: Actor) -> PersonId:
    assert actor.person is not None
    return actor.person


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """In this block it is `moment`."""
    with clock.read_from(lambda: moment):
        yield


def ground() -> None:
    """Regions and zones."""
    said = (
        (Level.SIDO, "9900000000", "예시도", ""),
        (Level.SIGUNGU, "9901000000", "예시도 예시군", "9900000000"),
        (Level.DONG, "9901025021", "예시도 예시군 나루리", "9901000000"),
        (Level.DONG, "9901031022", "예시도 예시군 윗말", "9901000000"),
        (Level.DONG, "9902011000", "예시도 먼섬", "9900000000"),
    )
    drafts = [
        RegionDraft(Region(code, System.MOIS, level, path.split()[-1], path, parent))
        for level, code, path, parent in said
    ]
    with tx.durable():
        places.load_regions(BY, drafts)
    actions.put_zones(BY, TABLE)


def channel(kind: OrgKind = OrgKind.AGENCY, *, verified: bool = True) -> Channel:
    """The channel by which people hear, a public body's unless said otherwise."""
    owner = folk.person("예시 기관 사람")
    made = folk.verified_organisation if verified else folk.organisation
    body, owner = made(owner, kind=kind)
    new = NewChannel(body, permits.HANDLE, NAME, "폭염과 한파", "031-000-0100")
    with tx.durable():
        channels.open_channel(owner, new, key=key())
    found = queries.channel_of_forecasts()
    assert found is not None
    return found


def reader(
    name: str = "강예시", *, region: str = NORTH, level: ImpactLevel = ImpactLevel.CAUTION, hour: int = 8
) -> Actor:
    """Somebody who wants to hear of health at one place."""
    by = folk.person(name)
    actions.choose_place(by, NewPlace(region, Field.HEALTH, level), key=key())
    actions.set_reader(by, hour, "Asia/Seoul", key=key())
    return by


def channel_friend(by: Actor) -> None:
    """Messages reach this person."""
    found = queries.channel_of_forecasts()
    assert found is not None
    with tx.durable():
        channels.join_many(BY, found.id, JoinedBy.SERVICE, [Joining(person_of(by))])


def text(*said: Said, hazard: str = "HW") -> bytes:
    """An answer of the authority."""
    return (HEADER + "".join(one.row(hazard) for one in said)).encode("cp949")


def hear(*said: Said, role: SenderRole = SenderRole.AUTHORITY, feed: FeedName = FeedName.IMPACT_HEAT) -> Kept:
    """The feed answers so."""
    return hear_bytes(text(*said, hazard="HW" if feed is FeedName.IMPACT_HEAT else "CW"), role=role, feed=feed)


def hear_bytes(
    content: bytes,
    content_type: str = "text/plain",
    *,
    role: SenderRole = SenderRole.AUTHORITY,
    feed: FeedName = FeedName.IMPACT_HEAT,
) -> Kept:
    actions.claim_feed(BY, feed)
    return actions.hear(BY, feed, Answer(None, 200, content, content_type, etag='"a"'), CODES, role)


def tell() -> int:
    return tasks.tell(0)


def told(by: Actor) -> tuple[ToldNotice, ...]:
    """What somebody was told, the newest first."""
    return queries.notices(by, days=3_000)  # whatever the time is now


def kinds(by: Actor) -> list[tuple[str, int]]:
    """What kind of change to which level, the oldest first."""
    return [(one.kind.value, one.level.value) for notice in reversed(told(by)) for one in notice.changes]


def sendings() -> list[SentLine]:
    """What went to the channel, the oldest first."""
    lines = [known_channels.sending_line(BY, one.sending) for one in known_channels.sendings(BY)]
    return [one for one in reversed(lines) if one.channel_name == NAME]


def waiting_for(by: Actor) -> int:
    """Messages on their way to somebody."""
    return sum(1 for one in sendings() if is_to(by, one))


def is_to(by: Actor, one: SentLine) -> bool:
    """Whether a message goes to somebody."""
    try:
        known_channels.explained(BY, one.sending, person_of(by))
    except NotFound:
        return False
    return True


def watched(child: Actor, mother: Actor, **changed: object) -> WatchCard:
    """A child looks after a mother who agreed."""
    asked = actions.ask_watch(child, new_watch(**changed), key=key())
    return actions.agree_watch(mother, asked.code, key=key())


def new_watch(**changed: object) -> NewWatch:
    said: dict[str, object] = {
        "called": "어머니",
        "place": NewPlace(NORTH, Field.HEALTH, ImpactLevel.CAUTION),
        "reads_at": 8,
        "calls_at": 13,
        "phone": "010-1234-5678",
    }
    return NewWatch(**(said | changed))  # type: ignore[arg-type]  # a test changes what it wants
