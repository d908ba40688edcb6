"""The JSON face: capture receipts that verify, a donor's own statement, nothing of anybody else's."""

import base64
from typing import Any

import pytest

from dure.base import ids
from dure.foundations.ledger import actions
from dure.foundations.people.tests import making
from dure.foundations.people.types import Actor
from dure.kit import bearer

from .test_receipts import a_donor, a_receiver, donated, issued

pytestmark = pytest.mark.django_db
PAYMENTS = "/api/v1/ledger/sandbox/payments"
RECEIPTS = "/api/v1/ledger/receipts"


def as_(actor: Actor) -> dict[str, str]:
    assert actor.person is not None
    return {"Authorization": f"Bearer {bearer.mint(actor.person, verified=actor.verified)}"}


def test_the_wallet_pays_and_its_receipts_verify(api_client: Any) -> None:
    payer, box = making.person(), ids.new()
    items = [{"ref": str(box), "amount": amount} for amount in (1_000, 2_000)]
    answer = api_client.post(PAYMENTS, json={"items": items}, headers=as_(payer))
    assert answer.status_code == 201
    receipts = [actions.verify_receipt(token) for token in answer.json()["tokens"]]
    assert [(each.amount, each.ref, each.payer) for each in receipts] == [
        (1_000, box, payer.person),
        (2_000, box, payer.person),
    ]
    assert len({each.payment for each in receipts}) == 2


@pytest.mark.parametrize(
    "items", [[], [{"ref": "x", "amount": 1}], [{"ref": str(ids.new()), "amount": 0}], [{"amount": 1}], "x"]
)
def test_what_the_wallet_cannot_pay(api_client: Any, items: Any) -> None:
    answer = api_client.post(PAYMENTS, json={"items": items}, headers=as_(making.person()))
    assert answer.status_code == 422


def test_nobody_pays_without_a_name(api_client: Any) -> None:
    assert api_client.post(PAYMENTS, json={"items": []}).status_code == 401


def test_a_donor_reads_their_own(api_client: Any) -> None:
    donor, (receiver, _) = a_donor(), a_receiver()
    donated(donor, receiver, 30_000)
    receipt = issued(donor, receiver)
    answer = api_client.get("/api/v1/ledger/statements/2026", headers=as_(donor))
    assert (answer.json()["donated"], answer.json()["receipted"]) == (30_000, 30_000)
    one = f"/api/v1/ledger/receipts/{receipt.id}"
    found = api_client.get(one, headers=as_(donor))
    assert found.json()["number"] == receipt.number
    assert "900101" not in found.text
    assert api_client.get(one, headers=as_(making.person("이웃"))).status_code == 403
    assert api_client.get(one).status_code == 401
    empty = api_client.get("/api/v1/ledger/statements/2026", headers=as_(making.person("이웃"))).json()
    assert empty["donations"] == []


def test_a_donor_asks_for_a_receipt_and_agrees_on_the_way(api_client: Any) -> None:
    donor, (receiver, _) = making.person("홍길동"), a_receiver()
    donated(donor, receiver, 30_000)
    said = {
        "issuer": str(receiver),
        "year": 2026,
        "name": "홍길동",
        "address": "가람군 솔내면",
        "number": "900101-1234567",
    }

    def ask(once: str, **more: object) -> Any:
        return api_client.post(RECEIPTS, json={**said, **more}, headers={**as_(donor), "Idempotency-Key": once})

    assert (ask("a").status_code, ask("a").json()["code"]) == (403, "receipt_consent_missing")
    text = api_client.get("/api/v1/ledger/receipt-consent", headers=as_(donor)).json()
    assert text["given"] is False
    assert text["body"]
    assert ask("b", consent_version=text["version"] + 1).status_code == 409
    assert ask("c", consent_version=text["version"], number="900101-12345").status_code == 422
    assert api_client.get("/api/v1/ledger/receipt-consent", headers=as_(donor)).json()["given"] is False
    issued_now = ask("d", consent_version=text["version"])
    assert (issued_now.status_code, issued_now.json()["total"]) == (201, 30_000)
    assert ask("d", consent_version=text["version"]).json() == issued_now.json(), "asked again, issued once"
    assert ask("e").json()["code"] == "nothing_to_receipt"
    assert api_client.get("/api/v1/ledger/receipt-consent", headers=as_(donor)).json()["given"] is True
    assert api_client.get("/api/v1/ledger/statements", headers=as_(donor)).json() == [2026]
    for path in (f"receipts/{issued_now.json()['id']}/paper", "statements/2026/paper"):
        paper = api_client.get(f"/api/v1/ledger/{path}", headers=as_(donor)).json()
        assert base64.b64decode(paper["content"]).startswith(b"%PDF")
    stranger = as_(making.person("이웃"))
    assert api_client.get(f"{RECEIPTS}/{issued_now.json()['id']}/paper", headers=stranger).status_code == 403
    none = {**said, "issuer": str(ids.new())}
    lost = api_client.post(RECEIPTS, json=none, headers={**as_(donor), "Idempotency-Key": "f"})
    assert lost.status_code == 404
