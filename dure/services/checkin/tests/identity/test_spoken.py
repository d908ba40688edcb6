"""Codes to read out at the identity party: handed over ahead of time, once, in lots that say nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.db import connection

from dure.base import clock
from dure.base.actors import NOBODY, Actor, system
from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Origin
from dure.kit import peers, seals
from dure.services.checkin.actions import days as days_of
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.actions import identity_spoken as handing
from dure.services.checkin.queries import days as keys
from dure.services.checkin.queries import identity_spoken as queries
from dure.services.checkin.rules import calendar, issuing, lots, spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.tests.other_party import OtherParty, carried
from dure.services.checkin.types import Epoch, Party
from dure.services.checkin.types.lots import SpokenEntry, Way

pytestmark = pytest.mark.django_db
BY = system("test")
LETTERS, AUTHORITY = b"\x0a" * 32, b"\x05" * 32
HERE = Origin(face="page")
NOON = clock.now().astimezone(clock.SEOUL).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def visits(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherParty]:
    """All three parties at noon, with `passes` handed over."""
    other = OtherParty(Party.VISITS, "http://localhost:8001", {"letters": LETTERS, "shares": b"\x0b" * 32})
    office = OtherParty(Party.AUTHORITY, "http://localhost:8002", {"authority": AUTHORITY, "shares": b"\x0c" * 32})
    settings.DURE = replace(settings.DURE, peers=(other.peer, office.peer))
    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=carried(other, office)))
    with time_machine.travel(NOON, tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        actions.hand_over(BY)
        other.heard.clear()
        yield other


def person(users: Any, name: str) -> Actor:
    one = persons.actor(users.objects.create_user(email=f"{name}@example.org", name=name).pk)
    actions.agree(one, CONSENT.version, HERE)
    return one


@pytest.fixture
def me(django_user_model: Any) -> Actor:
    return person(django_user_model, "kim")


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def handed(visits: OtherParty) -> list[tuple[Epoch, tuple[SpokenEntry, ...]]]:
    """The lots that arrived, opened as the visit party would."""
    found = []
    for name, said in visits.heard:
        if name == "take-spoken":
            epoch = Epoch(said["epoch"])
            raw = seals.unseal_from(LETTERS, lots.context(epoch), bytes.fromhex(said["letter"]))
            found.append((epoch, lots.read(raw)))
    return found


def test_the_codes_on_the_telephone_find_the_person_at_the_visit_party(visits: OtherParty, me: Actor) -> None:
    codes = actions.make_batch(me, today()).codes
    assert len(codes) == spoken.CODES_A_DAY
    assert handing.hand_spoken(BY) == 1
    [(epoch, entries)] = handed(visits)
    own = keys.issuer_keys(epoch)
    found = {one.tag: one.sealed for one in entries}
    for code in codes:
        handle = seals.unseal_from(
            AUTHORITY, issuing.sealing_context(epoch), found[spoken.tag_of(own.passes, epoch, code)]
        )
        assert me.person is not None
        assert handle == issuing.handle_of(own.handles, epoch, me.person.bytes)
    assert len({one.sealed for one in entries}) == lots.LOT


def test_nobody_is_handed_over_twice_and_who_agrees_later_follows(
    visits: OtherParty, me: Actor, django_user_model: Any
) -> None:
    assert [handing.hand_spoken(BY) for _ in range(2)] == [1, 0]
    another = person(django_user_model, "lee")
    assert handing.hand_spoken(BY) == 1
    assert queries.handed(today()) == {(me.person, Way.LETTERS), (another.person, Way.LETTERS)}
    first, second = (entries for _, entries in handed(visits))
    assert len(first) == len(second) == lots.LOT
    assert not {one.tag for one in first} & {one.tag for one in second}


def test_what_was_not_answered_is_handed_over_again_as_the_same_codes(visits: OtherParty, me: Actor) -> None:
    visits.refuses["take-spoken"] = "busy"
    with pytest.raises(peers.PeerRefused):
        handing.hand_spoken(BY)
    assert queries.handed(today()) == frozenset()
    del visits.refuses["take-spoken"]
    assert handing.hand_spoken(BY) == 1
    first, second = ({(one.tag, one.owner) for one in entries} for _, entries in handed(visits))
    assert len(first & second) == spoken.CODES_A_DAY


def test_without_a_yes_no_codes(visits: OtherParty, me: Actor, django_user_model: Any) -> None:
    django_user_model.objects.create_user(email="park@example.org", name="박예시")
    actions.withdraw(me, HERE)
    assert handing.hand_spoken(BY) == 0
    assert handed(visits) == []


def test_codes_of_tomorrow_follow_in_the_evening_and_yesterdays_list_goes(visits: OtherParty, me: Actor) -> None:
    handing.hand_spoken(BY)
    with time_machine.travel(calendar.starts_at(today()) + lots.EVENING, tick=False):
        assert handing.hand_spoken(BY) == 1
        assert [epoch for epoch, _ in handed(visits)] == [today(), today() + 1]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        actions.hand_over(BY)
        assert handing.hand_spoken(BY) == 0
    assert queries.handed(today()) == frozenset()


def test_what_was_of_yesterday_goes_also_while_the_visit_party_is_silent(visits: OtherParty, me: Actor) -> None:
    yesterday = today()
    handing.hand_spoken(BY)
    assert queries.handed(yesterday)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        actions.hand_over(BY)
        visits.refuses["take-spoken"] = "busy"
        with pytest.raises(peers.PeerRefused):
            handing.hand_spoken(BY)
    assert queries.handed(yesterday) == frozenset()


def test_codes_wait_until_the_visit_party_can_read_them(visits: OtherParty, me: Actor) -> None:
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        handing.hand_spoken(BY)  # `passes` of that day was handed over today
        with time_machine.travel(NOON + timedelta(days=2), tick=False):
            assert handing.hand_spoken(BY) == 0, "not of this one: nobody handed it over"


@pytest.mark.parametrize("by", [NOBODY, Actor(None)])
def test_nobody_but_a_program_of_ours_hands_over(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        handing.hand_spoken(by)


def test_what_is_kept_says_who_agreed_and_nothing_else(visits: OtherParty, me: Actor) -> None:
    handing.hand_spoken(BY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM checkin_spoken_handed")
        assert cursor.fetchall() == [(today(), me.person, Way.LETTERS)]
