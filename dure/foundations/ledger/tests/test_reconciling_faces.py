"""Reconciliation on the desk, in the API: stewards act, auditors read, nobody else gets in."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dure.foundations.ledger import queries
from dure.foundations.ledger.types import DifferenceState
from dure.foundations.people.tests import making

from .paying import BY
from .test_api import as_
from .test_pages import logged_in
from .test_reconciling import WHY, one_difference

pytestmark = pytest.mark.django_db
DESK = "/desk/ledger/differences/"
API = "/api/v1/ledger/differences"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_an_empty_desk_says_what_comes() -> None:
    said = page(logged_in(making.steward()), DESK)
    for words in ("대조", "차이가 없습니다", "아직 없습니다"):
        assert words in said, words


def test_the_desk_shows_what_differs_and_filters_it() -> None:
    _, entry = one_difference()
    steward = logged_in(making.steward())
    said = page(steward, DESK)
    for words in ("환불이 서로 다릅니다", "연습용 결제", "1,000원", reverse("ledger-desk:difference", args=[entry.id])):
        assert words in said, words
    assert str(entry.id) in page(steward, f"{DESK}?kind=refunded")
    for other in ("kind=amount", "state=explained", "state=agreed"):
        assert str(entry.id) not in page(steward, f"{DESK}?{other}")
    assert str(entry.id) in page(steward, f"{DESK}?state=all&kind=nonsense&page=99")


def test_a_steward_asks_notes_and_closes() -> None:
    _, entry = one_difference()
    steward = logged_in(making.steward("박운영"))
    here = f"{DESK}{entry.id}/"
    assert steward.post(f"{here}ask/").status_code == 303
    assert steward.post(f"{here}note/", {"note": "전화로 물어봤습니다.", "idempotency_key": "n"}).status_code == 303
    assert steward.post(f"{here}explain/", {"note": "", "idempotency_key": "e"}).status_code == 422
    assert steward.post(f"{here}explain/", {"note": WHY, "idempotency_key": "e"}).status_code == 303
    said = page(steward, here)
    for words in ("전화로 물어봤습니다.", WHY, "박운영", "설명함"):
        assert words in said, words
    assert "결제사에 다시 묻기" not in said
    assert steward.post(f"{here}explain/", {"note": WHY, "idempotency_key": "f"}).status_code == 409
    assert steward.post(f"{here}ask/").status_code == 409


def test_an_auditor_reads_only() -> None:
    _, entry = one_difference()
    auditor = logged_in(making.auditor())
    here = f"{DESK}{entry.id}/"
    assert "<textarea" not in page(auditor, here)
    for verb in ("ask", "note", "explain"):
        assert auditor.post(f"{here}{verb}/", {"note": WHY, "idempotency_key": "k"}).status_code == 403
    assert queries.difference(BY, entry.id).state is DifferenceState.OPEN


def test_nobody_else_gets_in(api_client: Any) -> None:
    _, entry = one_difference()
    neighbour = making.person()
    for address in (DESK, f"{DESK}{entry.id}/", "/desk/ledger/differences.csv"):
        assert logged_in(neighbour).get(address).status_code == 403
        assert Client().get(address).status_code == 303
    for address in (API, f"{API}/{entry.id}", "/api/v1/ledger/reconciliations"):
        assert api_client.get(address, headers=as_(neighbour)).status_code == 403
        assert api_client.get(address).status_code == 401


def test_the_table_opens_in_a_spreadsheet() -> None:
    payment, entry = one_difference()
    text = logged_in(making.auditor()).get("/desk/ledger/differences.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["id"], row["kind"], row["ours_won"], row["theirs_won"]) for row in rows] == [
        (str(entry.id), "refunded", "0", "1000")
    ]
    assert rows[0]["payment_key"] == payment.payment_key


def test_the_api_reads_asks_and_closes(api_client: Any) -> None:
    _, entry = one_difference()
    steward, auditor = making.steward(), making.auditor()
    found = api_client.get(f"{API}?state=open&kind=refunded", headers=as_(auditor)).json()
    assert [each["id"] for each in found["entries"]] == [str(entry.id)]
    assert api_client.get("/api/v1/ledger/reconciliations", headers=as_(auditor)).json()[0]["found"] == 1
    here = f"{API}/{entry.id}"
    assert api_client.post(f"{here}/asking", headers=as_(auditor)).status_code == 403
    assert api_client.post(f"{here}/asking", headers=as_(steward)).json()["state"] == "open"
    key = {"Idempotency-Key": "one"}
    assert api_client.post(f"{here}/notes", json={"note": WHY}, headers=as_(steward) | key).status_code == 201
    assert api_client.post(f"{here}/notes", json={"note": ""}, headers=as_(steward) | key).status_code == 422
    closed = api_client.post(f"{here}/explanation", json={"note": WHY}, headers=as_(steward) | key).json()
    assert (closed["state"], closed["steps"][-1]["note"]) == ("explained", WHY)
