"""The desk of officers through the client: who sees what, the way of a query, words for what is refused. And the report."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dure.base import clock
from dure.base.actors import Actor, PlatformRole
from dure.foundations.people.tests import making as folk
from dure.kit import peers, show
from dure.services.checkin import documents
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.models.authority import tables
from dure.services.checkin.pages.authority import report as pages_of_report
from dure.services.checkin.pages.authority.following import waits_for
from dure.services.checkin.pages.authority.log_words import LOG_WORDS
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import report, statements, tracing
from dure.services.checkin.tests.making import BAKERY
from dure.services.checkin.tests.other_two import PLACE, Others
from dure.services.checkin.types import Epoch, Party, QueryState

from . import standing
from .standing import DAY, NOON, OFFICE, PROGRAM, SHELL, asked, key, logged, make_keys

pytestmark = pytest.mark.django_db
DESK = "/desk/checkin/"


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def others(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Others:
    there = standing.others()
    settings.DURE = replace(settings.DURE, peers=there.peers())
    monkeypatch.setattr(peers, "_line", there.line)
    return there


def officer(office: str = OFFICE) -> Actor:
    by = folk.person()
    assert by.person
    actions.appoint_officer(SHELL, by.person, office)
    return by


def client(by: Actor | None) -> Client:
    found = Client()
    if by is not None:
        found.force_login(get_user_model().objects.get(id=folk.id_of(by)), backend=settings.AUTHENTICATION_BACKENDS[0])
    return found


def form(**more: Any) -> dict[str, Any]:
    day = (clock.today() - timedelta(days=1)).isoformat()
    said = {"day": day, "first_hour": "9", "hours": "2", "case": "2026-감염-0001", "basis": "kr-idcpa-18"}
    return said | {"idempotency_key": key()} | more


def test_nobody_joins_at_the_authority(client: Client) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert 'name="email"' not in page
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": "a long sample password", "name": "x"})
    assert not get_user_model().objects.exists()


PAGES = (DESK, f"{DESK}officers/", f"{DESK}new/", f"{DESK}new/{BAKERY}/")


READ = (DESK, f"{DESK}officers/")


@pytest.mark.parametrize("address", PAGES)
def test_the_desk_is_open_to_officers_only_and_an_auditor_reads(address: str, others: Others) -> None:
    assert client(officer()).get(address).status_code == 200
    assert client(folk.auditor()).get(address).status_code == (200 if address in READ else 403)
    for by in (folk.person(), folk.steward()):
        assert client(by).get(address).status_code == 403
    assert client(None).get(address).status_code == 303


def test_an_officer_files_and_a_colleague_approves(others: Others) -> None:
    kim, lee = officer(), officer()
    found = client(kim).get(f"{DESK}new/", {"q": "빵집"}).content.decode()
    assert f"{DESK}new/{BAKERY}/" in found
    assert "빵집" not in json.dumps([said for _, said in others.heard], ensure_ascii=False), "nobody learns which place"
    answer = client(kim).post(f"{DESK}new/{BAKERY}/", form())
    [row] = tables.Query.objects.all()
    assert (answer.status_code, answer["Location"]) == (303, f"{DESK}{row.id}/")
    assert (row.venue_name, row.hours) == (PLACE, 2)
    own, theirs = (client(by).get(f"{DESK}{row.id}/").content.decode() for by in (kim, lee))
    assert "approve/" in theirs
    assert "approve/" not in own
    ends = show.day(clock.local(tracing.expires_at(queries.query(row.id))).date())
    assert ends in own
    assert ends in theirs
    assert client(kim).post(f"{DESK}{row.id}/approve/").status_code == 403
    assert client(lee).post(f"{DESK}{row.id}/approve/").status_code == 303
    assert queries.query(row.id).state is QueryState.APPROVED
    assert client(folk.auditor()).get(f"{DESK}{row.id}/").status_code == 200
    assert client(officer("다른 보건소 (예시)")).get(f"{DESK}{row.id}/").status_code == 403


def test_the_list_of_officers_is_of_the_own_office_and_an_auditor_sees_all(others: Others) -> None:
    kim, stranger = officer(), officer("다른 보건소 (예시)")
    gone = officer()
    assert gone.person
    actions.dismiss_officer(SHELL, gone.person)
    assert client(gone).get(f"{DESK}officers/").status_code == 403
    own, every = (client(by).get(f"{DESK}officers/").content.decode() for by in (kim, folk.auditor()))
    assert [one.until is None for one in queries.officers(kim)] == [True, False], "who acts comes first"
    assert "다른 보건소" not in own
    assert "다른 보건소" in every
    assert OFFICE in every
    assert len(queries.officers(stranger)) == 1


@pytest.mark.parametrize(
    "wrong", [{"case": "이름 있음"}, {"hours": "9"}, {"day": "2026-02-30"}, {"day": "2020-01-01"}, {"basis": "police"}]
)
def test_a_form_that_cannot_be_filed_keeps_what_was_typed_and_says_why(wrong: dict[str, str], others: Others) -> None:
    answer = client(officer()).post(f"{DESK}new/{BAKERY}/", form(**wrong))
    assert answer.status_code in (409, 422)
    assert "faults" in answer.content.decode()
    assert not tables.Query.objects.exists()


def test_a_place_that_is_not_in_the_register_is_not_asked_about(others: Others) -> None:
    assert client(officer()).get(f"{DESK}new/{UUID(int=99)}/").status_code == 404


def test_a_query_is_followed_to_its_end(others: Others) -> None:
    kim, lee = officer(), officer()
    epoch = make_keys()
    others.write(epoch, 9, 3)
    query = logged(kim, lee)
    others.away = frozenset({"identity"})
    actions.pursue(PROGRAM)
    assert waits_for(queries.file(kim, query)) in client(kim).get(f"{DESK}{query}/").content.decode()
    others.away = frozenset()
    actions.pursue(PROGRAM)
    page = client(kim).get(f"{DESK}{query}/").content.decode()
    assert "close/" in page
    assert "again/" in page
    assert client(kim).post(f"{DESK}{query}/again/").status_code == 303
    assert client(kim).post(f"{DESK}{query}/close/").status_code == 303
    assert queries.query(query).state is QueryState.CLOSED
    assert client(kim).get(DESK).status_code == 200


def test_the_log_speaks_in_words_of_every_entry_of_the_authority() -> None:
    kim, lee = officer(), officer()
    refused = actions.file(kim, asked(), key=key())
    actions.refuse(lee, refused)
    query = queries.query(logged(kim, lee))
    closed = replace(query, told=3, closed_on=clock.today(), state=QueryState.CLOSED)
    for body in (
        statements.query_statement(query),
        statements.refused_statement(queries.query(refused)),
        statements.refused_statement(replace(queries.query(refused), decided_by=None)),
        statements.closed_statement(closed),
        statements.closed_statement(closed, by_itself=True),
        b'{"kind":"office.opened","name":"office","office":"x"}',
    ):
        said = json.loads(body)
        assert LOG_WORDS[said["kind"]](said)
    page = Client().get("/log/authority/entries/").content.decode()
    assert OFFICE in page


def made(odd: tuple[report.Odd, ...] = ()) -> report.Made:
    first = Epoch(2_500)
    days_ = tuple(report.Day(Epoch(first + at), 5, 5 if at < 2 else 0, due=at < 2) for at in range(30))
    found = report.Report(first, Epoch(first + 29), days_, 3, 1, 2, 7, 15, odd)
    return report.Made(found, tuple(report.Head(party, 100, "ab" * 32) for party in Party))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_report_is_a_page_and_a_paper_for_everybody(language: str) -> None:
    assert Client().get("/checkin/report/").status_code == 200
    odd = (report.Odd("not_destroyed", "visits shares 2026-10-01"),)
    tables.Report.objects.create(on=clock.today(), made_at=clock.now(), body=msgspec.json.encode(made(odd)))
    reader = Client(headers={"Accept-Language": language})
    page = reader.get("/checkin/report/").content.decode()
    assert "visits shares 2026-10-01" in page
    paper = reader.get(f"/checkin/report/{clock.today().isoformat()}.pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    for wrong in ("2026-02-30", "2020-01-01", "x"):
        assert reader.get(f"/checkin/report/{wrong}.pdf").status_code == 404


def test_papers_are_set_so_often_a_minute_for_a_reader_and_no_oftener(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "report_pdf", lambda paper, on: b"%PDF-")
    tables.Report.objects.create(on=clock.today(), made_at=clock.now(), body=msgspec.json.encode(made()))
    address = f"/checkin/report/{clock.today().isoformat()}.pdf"
    answers = [Client().get(address).status_code for _ in range(pages_of_report.PAPERS_MAX + 2)]
    assert answers == [200] * pages_of_report.PAPERS_MAX + [429] * 2


def test_the_same_report_is_the_same_paper_byte_for_byte() -> None:
    on = (NOON - DAY).date()
    assert documents.report_pdf(made(), on) == documents.report_pdf(made(), on)
    assert documents.read(msgspec.json.encode(made())) == made()


def test_a_page_of_the_desk_takes_as_many_statements_for_thirty_queries_as_for_one() -> None:
    kim, lee = officer(), officer()

    def read() -> int:
        with CaptureQueriesContext(connection) as asked_of:
            assert client(lee).get(DESK).status_code == 200
        return len(asked_of.captured_queries)

    known = tables.Query.objects.get(id=actions.file(kim, asked(), key=key()))
    one = read()
    for number in range(30):
        known.id = UUID(int=number + 1)
        known.save(force_insert=True)
    assert read() == one
    assert ">31<" in client(lee).get(DESK).content.decode(), "how many wait for this officer"
    assert ">31<" not in client(kim).get(DESK).content.decode()


def test_a_steward_is_no_officer() -> None:
    assert PlatformRole.STEWARD in folk.steward().roles
    assert client(folk.steward()).get(DESK).status_code == 403
