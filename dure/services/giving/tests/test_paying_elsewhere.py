"""Giving by providers: out to their page, back from it, paid, turned back, awaited, too late. The providers are twins."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.tests import twinning
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import system
from dure.kit.visiting import browser, form
from dure.services.giving import queries

from . import making
from .making import Town
from .test_pages import url

CASHIER = system("test")


@pytest.fixture
def twins(settings: Any) -> Iterator[dict[str, Any]]:
    with twinning.toss() as toss, twinning.kakaopay() as kakaopay:
        settings.DURE = replace(
            settings.DURE,
            origin="http://localhost:8000",
            toss_secret_key=twinning.SECRET,
            toss_url=toss[1].origin,
            toss_accounts=True,
            kakaopay_secret_key=twinning.SECRET,
            kakaopay_url=kakaopay[1].origin,
        )
        yield {"toss": toss[0], "toss-account": toss[0], "kakaopay": kakaopay[0]}


def sent_out(client: Client, code: str, provider: str, amount: int = 5_000) -> str:
    """The page that leads to the provider."""
    said = form(amount=amount, message="따뜻하게", name_shown="no", provider=provider)
    answer = client.post(url("give", code), said)
    assert answer.status_code == 200
    return str(answer.content.decode())


def returned(twin: Any, choice: str) -> str:
    """Where the browser goes after the payer has chosen at the twin."""
    back = urlsplit(twin.decide(next(reversed(twin.book.payments)), choice))
    return f"{back.path}?{back.query}"


@pytest.mark.parametrize("provider", ["toss", "kakaopay"])
def test_a_page_of_ours_leads_to_the_provider_and_back_to_the_gift(
    town: Town, twins: dict[str, Any], provider: str
) -> None:
    """No answer to a form is redirected to another host: browsers would hold it to form-action."""
    code, mine = queries.code_of(making.opened(town)), browser(folk.person())
    page = sent_out(mine, code, provider)
    assert '<meta http-equiv="refresh" content="0; url=http://127.0.0.1:' in page
    assert "127.0.0.1 화면으로" in page
    back = mine.get(returned(twins[provider], "approve"))
    assert back.status_code == 303
    assert "5,000원" in mine.get(back["Location"]).content.decode()
    assert mine.get(returned(twins[provider], "approve")).status_code == 303, "loaded again, it is the same gift"
    assert "5,000원" in mine.get(url("mine")).content.decode()


@pytest.mark.parametrize(
    ("provider", "choice", "status", "words"),
    [
        ("toss", "back", 200, "결제하지 않고 돌아오셨습니다"),
        ("kakaopay", "back", 200, "결제하지 않고 돌아오셨습니다"),
        ("toss", "REJECT_CARD_COMPANY", 402, "카드사가 승인을 거절했습니다"),
        ("kakaopay", "USER_LOCKED", 402, "결제가 승인되지 않았습니다"),
    ],
)
def test_who_did_not_pay_reads_why_and_tries_again(
    town: Town, twins: dict[str, Any], provider: str, choice: str, status: int, words: str
) -> None:
    code, mine = queries.code_of(making.opened(town)), browser(folk.person())
    sent_out(mine, code, provider)
    answer = mine.get(returned(twins[provider], choice))
    said = answer.content.decode()
    assert (answer.status_code, words in said, "?again=" in said) == (status, True, True)
    again = mine.get(said.split('class="btn wide" href="')[1].split('"')[0]).content.decode()
    assert 'value="5000"' in again
    assert re.search(rf'value="{provider}"[^>]*checked', again), "the way to pay is kept as well"


def test_a_transfer_waits_arrives_and_is_a_gift(town: Town, twins: dict[str, Any]) -> None:
    code, mine, twin = queries.code_of(making.opened(town)), browser(folk.person()), twins["toss"]
    sent_out(mine, code, "toss-account")
    here = returned(twin, "approve")
    said = mine.get(here).content.decode()
    for words in ("한 단계 남았습니다", "이 계좌로 보내 주세요", "우리은행", "입금되었는지 보기"):
        assert words in said, words
    assert "/pay/transfers/" in mine.get(url("mine")).content.decode()
    twin.deposit(next(iter(twin.book.payments)))
    _ask_about(mine, here)
    assert mine.get(here).status_code == 303
    assert "/pay/transfers/" not in mine.get(url("mine")).content.decode()


def test_who_comes_back_after_the_last_day_can_begin_anew(town: Town, twins: dict[str, Any]) -> None:
    code, mine, twin = queries.code_of(making.opened(town)), browser(folk.person()), twins["toss"]
    sent_out(mine, code, "toss-account")
    here = returned(twin, "approve")
    mine.get(here)
    twin.expire(next(iter(twin.book.payments)))
    _ask_about(mine, here)
    answer = mine.get(here)
    said = answer.content.decode()
    assert (answer.status_code, "결제 시간이 지났습니다" in said, "?again=" in said) == (410, True, True)


def _ask_about(mine: Client, here: str) -> None:
    """As the worker does when the webhook has come."""
    order = dict(pair.split("=") for pair in urlsplit(here).query.split("&"))["orderId"]
    ledger.converge_payment(CASHIER, book.payment_by_order(order).id)
