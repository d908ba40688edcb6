"""A village for tests: a public body, a head, a deputy, listeners; and a clock that is moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dure.base import clock, ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels.tests import sending_world as outside
from dure.foundations.channels.types import ChannelId, NewChannel, Route
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, OrgKind, PersonId, system
from dure.kit import tx
from dure.services.broadcast import actions, models
from dure.services.broadcast.actions import Wording
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import (
    AiringId,
    Announcement,
    HallPlay,
    Kind,
    NewAnnouncement,
    Office,
    Recording,
    Tie,
    Village,
    VillageId,
)

BY = system("test")
WORDS = "내일 아침 아홉 시에 마을 회관에서 모입니다."
NOON = datetime(2026, 5, 11, 3, 0, tzinfo=UTC)  # in Seoul
WORDING = Wording("듣기", lambda announcement: f"/broadcast/{announcement}/", "들으셨으면 1번을 눌러 주세요.")
VOICE = Recording(b"OggS" + bytes(60), "audio/ogg", 20.0)


@dataclass(frozen=True)
class Ground:
    """A village with its people, from the day before `NOON` on."""

    village: Village
    organisation: OrganisationId
    owner: Actor
    head: Actor
    deputy: Actor
    listeners: tuple[Actor, ...]
    channel: ChannelId


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


def later(**by: float) -> Any:
    """In this block it is so much after `NOON`."""
    return at(NOON + timedelta(**by))


def open_channel() -> ChannelId:
    organisation, owner = folk.verified_organisation(folk.person("박운영"), name="가람군 (예시)", kind=OrgKind.AGENCY)
    with tx.durable():
        new = NewChannel(organisation, permits.HANDLE, "마을방송 (예시)", "예시", "031-000-0000")
        return channels.open_channel(owner, new, key="broadcast").id


def appointed(owner: Actor, village: VillageId, by: Actor) -> None:
    """Somebody becomes head."""
    actions.appoint(owner, village, person_of(by), Office.HEAD, key=key())


def played(airing: UUID, when: datetime) -> HallPlay:
    """What a loudspeaker says."""
    return HallPlay(AiringId(airing), when)


def close_channel(ground: Ground) -> None:
    """As whoever runs the place does."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE channels_channel SET state = 'closed' WHERE id = %s", [ground.channel])


def ground(listeners: int = 2) -> Ground:
    with at(NOON - timedelta(days=1)):
        channel = open_channel()
        organisation, owner = folk.verified_organisation(folk.person("이면장"), name="솔내면", kind=OrgKind.VILLAGE)
        village = actions.open_village(owner, organisation, "솔내리 (예시)", key=key())
        head, deputy = folk.person("김이장"), folk.person("부이장")
        people = tuple(folk.person(f"주민{number}") for number in range(listeners))
        for one in (head, deputy, *people):
            join(one, village.id)
        for one, office in ((head, Office.HEAD), (deputy, Office.DEPUTY)):
            actions.appoint(owner, village.id, person_of(one), office, key=key())
    return Ground(village, organisation, owner, head, deputy, people, channel)


def join(by: Actor, village: VillageId, zone: str = "Asia/Seoul") -> None:
    actions.join_village(by, village, Tie.RESIDENT, zone, key=key())


def new(ground: Ground, **changed: Any) -> NewAnnouncement:
    said: dict[str, Any] = {
        "author": person_of(ground.head),
        "villages": frozenset({ground.village.id}),
        "confirmed": frozenset(),
        "kind": Kind.NOTICE,
        "words": WORDS,
    }
    return NewAnnouncement(**(said | changed))


def written(ground: Ground, voice: Recording | None = None, **changed: Any) -> Announcement:
    return actions.write_announcement(ground.head, new(ground, **changed), voice, key=key())


def sent(ground: Ground, voice: Recording | None = None, **changed: Any) -> Announcement:
    draft = written(ground, voice, **changed)
    return actions.send_announcement(ground.head, draft.id, frozenset(one.id for one in draft.villages), key=key())


def aired(dealer: outside.Pocket | None = None) -> int:
    """One round of what the task and the senders do, at this moment; answers how many steps were taken."""
    while actions.open_airings(BY):
        pass
    dealer = dealer or outside.Pocket()
    steps = stepped()
    outside.send(dealer)
    while actions.learn_fates(BY):
        pass
    steps += stepped()
    outside.send(dealer)
    return steps


def stepped() -> int:
    """Take every step that is due; nobody carries anything. Answers how many."""
    steps = 0
    while more := actions.air_due(BY, WORDING):
        steps += more
    return steps


def standing(announcement: Announcement) -> dict[PersonId, str]:
    """Where it is with each listener."""
    rows = models.Reach.objects.filter(airing__announcement_id=announcement.id)
    return {PersonId(row.person_id): row.standing for row in rows}


def ways(announcement: Announcement, person: Actor) -> list[tuple[str, str]]:
    """Which ways were tried for a listener, and how they ended, in order."""
    rows = models.Try.objects.filter(reach__airing__announcement_id=announcement.id, reach__person_id=person_of(person))
    return [(row.way, row.ended) for row in rows.order_by("id")]


def told() -> list[tuple[str, str, str, set[PersonId]]]:
    """What the channel was given: purpose, routes, words, and to whom."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.purpose, s.only, convert_from(b.content, 'UTF8') FROM channels_sending s"
            " JOIN channels_body b ON b.id = s.body_id WHERE s.key LIKE 'broadcast:%' ORDER BY s.at, s.id"
        )
        for sending, purpose, only, content in cursor.fetchall():
            cursor.execute("SELECT person_id FROM channels_dispatch WHERE sending_id = %s", [sending])
            found.append((purpose, only, content, {PersonId(row[0]) for row in cursor.fetchall()}))
    return found


def numbered(by: Actor, number: str, *, aloud: bool = False) -> None:
    """Somebody has a telephone."""
    outside.reach(person_of(by), Route.SMS, number, aloud=aloud)
