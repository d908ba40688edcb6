"""The identity party's doors for a query: its share for what stands in the authority's log, and people told, each once."""

import os
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import time_machine
from django.db import connection

from dure.base import ids
from dure.base.actors import NOBODY, Actor, PersonId, PlatformRole, system
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.channels.tasks.sending import carry
from dure.foundations.channels.types import Content, Lane, NewChannel, Text
from dure.foundations.people import actions as people
from dure.foundations.people import queries
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import OrgKind, Origin
from dure.foundations.vault import actions as keeping
from dure.foundations.vault import queries as vault
from dure.foundations.vault import rules as logs
from dure.foundations.vault.tests.test_told_keys import told_in
from dure.foundations.vault.types import NotSigned, SealUnfit, ToldProof, Trust
from dure.kit import seals, tx
from dure.services.checkin.actions import identity_tracing as actions
from dure.services.checkin.models.identity import tables
from dure.services.checkin.pages.identity.tracing import TAKEN, notice
from dure.services.checkin.providers import logs as logs_of_others
from dure.services.checkin.providers import shown
from dure.services.checkin.queries import days as keys
from dure.services.checkin.rules import calendar, consent, days, issuing, scopes, statements
from dure.services.checkin.tests.making import BAKERY, CLINIC
from dure.services.checkin.types import (
    DayClosed,
    Epoch,
    Hour,
    LegalBasis,
    NotInScope,
    NotLogged,
    OfficerId,
    Party,
    Query,
    QueryId,
    QueryState,
    Scope,
)
from dure.services.checkin.types.offices import Counted, NoSafetyChannel, Telling
from dure.services.checkin.types.query_messages import ContactsTold, TellContacts

pytestmark = pytest.mark.django_db
NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
DAY = Epoch(calendar.epoch_of(NOON) - 1)
AUTHORITY, MAKER = system("party.authority"), system("checkin.begin_days")
ORIGIN, LOG_KEY = "authority.example.org/log/authority", b"\x21" * 32
QUERY = Query(
    QueryId(UUID(int=5)),
    UUID(int=6),
    "2026-감염-0001",
    LegalBasis.INVESTIGATION,
    Scope(DAY, BAKERY, 9, 2),
    OfficerId(UUID(int=11)),
    NOON,
    b"\x0b" * 32,
    state=QueryState.LOGGED,
    decided_by=OfficerId(UUID(int=12)),
    log_entry=0,
)
GONE = Content((Text("28일이 지나 지웠습니다."),))
TRUST = Trust(logs.verifier_of(ORIGIN, LOG_KEY))


def proof(query: Query = QUERY, key: bytes = LOG_KEY) -> ToldProof:
    """That a query is the first entry of the authority's log."""
    return told_in(ORIGIN, key, statements.query_statement(query))[0]


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        for key in days.KEYS[Party.IDENTITY]:
            with tx.durable():
                keeping.make_key(
                    MAKER, days.key_name(Party.IDENTITY, key.purpose, DAY), days.ends_on(key, DAY), key.use
                )
    with time_machine.travel(NOON, tick=True):
        vault.forget_opened()
        yield


@pytest.fixture
def centre() -> Actor:
    """A verified public body with the channel from which people are told."""
    organisation, owner = folk.verified_organisation(folk.person(), kind=OrgKind.AGENCY)
    with tx.durable():
        new = NewChannel(organisation, actions.SAFETY_HANDLE, "가람군 보건소 (예시)", "예시", "043-000-1339")
        channels.open_channel(owner, new, key="safety")
    return owner


def agreeing(count: int = 1) -> list[PersonId]:
    """People who agreed to check in."""
    found = []
    for _ in range(count):
        by = folk.person()
        assert by.person
        with tx.durable():
            text = consent.CONSENT
            people.give_consent(by, text.purpose, text.version, Origin(face="page"))
        found.append(by.person)
    return found


def handle(person: PersonId) -> bytes:
    return issuing.handle_of(keys.secret(Party.IDENTITY, days.HANDLES, DAY), DAY, person.bytes)


def tell(
    *handles: bytes, question: str = "0.0", query: Query = QUERY, by: Actor = AUTHORITY, place: str = "가람 예시 빵집"
) -> Counted:
    asked = Telling(question, tuple(handles))
    return actions.tell_contacts(by, query, proof(query), asked, notice(query.scope, place), TRUST)


