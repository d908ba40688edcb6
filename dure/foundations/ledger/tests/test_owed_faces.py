"""Refunds owed on the desk and in the API: stewards act, auditors read, nobody else gets in."""

from itertools import count
from typing import Any

import pytest
from django.test import Client

from dure.foundations.ledger import queries
from dure.foundations.ledger.types import RefundState
from dure.foundations.people.tests import making

from .paying import a_payer
from .test_api import as_
from .test_owed import ACCOUNT, WHY, refused
from .test_pages import logged_in

pytestmark = pytest.mark.django_db
DESK = "/desk/ledger/owed/"
API = "/api/v1/ledger/owed"
SAID = {"bank": ACCOUNT.bank, "number": "351-1234-5678", "holder": ACCOUNT.holder}


def text(client: Client, address: str = DESK) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sent(**said: str) -> dict[str, str]:
    return {"idempotency_key": repr(said), **said}


def test_from_the_payer_s_account_to_the_bank_on_two_words() -> None:
    payer = a_payer("홍길동")
    payment, refund = refused(payer=payer)
    one, two = logged_in(making.steward("김운영")), logged_in(making.steward("이운영"))
    said = text(one)
    for words in ("돌려줄 돈", "4,000", "홍길동", "아직 계좌를 알려 주지", "nothing_taken"):
        assert words in said, words
    neighbour = logged_in(payer)
    assert "결제사가 이 돈을 돌려주지 못했습니다" in text(neighbour, "/pay/transfers/")
    assert "돌려드리는 돈이 있습니다" in text(neighbour, "/me/close/")
    assert neighbour.post(f"/pay/transfers/{payment.id}/", SAID).status_code == 303
    assert "351-1234-5678".replace("-", "") in text(one)
    here = f"{DESK}{refund}/"
    bad = one.post(f"{here}enter/", sent(reference="x"))
    assert (bad.status_code, 'value="x"' in bad.content.decode()) == (422, True), "what was typed stays"
    assert one.post(f"{here}enter/", sent(reference="KB 77")).status_code == 303
    assert "다른 운영자가 확인합니다" in text(one)
    assert f"{here}confirm/" not in text(one)
    assert one.post(f"{here}confirm/", sent()).status_code == 403
    assert two.post(f"{here}confirm/", sent(a="b")).status_code == 303
    assert "은행에서 보냄" in text(two)
    assert two.post(f"{here}take-back/", sent(note="")).status_code == 422
    assert two.post(f"{here}take-back/", sent(note=WHY)).status_code == 303
    assert WHY in text(two)
    assert two.post(f"{here}retry/", sent(c="d")).status_code == 303
    assert "돌려줄 돈이 없습니다" in text(two)
    assert two.post(f"{here}retry/", sent(e="f")).status_code == 409


def test_an_auditor_reads_only_and_nobody_else_gets_in(api_client: Any) -> None:
    payer = a_payer()
    _, refund = refused(payer=payer)
    auditor = making.auditor()
    assert '<form method="post" action="/desk' not in text(logged_in(auditor))
    for verb in ("enter", "confirm", "take-back", "retry"):
        said = sent(reference="KB 77", note=WHY)
        assert logged_in(auditor).post(f"{DESK}{refund}/{verb}/", said).status_code == 403, verb
        assert logged_in(payer).post(f"{DESK}{refund}/{verb}/", said).status_code == 403, verb
    assert logged_in(payer).get(DESK).status_code == 403
    assert Client().get(DESK).status_code == 303
    for address in (API, f"{API}/{refund}"):
        assert api_client.get(address, headers=as_(auditor)).status_code == 200
        assert api_client.get(address, headers=as_(payer)).status_code == 403
        assert api_client.get(address).status_code == 401


def test_the_api_pays_what_is_owed(api_client: Any) -> None:
    _, refund = refused()
    one, two = as_(making.steward()), as_(making.steward())
    assert [each["state"] for each in api_client.get(API, headers=one).json()] == ["refused"]
    here = f"{API}/{refund}"

    numbers = count()

    def post(what: str, who: dict[str, str], body: Any = None) -> Any:
        number = next(numbers)
        return api_client.post(f"{here}/{what}", json=body, headers=who | {"Idempotency-Key": f"{what}-of-{number}"})

    assert post("transfer", one, {"reference": ""}).status_code == 422
    assert post("transfer", one, {"reference": "KB 77"}).json()["state"] == "entered"
    assert post("confirmation", one).status_code == 403
    assert post("confirmation", two).json()["state"] == "paid"
    assert [each["reference"] for each in api_client.get(f"{API}?paid=true", headers=one).json()] == ["KB 77"]
    assert post("return", two, {"note": WHY}).json()["state"] == "refused"
    assert post("retry", two).json()["state"] == "asked"
    known = queries.refund(refund)
    assert known is not None
    assert known.state is RefundState.ASKED
