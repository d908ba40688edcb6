"""The citizen at the identity party: agrees once, takes it back, fetches a batch of which nothing stays behind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import time_machine
from django.db import connection
from django.test import Client
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from dure.base import clock
from dure.base.actors import NOBODY, Actor, system
from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Origin, OtherText
from dure.kit import limits, peers, seals
from dure.services.checkin.actions import days as days_of
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.pages.identity import citizen
from dure.services.checkin.queries import days as keys
from dure.services.checkin.rules import admitting, batches, calendar, issuing, passes, showing
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.tests.other_party import OtherParty, carried
from dure.services.checkin.types import (
    DayClosed,
    Epoch,
    HalfMissing,
    NotAgreed,
    Party,
    Scan,
    Shown,
    SpentKeys,
)

pytestmark = pytest.mark.django_db
BY = system("test")
LETTERS, AUTHORITY = b"\x0a" * 32, b"\x05" * 32
VISITS = OtherParty(Party.VISITS, "http://localhost:8001", {"letters": LETTERS, "shares": b"\x0b" * 32})
OFFICE = OtherParty(Party.AUTHORITY, "http://localhost:8002", {"authority": AUTHORITY, "shares": b"\x0c" * 32})
HERE = Origin(face="page")


@pytest.fixture(autouse=True)
def three(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three parties, with the keys of today and tomorrow."""
    for other in (VISITS, OFFICE):
        monkeypatch.setattr(other, "away", False)
    settings.DURE = replace(settings.DURE, peers=(VISITS.peer, OFFICE.peer))
    monkeypatch.setattr(peers, "_line", lambda: httpx.Client(transport=carried(VISITS, OFFICE)))
    monkeypatch.setattr(citizen, "_fetches", limits.Window(batches.BATCHES_MAX, 3600))
    days_of.begin_days(BY, Party.IDENTITY)


@pytest.fixture
def me(django_user_model: Any) -> Actor:
    return persons.actor(django_user_model.objects.create_user(email="kim@example.org", name="김예시").pk)


@pytest.fixture
def client(me: Actor, django_user_model: Any) -> Client:
    browser = Client()
    browser.force_login(django_user_model.objects.get(pk=me.person))
    return browser


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def agreed(me: Actor) -> Actor:
    actions.agree(me, CONSENT.version, HERE)
    return me


def test_no_codes_without_a_yes_and_none_after_it_is_taken_back(me: Actor) -> None:
    with pytest.raises(NotAgreed):
        actions.make_batch(me, today())
    with pytest.raises(OtherText):
        actions.agree(me, CONSENT.version + 1, HERE)
    agreed(me)
    assert len(actions.make_batch(me, today()).batch.envelopes) == issuing.ENVELOPES
    actions.withdraw(me, HERE)
    with pytest.raises(NotAgreed):
        actions.make_batch(me, today())
    assert not persons.has_consent(me.person or UUID(int=0), CONSENT.purpose)


