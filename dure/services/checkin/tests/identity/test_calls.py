"""Codes told by telephone, and printed: only to whose they are, the next one each time, and nothing stays of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.db import connection
from django.test import Client
from structlog.testing import capture_logs

from dure.base import clock
from dure.base.actors import NOBODY, Actor, system
from dure.base.refusals import NotAllowed, TooOften
from dure.base.signatures import SKEW_SECONDS, signature
from dure.foundations.channels.tests import proving
from dure.foundations.channels.types import NoTelephone
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Origin
from dure.kit import limits, peers
from dure.services.checkin import documents
from dure.services.checkin.actions import days as days_of
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.actions import identity_calls as telling
from dure.services.checkin.actions import identity_spoken as handing
from dure.services.checkin.pages.identity import calls as pages
from dure.services.checkin.pages.identity import citizen
from dure.services.checkin.queries import identity_spoken as queries
from dure.services.checkin.rules import batches, calendar, calls, spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.tests.other_party import OtherParty, carried
from dure.services.checkin.types import DayClosed, Epoch, NotAgreed, Party
from dure.services.checkin.types.lots import Way

pytestmark = pytest.mark.django_db
BY, GATEWAY = system("test"), system("checkin.calls")
SECRET = "a-secret-of-the-gateway"
HERE = Origin(face="page")
NOON = clock.now().astimezone(clock.SEOUL).replace(hour=12, minute=0, second=0, microsecond=0)
STRANGER = "+821000009999"
OTHER_NUMBER = "+821000004321"


@pytest.fixture(autouse=True)
def parties(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    visits = OtherParty(Party.VISITS, "http://localhost:8001", {"letters": b"\x0a" * 32, "shares": b"\x0b" * 32})
    office = OtherParty(Party.AUTHORITY, "http://localhost:8002", {"authority": b"\x05" * 32, "shares": b"\x0c" * 32})
    known = (visits.peer, office.peer)
    settings.DURE = replace(settings.DURE, peers=known, calls_secret=SECRET, calls_number="043-000-0000")
    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=carried(visits, office)))
    monkeypatch.setattr(citizen, "_fetches", limits.Window(batches.BATCHES_MAX, 3600))
    monkeypatch.setattr(telling, "_callers", limits.Window(calls.CALLS_MAX, 3600))
    monkeypatch.setattr(telling, "_all", limits.Window(calls.ALL_CALLS_MAX, 60))
    with time_machine.travel(NOON, tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        actions.hand_over(BY)
        yield


@pytest.fixture
def me(django_user_model: Any) -> Actor:
    one = persons.actor(django_user_model.objects.create_user(email="kim@example.org", name="김예시").pk)
    actions.agree(one, CONSENT.version, HERE)
    return one


@pytest.fixture
def client(me: Actor, django_user_model: Any) -> Client:
    browser = Client()
    browser.force_login(django_user_model.objects.get(pk=me.person))
    return browser


@pytest.fixture
def caller(me: Actor) -> Actor:
    proving.proved(me)
    telling.choose_calls(me, True)
    handing.hand_spoken(BY)
    return me


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def rang(number: str, call: str = "one", secret: str = SECRET, late_seconds: int = 0) -> Any:
    """What the gateway is answered."""
    body = json.dumps({"call": call, "from": number}).encode()
    at = int(clock.now().timestamp()) - late_seconds
    signed = signature(secret, at, body)
    return Client().post(
        "/checkin/call/", data=body, content_type="application/json", headers={"X-Dure-Signature": signed}
    )


def spoken_to(number: str, call: str = "one") -> list[str]:
    answer = rang(number, call)
    assert answer.status_code == 200, answer.content
    return [line["text"] for line in answer.json()["say"]]


def test_each_call_is_told_the_next_code_and_a_call_that_is_asked_about_again_the_same_one(caller: Actor) -> None:
    told = [telling.tell_code(GATEWAY, proving.NUMBER, f"call-{at}") for at in range(spoken.CALLS_A_DAY)]
    assert len(set(told)) == spoken.CALLS_A_DAY
    assert all(code and code.isdigit() and spoken.read(code) == code for code in told)
    assert telling.tell_code(GATEWAY, proving.NUMBER, "call-1") == told[1]
    assert telling.tell_code(GATEWAY, "010-0000-5678", "one too many") is None
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        days_of.begin_days(BY, Party.IDENTITY)
        actions.hand_over(BY)
        assert telling.tell_code(GATEWAY, proving.NUMBER, "call-1") is None, "not handed over yet"
        handing.hand_spoken(BY)
        assert telling.tell_code(GATEWAY, proving.NUMBER, "call-1") not in {*told, None}


def test_what_is_spoken_are_the_digits_twice_and_once_more(caller: Actor) -> None:
    code = telling.tell_code(GATEWAY, proving.NUMBER, "one") or ""
    said = spoken_to(proving.NUMBER)
    digits = dict(zip("0123456789", "공일이삼사오육칠팔구", strict=True))
    groups = [" ".join(digits[digit] for digit in group) for group in spoken.grouped(code)]
    assert [said.count(group) >= 3 for group in groups] == [True] * 3
    assert len(said) == len(pages.lines(code)) == 13


def test_without_a_code_everybody_hears_the_same(caller: Actor, django_user_model: Any) -> None:
    silent = [spoken_to(STRANGER), spoken_to("+82431234567"), spoken_to("hidden"), spoken_to("")]
    telling.choose_calls(caller, False)
    silent.append(spoken_to(proving.NUMBER))
    telling.choose_calls(caller, True)
    actions.withdraw(caller, HERE)
    silent.append(spoken_to(proving.NUMBER))
    silent += [spoken_to(STRANGER, f"{at}") for at in range(calls.CALLS_MAX + 1)]
    assert {tuple(each) for each in silent} == {tuple(line.text for line in pages.lines(None))}


def test_two_people_whose_calls_the_gateway_gives_one_name_are_told_each_their_own_code(
    caller: Actor, django_user_model: Any
) -> None:
    other = persons.actor(django_user_model.objects.create_user(email="lee@example.org", name="이보기").pk)
    actions.agree(other, CONSENT.version, HERE)
    proving.proved(other, OTHER_NUMBER)
    telling.choose_calls(other, True)
    handing.hand_spoken(BY)
    told = [telling.tell_code(GATEWAY, number, "1") for number in (proving.NUMBER, OTHER_NUMBER, proving.NUMBER)]
    assert told[0] == told[2]
    assert len({*told, None}) == 3


def test_a_number_is_told_codes_so_often_an_hour_and_no_oftener(caller: Actor) -> None:
    for _ in range(calls.CALLS_MAX):
        assert telling.tell_code(GATEWAY, proving.NUMBER, "one")
    with pytest.raises(TooOften):
        telling.tell_code(GATEWAY, proving.NUMBER, "one")


def test_nobody_but_the_gateway_asks(caller: Actor, settings: Any) -> None:
    assert rang(proving.NUMBER, secret="another").status_code == 403
    assert rang(proving.NUMBER, late_seconds=SKEW_SECONDS + 1).status_code == 403
    assert Client().post("/checkin/call/", data=b"{}", content_type="application/json").status_code == 403
    settings.DURE = replace(settings.DURE, calls_secret="")
    assert rang(proving.NUMBER, secret="").status_code == 403
    for by in (NOBODY, caller):
        with pytest.raises(NotAllowed):
            telling.tell_code(by, proving.NUMBER, "one")


def test_what_the_gateway_cannot_have_meant_is_refused(caller: Actor) -> None:
    for body in (b"", b"{}", b"[1]", b'{"call": "", "from": "1"}', b'{"call": "1", "to": "1"}', b" " * 3000):
        at = int(clock.now().timestamp())
        headers = {"X-Dure-Signature": signature(SECRET, at, body)}
        answer = Client().post("/checkin/call/", data=body, content_type="application/json", headers=headers)
        assert answer.status_code == 422, body


def test_of_a_call_no_number_and_no_time_stays(caller: Actor) -> None:
    with capture_logs() as lines:
        spoken_to(proving.NUMBER, "canary-of-a-call")
    assert lines == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM checkin_call")
        [row] = cursor.fetchall()
        cursor.execute("SELECT bucket FROM kit_rate_window WHERE bucket NOT LIKE 'channels.code.%'")
        assert cursor.fetchall() == [], "a window says when it ends, so when somebody called"
        kept = repr(row)
    assert (row[1], row[3]) == (today(), 0)
    assert len(row) == 4, "day, number, and two keyed hashes"
    assert caller.person is not None
    for canary in (proving.NUMBER, "00005678", "canary", str(caller.person)):
        assert canary not in kept
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        handing.hand_spoken(BY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM checkin_call")
        assert cursor.fetchone() == (0,)


def test_who_calls_has_agreed_and_proved_a_number(me: Actor, django_user_model: Any) -> None:
    with pytest.raises(NoTelephone):
        telling.choose_calls(me, True)
    other = persons.actor(django_user_model.objects.create_user(email="lee@example.org", name="이보기").pk)
    with pytest.raises(NotAgreed):
        telling.choose_calls(other, True)
    for by in (NOBODY, BY):
        with pytest.raises(NotAllowed):
            telling.choose_calls(by, True)


def test_who_takes_it_back_or_leaves_is_no_caller_any_more_and_the_export_says_who_is_one(caller: Actor) -> None:
    assert caller.person is not None
    assert queries.export_of(caller.person) == {"told_codes_by_telephone": True}
    actions.withdraw(caller, HERE)
    handing.hand_spoken(BY)
    assert queries.export_of(caller.person) == {"told_codes_by_telephone": False}


def test_choosing_on_the_page(client: Client, me: Actor) -> None:
    assert "전화번호를 확인해" in client.get("/checkin/calls/").content.decode()
    proving.proved(me)
    page = client.get("/checkin/calls/").content.decode()
    assert "043-000-0000" in page
    assert "00005678" not in page
    for yes in ("1", "0"):
        assert client.post("/checkin/calls/choose/", {"yes": yes})["Location"] == "/checkin/calls/"
        assert me.person is not None
        assert queries.calls(me.person) is (yes == "1")
    assert Client().get("/checkin/calls/")["Location"] == "/checkin/"


def test_who_calls_has_codes_of_both_ways(caller: Actor) -> None:
    assert queries.handed(today(), caller.person) == {(caller.person, Way.LETTERS), (caller.person, Way.CALL)}
    assert handing.hand_spoken(BY) == 0


# Paper


def test_a_slip_has_the_codes_of_the_telephone_and_no_name(client: Client, me: Actor) -> None:
    codes = actions.make_slip(me, today())
    assert codes == actions.make_batch(me, today()).codes
    paper = documents.slip_paper(today(), codes)
    assert ["".join(one.groups) for one in paper.codes] == list(codes)
    assert me.name not in repr(paper)
    answer = client.get(f"/checkin/slip/{today()}/")
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "no-store"
    assert f'href="/checkin/slip/{today() + 1}/"' in client.get("/checkin/slip/").content.decode()


def test_a_slip_is_printed_for_oneself_today_and_tomorrow(client: Client, me: Actor) -> None:
    assert actions.make_slip(me, Epoch(today() + 1))
    for epoch in (today() - 1, today() + 2):
        with pytest.raises(DayClosed):
            actions.make_slip(me, Epoch(epoch))
    with pytest.raises(NotAllowed):
        actions.make_slip(NOBODY, today())
    assert Client().get(f"/checkin/slip/{today()}/")["Location"].startswith("/accounts/login/")
    actions.withdraw(me, HERE)
    with pytest.raises(NotAgreed):
        actions.make_slip(me, today())
    assert client.get("/checkin/slip/")["Location"] == "/checkin/"


def test_of_a_printed_slip_nothing_stays_behind(client: Client, me: Actor) -> None:
    def everything() -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables ORDER BY relname"
            )
            return list(cursor.fetchall())

    before = everything()
    with capture_logs() as lines:
        assert client.get(f"/checkin/slip/{today()}/").status_code == 200
    assert (everything(), lines) == (before, [])
    answers = [client.get(f"/checkin/slip/{today()}/").status_code for _ in range(batches.BATCHES_MAX)]
    assert answers[-1] == 429
