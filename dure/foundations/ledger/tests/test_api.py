"""The JSON face: capture receipts that verify, a donor's own statement, nothing of anybody else's."""

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