@pytest.mark.parametrize("by", [NOBODY, system("site.task")])
def test_nobody_but_a_person_agrees_or_fetches(by: Actor) -> None:
    for refused in (
        lambda: actions.agree(by, CONSENT.version, HERE),
        lambda: actions.withdraw(by, HERE),
        lambda: actions.make_batch(by, today()),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_batch_is_for_today_and_tomorrow(me: Actor) -> None:
    agreed(me)
    assert actions.make_batch(me, Epoch(today() + 1)).batch.epoch == today() + 1
    for epoch in (today() - 1, today() + 2):
        with pytest.raises(DayClosed):
            actions.make_batch(me, Epoch(epoch))


def test_what_a_telephone_shows_is_let_in_and_opens_for_the_authority_as_this_person(me: Actor) -> None:
    agreed(me)
    at, epoch = clock.now(), today()
    shown, _ = showing.show(actions.make_batch(me, epoch).batch, Shown(epoch), at)
    code = passes.sealed(shown, lambda context, plain: seals.seal_to(seals.public_half(LETTERS), context, plain))
    own = keys.issuer_keys(epoch)
    admission = admitting.admit(
        SpentKeys(own.passes, b"\x04" * 32),
        lambda context, letter: seals.unseal_from(LETTERS, context, letter),
        code,
        frozenset(),
        Scan(at, at, "", frozenset()),
    )
    handle = seals.unseal_from(AUTHORITY, issuing.sealing_context(epoch), admission.shown.sealed)
    assert me.person is not None
    assert handle == issuing.handle_of(own.handles, epoch, me.person.bytes)


def test_two_telephones_of_a_person_have_the_same_stamps_and_no_envelope_in_common(me: Actor) -> None:
    agreed(me)
    one, other = (actions.make_batch(me, today()).batch for _ in range(2))
    assert one.stamps == other.stamps
    assert not {each.sealed for each in one.envelopes} & {each.sealed for each in other.envelopes}


def test_without_the_other_parties_keys_no_batch_is_made(me: Actor) -> None:
    agreed(me)
    OFFICE.away = True
    with pytest.raises(HalfMissing):
        actions.make_batch(me, today())


def test_agreeing_and_taking_back_on_the_pages(client: Client, me: Actor) -> None:
    assert client.get("/checkin/code/")["Location"] == "/checkin/"
    shown = client.get("/checkin/").content.decode()
    assert all(part in shown for part in CONSENT.body["ko"].split("\n\n"))
    assert client.post(f"/checkin/agree/{CONSENT.version}/")["Location"] == "/checkin/code/"
    page = client.get("/checkin/code/")
    assert page.status_code == 200
    assert 'data-batches="/checkin/batch/0/"' in page.content.decode()
    assert client.post("/checkin/withdraw/")["Location"] == "/checkin/"
    assert client.get("/checkin/code/").status_code == 302
    assert client.get(f"/checkin/batch/{today()}/").status_code == 403


def test_who_is_not_logged_in_reads_what_it_is_and_gets_no_code() -> None:
    nobody = Client()
    assert "/accounts/login/?next=/checkin/code/" in nobody.get("/checkin/").content.decode()
    assert nobody.get("/checkin/code/")["Location"] == "/checkin/"
    answer = nobody.get(f"/checkin/batch/{today()}/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_code_page_says_nothing_of_who_reads_it(client: Client, me: Actor) -> None:
    agreed(me)
    text = client.get("/checkin/code/").content.decode()
    assert str(me.person) not in text
    assert me.name not in text


def test_why_a_batch_is_refused_is_said(client: Client, me: Actor) -> None:
    agreed(me)
    assert client.get("/checkin/batch/70000/").json()["code"] == "day_closed"
    VISITS.away = True
    answer = client.get(f"/checkin/batch/{today()}/")
    assert (answer.status_code, answer.json()["code"]) == (503, "half_missing")
    VISITS.away = False
    assert client.post(f"/checkin/batch/{today()}/").status_code == 405


def test_a_person_fetches_so_often_an_hour_and_the_count_names_nobody(client: Client, me: Actor) -> None:
    agreed(me)
    answers = [client.get(f"/checkin/batch/{today()}/") for _ in range(batches.BATCHES_MAX + 1)]
    assert [answer.status_code for answer in answers] == [200] * batches.BATCHES_MAX + [429]
    assert me.person is not None
    kept = repr(vars(citizen._fetches))
    assert not any(name in kept for name in (str(me.person), me.person.hex, repr(me.person.bytes)))


def everything() -> dict[str, int]:
    """How many rows each table has, and how often one was written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables ORDER BY relname"
        )
        return dict(cursor.fetchall())


def figures() -> list[tuple[str, float]]:
    named = [one for metric in REGISTRY.collect() if "page" in metric.name for one in metric.samples]
    return [(f"{one.name}{one.labels}", one.value) for one in named]


def test_of_a_fetched_batch_nothing_stays_behind(client: Client, me: Actor) -> None:
    agreed(me)
    assert (
        client.get(f"/checkin/batch/{today()}/").status_code == 200
    )  # the other parties' halves are known from here on
    before = everything(), figures()
    with capture_logs() as lines:
        answer = client.get(f"/checkin/batch/{today()}/")
    assert answer.status_code == 200
    assert (everything(), figures()) == before
    assert lines == []
    assert (answer["Cache-Control"], dict(answer.cookies)) == ("no-store", {})


def test_every_batch_is_as_long_as_every_other(client: Client, me: Actor, django_user_model: Any) -> None:
    agreed(me)
    another = persons.actor(django_user_model.objects.create_user(email="lee@example.org", name="이보기").pk)
    agreed(another)
    browser = Client()
    browser.force_login(django_user_model.objects.get(pk=another.person))
    sizes = {len(each.get(f"/checkin/batch/{today()}/").content) for each in (client, client, browser)}
    assert len(sizes) == 1


def test_a_batch_of_yesterday_is_not_made_any_more(me: Actor) -> None:
    agreed(me)
    epoch = today()
    with time_machine.travel(calendar.issuing_ends_at(epoch), tick=False), pytest.raises(DayClosed):
        actions.make_batch(me, epoch)
    with time_machine.travel(calendar.issuing_ends_at(epoch) - timedelta(seconds=1), tick=False):
        assert actions.make_batch(me, epoch)


def test_the_worker_script_is_kept_so_that_opening_a_code_asks_nobody() -> None:
    answer = Client().get("/checkin/code/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == f"private, max-age={citizen.KEPT_FOR_SECONDS}"
