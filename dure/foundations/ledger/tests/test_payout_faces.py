"""Payouts on the desk and in the API."""

import base64
import re
from typing import Any

import pytest
from django.test import Client

from dure.foundations.ledger import queries
from dure.foundations.ledger.types import FileState
from dure.foundations.people.tests import making

from .paying_out import NUMBER, a_payout, a_town, prepared, released, set_account, whole
from .test_api import as_
from .test_pages import logged_in

pytestmark = pytest.mark.django_db
DESK = "/desk/ledger/payouts/"
API = "/api/v1/ledger"


def test_two_stewards_take_a_payout_to_the_bank() -> None:
    town = a_town()
    one, two = logged_in(town.one), logged_in(town.two)
    assert "지급할 것이 없습니다" in one.get(DESK).content.decode()
    payout = a_payout(town, 1_250_000)
    page = one.get(DESK).content.decode()
    assert "1,250,000원" in page
    assert "겨울 난방" in page
    assert one.post(DESK, {"idempotency_key": "empty"}).status_code == 422
    made = one.post(DESK, {"payouts": [str(payout)], "idempotency_key": "p"})
    assert made.status_code == 303
    here = made["Location"]
    own = one.get(here).content.decode()
    assert f"{here}release/" not in own, "another steward releases"
    assert NUMBER not in own
    assert one.post(f"{here}release/", {"idempotency_key": "no"}).status_code == 403
    assert f"{here}release/" in two.get(here).content.decode()
    assert two.post(f"{here}release/", {"idempotency_key": "r"}).status_code == 303
    paper = two.post(f"{here}paper/csv/")
    assert paper["Content-Type"] == "text/csv; charset=cp949"
    assert ".csv" in paper["Content-Disposition"]
    assert paper.content.decode("cp949").splitlines()[1].startswith("004,12345678901234,1250000,")
    assert two.post(f"{here}paper/exe/").status_code == 404
    assert two.get(f"{here}paper/csv/").status_code == 405
    wrong = one.post(f"{here}confirm/", {"amount": "1", "reference": "KB-1", "idempotency_key": "w"})
    assert wrong.status_code == 422
    assert "1,250,000" in wrong.content.decode()
    right = {"amount": "1250000", "reference": "KB-1", "idempotency_key": "c"}
    assert one.post(f"{here}confirm/", right).status_code == 303
    page = one.get(here).content.decode()
    for said in ("KB-1", "내려받음", "도착"):
        assert said in page, said


def test_a_line_comes_back_and_waits_again() -> None:
    town = a_town()
    file = released(town)
    one = logged_in(town.one)
    line = whole(town, file).lines[0].id
    there = f"{DESK}lines/{line}/returned/"
    assert one.post(there, {"why": "", "idempotency_key": "a"}).status_code == 422
    assert one.post(there, {"why": "예금주 다름", "idempotency_key": "b"}).status_code == 303
    assert "예금주 다름" in one.get(f"{DESK}{file}/").content.decode()
    assert "되돌아온 적" in one.get(DESK).content.decode()


def test_a_prepared_file_is_dropped() -> None:
    town = a_town()
    file = prepared(town)
    assert logged_in(town.two).post(f"{DESK}{file}/drop/", {"idempotency_key": "d"}).status_code == 303
    assert whole(town, file).file.state is FileState.DROPPED


def test_files_are_found_by_code_state_and_title() -> None:
    town = a_town()
    file = whole(town, released(town, a_payout(town, title="봄 씨앗"))).file
    other = whole(town, prepared(town)).file
    one = logged_in(town.one)

    def codes(query: str) -> set[str]:
        return set(re.findall(rf"{file.code}|{other.code}", one.get(f"{DESK}?{query}").content.decode()))

    assert codes("") == {file.code, other.code}
    assert codes("state=released") == {file.code}
    assert codes("q=씨앗") == {file.code}
    assert codes(f"q={other.code}") == {other.code}
    assert codes("q=nothing") == set()
    assert "그런 파일이 없습니다" in one.get(f"{DESK}?q=nothing").content.decode()


def test_who_waits_for_an_account_is_said() -> None:
    town = a_town()
    a_payout(town)
    set_account(town, "5555555555", confirmed=False)
    page = logged_in(town.one).get(DESK).content.decode()
    assert "확인한 계좌" in page
    assert 'name="payouts"' not in page


def test_auditors_read_and_others_do_not_get_in(api_client: Any) -> None:
    town = a_town()
    file = released(town)
    auditor, neighbour = making.auditor(), making.person()
    page = logged_in(auditor).get(f"{DESK}{file}/")
    assert (page.status_code, 'method="post" action="/desk' in page.content.decode()) == (200, False)
    for path in (f"{file}/release/", f"{file}/drop/", f"{file}/paper/csv/"):
        assert logged_in(auditor).post(f"{DESK}{path}", {"idempotency_key": "x"}).status_code == 403, path
    for path in (DESK, f"{DESK}{file}/"):
        assert logged_in(neighbour).get(path).status_code == 403
        assert Client().get(path).status_code == 303
    for path in ("payouts", "payout-files", f"payout-files/{file}"):
        assert api_client.get(f"{API}/{path}", headers=as_(auditor)).status_code == 200, path
        assert api_client.get(f"{API}/{path}", headers=as_(neighbour)).status_code == 403, path
        assert api_client.get(f"{API}/{path}").status_code == 401, path


def test_the_api_takes_a_payout_to_the_bank(api_client: Any) -> None:
    town = a_town()
    payout = a_payout(town)
    one, two = as_(town.one), as_(town.two)

    def post(path: str, body: object, headers: dict[str, str], key: str) -> Any:
        return api_client.post(f"{API}/{path}", json=body, headers=headers | {"Idempotency-Key": key})

    assert api_client.get(f"{API}/payouts", headers=one).json()[0]["id"] == str(payout)
    made = post("payout-files", {"payouts": [str(payout)]}, one, "p")
    assert made.status_code == 201, made.text
    here = f"payout-files/{made.json()['file']['id']}"
    assert post(f"{here}/release", {}, one, "r").status_code == 403
    assert post(f"{here}/release", {}, two, "r").json()["file"]["state"] == "released"
    paper = api_client.post(f"{API}/{here}/papers/csv", headers=one).json()
    assert b"12345678901234" in base64.b64decode(paper["content"])
    confirmed = post(f"{here}/bank-line", {"amount": 10_000, "reference": "KB-1"}, two, "c").json()
    assert (confirmed["file"]["state"], confirmed["lines"][0]["state"]) == ("confirmed", "paid")
    assert "12345678901234" not in str(confirmed)
    back = post(f"payout-lines/{confirmed['lines'][0]['id']}/return", {"why": "계좌 해지"}, one, "b").json()
    assert back["file"]["state"] == "returned"
    found = api_client.get(f"{API}/payout-files?state=returned&q=KB-1", headers=one).json()
    assert found["total"] == 1
    dropped = post("payout-files", {"payouts": [str(payout)]}, one, "p2").json()
    assert post(f"payout-files/{dropped['file']['id']}/dropping", {}, one, "d").json()["file"]["state"] == "dropped"
    assert [each.returned for each in queries.payouts_waiting(town.one)] == [1]