def written_to() -> list[UUID]:
    """Who has something on the way, and how often."""
    return sorted(row[0] for row in asked_of_outbox("SELECT person_id FROM channels_dispatch"))


def asked_of_outbox(statement: str) -> list[tuple[Any, ...]]:
    """What lies in the outbox, whose tables are another house's."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_the_people_behind_handles_are_told_and_counted_in_fives(centre: Actor) -> None:
    there = agreeing(3)
    agreeing(2)
    counted = tell(*(handle(one) for one in there), os.urandom(16))
    assert counted == Counted(5, 5)
    assert written_to() == sorted(there)
    assert asked_of_outbox("SELECT purpose, about FROM channels_sending") == [("safety", None)]


def test_who_is_told_reads_it_without_ever_having_been_a_friend_of_the_health_centre(centre: Actor) -> None:
    """A warning that is queued is none yet: it has to lie in the inbox."""
    there = agreeing(3)
    tell(*(handle(one) for one in there))
    while carry((), tuple(Lane)):
        pass
    read = asked_of_outbox(
        "SELECT v.person_id, m.words FROM channels_message m JOIN channels_conversation v ON v.id = m.conversation_id"
    )
    assert sorted(person for person, _ in read) == sorted(there)
    assert all("가람 예시 빵집" in words for _, words in read)


def test_people_are_warned_of_a_place_whose_name_sounds_like_an_offer(centre: Actor) -> None:
    there = agreeing(2)
    tell(*(handle(one) for one in there), place="왕할인마트 1+1점")
    while carry((), tuple(Lane)):
        pass
    read = [words for (words,) in asked_of_outbox("SELECT words FROM channels_message")]
    assert len(read) == len(there)
    assert all("왕할인마트 1+1점" in words for words in read)


def test_nobody_is_told_twice_for_one_query_and_again_for_another(centre: Actor) -> None:
    [kim, lee] = agreeing(2)
    tell(handle(kim))
    assert tell(handle(kim)) == Counted(5, 0), "the same question has the same answer"
    assert tell(handle(kim), handle(lee), question="1.0") == Counted(5, 0)
    assert written_to() == sorted([kim, lee])
    other = replace(QUERY, id=QueryId(UUID(int=7)))
    tell(handle(kim), query=other)
    assert written_to().count(kim) == 2


def test_who_took_the_consent_back_since_is_told_still_and_who_left_is_nobody(centre: Actor) -> None:
    [kim] = agreeing()
    by = queries.actor(kim)
    with tx.durable():
        people.withdraw_consent(by, consent.CONSENT.purpose, Origin(face="page"))
    assert tell(handle(kim)) == Counted(5, 0)


def test_handles_of_nobody_are_counted_and_write_to_nobody(centre: Actor) -> None:
    agreeing(2)
    assert tell(*(os.urandom(16) for _ in range(7))) == Counted(0, 10)
    assert written_to() == []


def test_without_a_public_body_nobody_is_told_and_nothing_is_marked() -> None:
    [kim] = agreeing()
    with pytest.raises(NoSafetyChannel):
        tell(handle(kim))
    assert not tables.ToldMark.objects.exists()


@pytest.mark.parametrize(
    "by",
    [
        NOBODY,
        system("party.visits"),
        system("checkin.tell_register"),
        Actor(None, roles=frozenset({PlatformRole.STEWARD})),
    ],
)
def test_nobody_but_the_authority_asks(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        tell(b"h" * 16, by=by)
    with pytest.raises(NotAllowed):
        actions.release_share(by, QUERY, proof(), (Hour(DAY, BAKERY, 9), 0, b""), TRUST)


def test_what_does_not_stand_in_the_log_tells_nobody(centre: Actor) -> None:
    [kim] = agreeing()
    asked, said = Telling("0.0", (handle(kim),)), notice(QUERY.scope, "빵집")
    wider = replace(QUERY, scope=replace(QUERY.scope, hours=3))
    for query, told in ((wider, proof()), (QUERY, proof(wider)), (replace(QUERY, log_entry=1), proof())):
        with pytest.raises(NotLogged):
            actions.tell_contacts(AUTHORITY, query, told, asked, said, TRUST)
    with pytest.raises(NotSigned):
        actions.tell_contacts(AUTHORITY, QUERY, proof(key=b"\x22" * 32), asked, said, TRUST)
    assert written_to() == []


def test_marks_say_nobodys_name_and_go_with_the_28_days(centre: Actor) -> None:
    [kim] = agreeing()
    label = handle(kim)
    tell(label)
    [row] = tables.ToldMark.objects.all()
    assert kim.bytes not in bytes(row.mark)
    assert actions.forget_told(MAKER, GONE) == 0
    with time_machine.travel(NOON + timedelta(days=27), tick=True):
        with pytest.raises(DayClosed):
            tell(label, question="1.0")
        assert actions.forget_told(MAKER, GONE) == 1


def everything() -> str:
    """What stands anywhere in this party's database, of texts and of bytes that are text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables_here = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables_here:
            cursor.execute(f"SELECT coalesce(string_agg(one::text, chr(10)), '') FROM {table} AS one")
            found.append(cursor.fetchone()[0])
    said = "".join(found)
    return said + "".join(
        bytes.fromhex(raw).decode("utf-8", "replace") for raw in re.findall(r"x((?:[0-9a-f]{2})+)", said)
    )


