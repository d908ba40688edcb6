"""The pages of bank transfers: what is still to be sent, and where money goes back to."""

from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from dure.base import clock, ids
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.types import AwaitsDeposit, Payment, PaymentState, RefundAccount
from dure.foundations.people.tests import making
from dure.foundations.people.types import Actor

from .adapting import Twin, begun, confirmed, decided, refunded, settle
from .paying import BY, a_box, a_payer
from .test_pages import logged_in

pytestmark = pytest.mark.django_db
HERE = "/pay/transfers/"
SAID = {"bank": "12", "number": "351-1234 5678", "holder": " 홍길동 "}


@pytest.fixture(autouse=True)
def travel() -> Any:
    with time_machine.travel(datetime(2026, 5, 1, 9, 0, tzinfo=clock.SEOUL), tick=False) as coordinates:
        yield coordinates


def awaited(by: Actor, twin: Twin) -> Payment:
    """A payer was given an account to transfer to."""
    payment = begun(by, "toss-account")
    with pytest.raises(AwaitsDeposit):
        confirmed(by, decided(by, twin, payment), a_box())
    return queries.payment(payment.id)


def text(client: Client, address: str = HERE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def deposit(twin: Twin) -> None:
    twin.deposit(next(iter(twin.book.payments)))


def given_back(by: Actor, twin: Twin, travel: Any) -> str:
    """The address at which the payer of a transfer says where it goes back to."""
    payment = awaited(by, twin)
    deposit(twin)
    settle(travel, 2)
    refunded(payment, 10_000)
    return f"{HERE}{payment.id}/"


def test_the_account_stands_there_until_the_money_came(twins: dict[str, Twin], travel: Any, settings: Any) -> None:
    payer, twin = a_payer(), twins["toss"]
    payment, mine = awaited(payer, twin), logged_in(payer)
    said = text(mine)
    account = next(iter(twin.book.payments.values())).deposit
    assert [each.code for each in queries.closing_objections(making.id_of(payer))] == ["payment_under_way"]
    for words in ("우리은행", account.number, "박두레", "10,000원", "5월 8일", "꼭 이 금액을"):
        assert words in said, words
    assert f'href="{settings.DURE.toss_url}/"' in said, "where no real money moves, it is sent at the twin"
    assert "계좌이체" in text(mine, "/me/")
    deposit(twin)
    settle(travel, 2)
    assert queries.payment(payment.id).captured
    assert "보낼 돈도, 돌려받기를 기다리는 돈도 없습니다" in text(mine)


def test_an_account_that_has_expired_is_shown_no_more(twins: dict[str, Twin], travel: Any) -> None:
    payer, twin = a_payer(), twins["toss"]
    payment, mine = awaited(payer, twin), logged_in(payer)
    twin.expire(next(iter(twin.book.payments)))
    actions.converge_payment(BY, payment.id)
    assert queries.payment(payment.id).state is PaymentState.EXPIRED
    assert "보낼 돈도" in text(mine)


def test_nobody_sees_another_s_account(twins: dict[str, Twin]) -> None:
    awaited(a_payer(), twins["toss"])
    account = next(iter(twins["toss"].book.payments.values())).deposit
    for other in (making.person(), making.steward()):
        assert account.number not in text(logged_in(other))
    assert Client().get(HERE).status_code == 303


def test_a_payer_says_where_the_money_goes_back_to(twins: dict[str, Twin], travel: Any) -> None:
    payer, twin = a_payer("홍길동"), twins["toss"]
    here, mine = given_back(payer, twin, travel), logged_in(payer)
    assert here in text(mine)
    assert "은행을 고르세요" in text(mine, here), "no bank is chosen for anybody"
    assert mine.post(here, SAID).status_code == 303
    settle(travel, 3)
    cancel = next(iter(twin.book.payments.values())).cancels[0]
    assert cancel.account == {"bank": "12", "accountNumber": "35112345678", "holderName": "홍길동"}
    assert mine.get(here).status_code == 404, "once is enough"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"bank": ""}, "bank"), ({"bank": "99"}, "bank"), ({"number": "12"}, "number"), ({"holder": " "}, "holder")],
)
def test_bad_input_is_named_and_what_was_typed_stays(
    twins: dict[str, Twin], travel: Any, wrong: dict[str, str], field: str
) -> None:
    payer = a_payer()
    here, mine = given_back(payer, twins["toss"], travel), logged_in(payer)
    answer = mine.post(here, SAID | {"holder": "임꺽정", "number": "351123"} | wrong)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in said
    for kept in {"351123", "임꺽정"} - {"351123" if field == "number" else "", "임꺽정" if field == "holder" else ""}:
        assert f'value="{kept}"' in said, kept
    assert not [each for each in twins["toss"].book.payments.values() if each.cancels]


def test_who_did_not_pay_says_nothing(twins: dict[str, Twin], travel: Any) -> None:
    here = given_back(a_payer(), twins["toss"], travel)
    for other in (making.person(), making.steward(), making.auditor()):
        assert logged_in(other).get(here).status_code == 404
        assert logged_in(other).post(here, SAID).status_code == 404
    assert Client().post(here, SAID).status_code == 303
    assert logged_in(a_payer()).get(reverse("ledger:refund_account", args=[ids.new()])).status_code == 404


def test_an_account_the_bank_does_not_know_is_asked_for_again(twins: dict[str, Twin], travel: Any) -> None:
    payer, twin = a_payer(), twins["toss"]
    here, mine = given_back(payer, twin, travel), logged_in(payer)
    assert mine.post(here, SAID | {"number": "000-000-0000"}).status_code == 303
    settle(travel, 3)
    assert here in text(mine), "the payer is asked once more"
    assert mine.post(here, SAID).status_code == 303
    settle(travel, 3)
    assert RefundAccount(bank="12", number="35112345678", holder="홍길동").bank_name == "지역농축협"
    assert next(iter(twin.book.payments.values())).balance == 0
