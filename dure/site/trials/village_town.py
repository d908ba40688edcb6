"""The villages of a trial, their heads, deputies and listeners, straight into the tables. What is tried is what follows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import psycopg
from django.db import connection

from dure.base import clock, ids
from dure.base.actors import system
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import ChannelId, NewChannel
from dure.foundations.people import actions as people
from dure.foundations.people import queries as persons
from dure.foundations.people import rules
from dure.foundations.people.types import Newcomer, OrganisationForm, OrganisationId, OrgKind, PersonId
from dure.kit import tx
from dure.kit.importing import Bars
from dure.services.broadcast import actions
from dure.services.broadcast.rules import permits
from dure.services.broadcast.types import Announcement, Kind, NewAnnouncement, VillageId
from dure.site import boot

from . import friends

BY: Final = system("simulate.broadcast")
NUMBER: Final = "101811235"
WORDS: Final = "내일 아침 아홉 시에 마을 회관에서 모입니다. (예시)"
URGENT_WORDS: Final = "둑이 넘칩니다. 지금 학교로 가세요. (예시)"
LATER: Final = timedelta(hours=1)  # it airs when the trial says so
_VILLAGE = "COPY broadcast_village (id, code, name, organisation_id, languages, opened_by, opened_at) FROM STDIN"
_TENURE = "COPY broadcast_tenure (id, village_id, person_id, office, begins, noted_by, noted_at) FROM STDIN"
_LISTENER = "COPY broadcast_listener (id, village_id, person_id, tie, zone, language, consent, joined_at) FROM STDIN"
_BROWSER = """
COPY channels_push_subscription (id, person_id, endpoint, endpoint_hash, p256dh, auth, device, at, failures) FROM STDIN
"""
TABLES: Final = "broadcast_village, broadcast_tenure, broadcast_listener, channels_push_subscription, people_person"


@dataclass(frozen=True, slots=True)
class Ground:
    """Villages by number: who speaks to each, who may agree with them, who listens."""

    channel: ChannelId
    villages: tuple[VillageId, ...]
    heads: tuple[PersonId, ...]
    listeners: tuple[tuple[PersonId, ...], ...]  # the first of each is its deputy

    @property
    def people(self) -> int:
        """How many listen."""
        return sum(map(len, self.listeners))


def put_up(villages: int, listeners: int, shown: Bars) -> Ground:
    """So many villages with so many listeners each; every second of them has a browser that rings, all have a telephone."""
    shown.begin("villages and listeners", 3)
    channel, office = _channel()
    shown.advance()
    made = friends.befriend(boot.keeper_url(), channel, villages * (listeners + 1), reached=True)
    shown.advance()
    heads, rest = made[:villages], made[villages:]
    ground = Ground(
        channel,
        tuple(VillageId(ids.new()) for _ in range(villages)),
        tuple(map(PersonId, heads)),
        tuple(tuple(map(PersonId, rest[place * listeners : (place + 1) * listeners])) for place in range(villages)),
    )
    _write(ground, office)
    shown.advance()
    return ground


def _channel() -> tuple[ChannelId, OrganisationId]:
    """The channel from which villages hear, of a verified agency."""
    owner = PersonId(ids.new())
    with tx.durable():
        people.admit(BY, Newcomer(id=owner, name="예시 주무관", email="county@sample.invalid"))
        form = OrganisationForm(
            name="예시군",
            kind=OrgKind.AGENCY,
            registration_number=f"{NUMBER}{rules.business_check_digit(NUMBER)}",
            representative="예시 주무관",
            contact_email="county-office@sample.invalid",
            address="예시군 예시읍 예시로 1",
        )
        office: OrganisationId = people.register_organisation(persons.actor(owner), form)
    friends.vouch(boot.database_url(), office)
    with tx.durable():
        new = NewChannel(office, permits.HANDLE, "마을방송 (예시)", "예시", "02-000-0000")
        return channels.open_channel(persons.actor(owner), new, key="broadcast").id, office


def _write(ground: Ground, office: OrganisationId) -> None:
    now, today = clock.now(), clock.today()
    with (
        psycopg.connect(boot.keeper_url(), options="-c session_replication_role=replica") as line,
        line.cursor() as cursor,
    ):
        with cursor.copy(_VILLAGE) as copy:
            for place, village in enumerate(ground.villages):
                copy.write_row((village, f"V{place:06}", f"예시 {place}리", office, "", ground.heads[place], now))
        with cursor.copy(_TENURE) as copy:
            for village, head, listening in zip(ground.villages, ground.heads, ground.listeners, strict=True):
                copy.write_row((ids.new(), village, head, "head", today, head, now))
                copy.write_row((ids.new(), village, listening[0], "deputy", today, head, now))
        with cursor.copy(_LISTENER) as copy:
            for village, listening in zip(ground.villages, ground.listeners, strict=True):
                for person in listening:
                    copy.write_row((ids.new(), village, person, "resident", "Asia/Seoul", "", 1, now))
        with cursor.copy(_BROWSER) as copy:
            for person in (one for listening in ground.listeners for one in listening[::2]):
                endpoint = f"https://push.sample.invalid/{person.hex}"
                copy.write_row((ids.new(), person, endpoint, person.bytes * 2, bytes(65), bytes(16), "", now, 0))
    with psycopg.connect(boot.keeper_url(), autocommit=True) as line:
        line.execute(f"VACUUM (ANALYZE) {TABLES}")


def announced(ground: Ground, place: int, kind: Kind = Kind.NOTICE) -> Announcement:
    """What the head of a village says, written and sent as on their page; a deputy agrees to what is urgent. It is on the air in
    an hour, or when `on_air` says so.
    """
    head, village = persons.actor(ground.heads[place]), ground.villages[place]
    new = NewAnnouncement(
        author=ground.heads[place],
        villages=frozenset({village}),
        confirmed=frozenset(),
        kind=kind,
        words=URGENT_WORDS if kind is Kind.URGENT else WORDS,
        airs=clock.now() + LATER,
    )
    draft = actions.write_announcement(head, new, None, key=ids.new().hex)
    sent = actions.send_announcement(head, draft.id, frozenset({village}), key=ids.new().hex)
    if kind is Kind.URGENT:
        sent = actions.agree_announcement(persons.actor(ground.listeners[place][0]), sent.id, key=ids.new().hex)
    return sent


def on_air(announcements: list[UUID]) -> None:
    """These are due at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE broadcast_airing SET at = %s WHERE announcement_id = ANY (%s)", [clock.now(), announcements]
        )