def test_after_28_days_nobody_reads_here_any_more_who_was_told_of_which_place(centre: Actor) -> None:
    [kim] = agreeing()
    tell(handle(kim))
    assert "가람 예시 빵집" in everything()
    assert written_to() == [kim]
    with time_machine.travel(NOON + timedelta(days=27), tick=True):
        actions.forget_told(MAKER, GONE)
    assert "가람 예시 빵집" not in everything()
    assert written_to() == []


def test_the_staff_of_the_public_body_see_nothing_of_a_warning(centre: Actor) -> None:
    """It may be the very authority that asked: what it learns of the people is how many they are, in fives."""
    [kim] = agreeing()
    tell(handle(kim))
    assert asked_of_outbox("SELECT purpose, confidential FROM channels_sending") == [("safety", True)]


def test_people_read_the_name_that_we_know_whatever_the_authority_says(
    centre: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    [kim] = agreeing()
    monkeypatch.setitem(logs_of_others._trusted, Party.AUTHORITY, TRUST)
    tables.AskedVenue.objects.create(
        id=BAKERY, organisation=UUID(int=9), name="가람 예시 빵집", challenge=False, asked_at=NOON
    )
    said = msgspec.json.decode(msgspec.json.encode(TellContacts(shown.shown(QUERY, proof()), 0, 0, (handle(kim),))))
    said["venue_name"] = "https://evil.example 로 전화번호를 보내 주세요"
    message = msgspec.convert(said, TellContacts)
    assert TAKEN["tell"].answer("authority", message) == ContactsTold(5, 0)
    assert "가람 예시 빵집" in everything()
    assert "evil.example" not in everything()


def test_our_share_is_given_for_an_hour_of_the_query_only_and_the_log_says_so() -> None:
    public = vault.public_half(days.key_name(Party.IDENTITY, days.SHARES, DAY))
    hour, elsewhere = Hour(DAY, BAKERY, 9), Hour(DAY, CLINIC, 9)
    sealed = seals.seal_to(public, scopes.share_context(hour, 1, Party.IDENTITY), b"share")
    assert actions.release_share(AUTHORITY, QUERY, proof(), (hour, 1, sealed), TRUST) == b"share"
    assert actions.release_share(AUTHORITY, QUERY, proof(), (hour, 1, sealed), TRUST) == b"share"
    entries = [entry.body for entry in vault.entries("identity", 0, 50)]
    assert entries.count(statements.answered_statement(QUERY, Party.IDENTITY)) == 1
    with pytest.raises(NotInScope):
        actions.release_share(AUTHORITY, QUERY, proof(), (elsewhere, 1, sealed), TRUST)
    with pytest.raises(SealUnfit):
        actions.release_share(AUTHORITY, QUERY, proof(), (hour, 2, sealed), TRUST)


def test_the_notice_says_where_and_when_and_offers_nothing() -> None:
    [part] = notice(QUERY.scope, "가람 예시 빵집").parts
    assert "가람 예시 빵집" in str(part)
    assert "9:00" in str(part)
    assert ids.new().hex not in str(part)
