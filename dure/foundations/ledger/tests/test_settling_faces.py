"""Settlements on the desk and in the API."""

from typing import Any

import pytest
from django.test import Client

from dure.foundations.ledger import queries
from dure.foundations.ledger.types import SettlementState
from dure.foundations.people.tests import making

from .paying import BY, a_box, a_payer, paid
from .test_api import as_
from .test_pages import logged_in
from .test_settling import line, taken

pytestmark = pytest.mark.django_db
DESK = "/desk/ledger/settlements/"
API = "/api/v1/ledger/settlements"


def test_a_steward_books_what_the_bank_received_and_takes_it_back() -> None:
    steward = logged_in(making.steward())
    assert "정산이 없습니다" in steward.get(DESK).content.decode()
    settlement = taken(line(paid(a_payer(), a_box())))
    here = f"{DESK}{settlement}/"
    assert "9,670원" in steward.get(DESK).content.decode()
    assert steward.post(f"{here}bank/", {"amount": "x", "reference": "", "idempotency_key": "a"}).status_code == 422
    given = {"amount": "9670", "reference": "KB-1", "idempotency_key": "b"}
    assert steward.post(f"{here}bank/", given).status_code == 303
    assert queries.settlement(BY, settlement).state is SettlementState.BOOKED
    assert "KB-1" in steward.get(DESK).content.decode()
    assert steward.post(f"{here}reverse/", {"note": "잘못된 줄입니다.", "idempotency_key": "c"}).status_code == 303
    assert queries.settlement(BY, settlement).state is SettlementState.REVERSED


def test_auditors_read_and_others_do_not_get_in(api_client: Any) -> None:
    settlement = taken(line(paid(a_payer(), a_box())))
    auditor, neighbour = making.auditor(), making.person()
    page = logged_in(auditor).get(DESK)
    assert (page.status_code, '<form method="post" action="/desk' in page.content.decode()) == (200, False)
    given = {"amount": "9670", "reference": "KB-1", "idempotency_key": "b"}
    assert logged_in(auditor).post(f"{DESK}{settlement}/bank/", given).status_code == 403
    assert logged_in(neighbour).get(DESK).status_code == 403
    assert Client().get(DESK).status_code == 303
    assert api_client.get(API, headers=as_(neighbour)).status_code == 403
    assert api_client.get(API).status_code == 401


def test_the_api_takes_a_statement_and_books_it(api_client: Any) -> None:
    payment = paid(a_payer(), a_box())
    steward = as_(making.steward())
    one = {"order": payment.order, "payment_key": payment.payment_key, "kind": "capture"}
    one |= {"amount": 10_000, "fee": 300, "vat": 30}  # type: ignore[dict-item]  # a row of plain values
    said = {"provider": "sandbox", "reference": "S-9", "on": "2026-05-04", "lines": [one], "net": 9_670}
    taken_in = api_client.post(API, json=said, headers=steward)
    assert (taken_in.status_code, taken_in.json()["state"]) == (201, "taken"), taken_in.text
    assert api_client.post(API, json=said, headers=steward).json()["id"] == taken_in.json()["id"]
    assert api_client.post(API, json=said | {"net": 1}, headers=steward).status_code == 422
    here = f"{API}/{taken_in.json()['id']}"
    line_of_bank = {"amount": 9_670, "reference": "KB-9"}
    booked = api_client.post(f"{here}/bank-line", json=line_of_bank, headers=steward | {"Idempotency-Key": "x"})
    assert booked.json()["state"] == "booked"
    back = api_client.post(f"{here}/reversal", json={"note": "wrong day"}, headers=steward | {"Idempotency-Key": "y"})
    assert back.json()["state"] == "reversed"
    assert api_client.get(API, headers=steward).json()[0]["state"] == "reversed"
