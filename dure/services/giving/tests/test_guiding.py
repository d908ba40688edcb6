"""Nobody is left standing: what is typed stays, each desk is found from 나, each end leads on."""

import re

import pytest
from django.urls import reverse

from dure.foundations.ledger.types import Scenario
from dure.foundations.people.tests import making as folk
from dure.services.giving import actions, queries
from dure.services.giving.types import CauseState

from . import making
from .making import Town, key
from .test_pages import browser, form, url

WORDS = "빗길에 넘어지지 마세요"


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        (Scenario.CARD_REFUSED, "카드사가 승인을 거절했습니다."),
        (Scenario.LIMIT_EXCEEDED, "카드 한도를 넘는 금액입니다."),
        (Scenario.NOT_ENOUGH_FUNDS, "계좌 잔액이 모자랍니다."),
    ],
)
def test_a_declined_payment_says_why_and_keeps_what_was_typed(town: Town, scenario: Scenario, why: str) -> None:
    donor, box = folk.person(), making.opened(town)
    code = queries.code_of(box)
    order = making.begun(donor, box, 20_000, words=(WORDS, False))
    page = browser(donor).get(url("paid", code), making.chosen(order, scenario))
    assert page.status_code == 402
    text = page.content.decode()
    assert why in text
    assert "빠져나간 돈은 없습니다" in text
    again = f"{url('give', code)}?again={queries.ordered_gift(order).id}"
    assert again in text
    kept = browser(donor).get(again).content.decode()
    assert 'value="20000"' in kept
    assert WORDS in kept
    assert re.search(r'value="no"[^>]* checked', kept)
    assert queries.totals(box).raised == 0


def test_turning_back_is_no_failure_and_keeps_what_was_typed(town: Town) -> None:
    donor, box = folk.person(), making.opened(town)
    order = making.begun(donor, box, 7_000, words=(WORDS, True))
    page = browser(donor).get(url("paid", queries.code_of(box)), making.chosen(order, Scenario.CANCEL)).content.decode()
    assert "결제하지 않고 돌아오셨습니다" in page
    assert f"?again={queries.ordered_gift(order).id}" in page


def test_what_somebody_else_typed_is_not_shown(town: Town) -> None:
    box = making.opened(town)
    order = making.begun(folk.person(), box, 7_000, words=(WORDS, True))
    again = f"{url('give', queries.code_of(box))}?again={queries.ordered_gift(order).id}"
    page = browser(folk.person()).get(again).content.decode()
    assert WORDS not in page
    assert 'value="7000"' not in page
    unknown = browser(folk.person()).get(f"{url('give', queries.code_of(box))}?again=x")
    assert unknown.status_code == 404


def test_pressing_a_sum_keeps_the_words(town: Town) -> None:
    box = making.opened(town)
    typed = form(sum="30000", message=WORDS, name_shown="no", amount="")
    answer = browser(folk.person()).post(url("give", queries.code_of(box)), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="30000"' in page
    assert WORDS in page
    assert 'role="alert"' not in page


def test_me_leads_to_the_desks(town: Town) -> None:
    making.drafted(town)
    owner = browser(town.owner).get(reverse("people:me")).content.decode()
    assert url("organisation", town.partner) in owner
    assert "모금 일" in owner
    steward = browser(town.stewards[0]).get(reverse("people:me")).content.decode()
    assert url("desk") in steward
    anyone = browser(folk.person()).get(reverse("people:me")).content.decode()
    assert url("desk") not in anyone
    assert "/giving/organisations/" not in anyone


def test_what_waits_for_a_partner(town: Town) -> None:
    cause = making.drafted(town)
    assert queries.partner_tasks(town.partner) == ()
    actions.propose(town.proposer, cause, key=key())
    assert queries.partner_task_counts([town.partner]) == {town.partner: 1}
    page = browser(town.owner).get(url("organisation", town.partner)).content.decode()
    assert "맡을지 답해 주세요" in page
    actions.answer_as_partner(town.owner, cause, True, key=key())
    assert queries.partner_task_counts([town.partner]) == {}
    closed, _ = making.closed(town, (100_000,))
    paid_out, _ = making.paid_out(town, (100_000,))
    page = browser(town.owner).get(url("organisation", town.partner)).content.decode()
    assert {card.id for card, _ in queries.partner_tasks(town.partner)} == {closed, paid_out}
    assert "모인 돈의 계획을 세워 주세요" in page
    assert "사용 내역을 보고해 주세요" in page


def test_a_partner_may_think_again(town: Town) -> None:
    cause = making.drafted(town)
    actions.propose(town.proposer, cause, key=key())
    code, owner = queries.code_of(cause), browser(town.owner)
    assert owner.post(url("answer", code), form(answer="no")).status_code == 303
    page = owner.get(url("cause", code)).content.decode()
    assert "답 바꾸기" in page
    assert "다른 단체를 골라 다시 제안할 수 있습니다" in browser(town.proposer).get(url("cause", code)).content.decode()
    assert owner.post(url("answer", code), form(answer="yes")).status_code == 303
    assert "맡겠다고 답했습니다" in owner.get(url("cause", code)).content.decode()


def test_an_ended_proposal_is_written_anew_with_everything_kept(town: Town) -> None:
    cause = making.proposed(town)
    actions.withdraw(town.proposer, cause, "", key=key())
    card = queries.card(cause)
    assert card.state is CauseState.WITHDRAWN
    like = f"{url('new')}?like={card.code}"
    assert like in browser(town.proposer).get(url("cause", card.code)).content.decode()
    page = browser(town.proposer).get(like).content.decode()
    assert card.title in page
    assert f'value="{card.goal}"' in page
    assert card.title not in browser(folk.person()).get(like).content.decode()


def test_what_is_alike_is_seen_before_proposing(town: Town) -> None:
    """While the title is typed, and beside the button that proposes; never the proposal itself."""
    making.proposed(town, title="윗말 경로당 따뜻한 겨울나기")
    mine = making.drafted(town, title="윗말 경로당 겨울나기")
    code, proposer = queries.code_of(mine), browser(town.proposer)
    blank = proposer.get(url("new")).content.decode()
    assert f'hx-get="{url("similar")}"' in blank
    assert 'hx-target="#similar"' in blank
    assert 'id="similar"' in blank
    asked = proposer.get(url("similar"), {"title": "윗말 경로당 겨울나기"}, headers={"hx-request": "true"})
    assert "비슷한 모금이 이미 있습니다" in asked.content.decode()
    page = proposer.get(url("cause", code)).content.decode()
    assert page.index("윗말 경로당 따뜻한 겨울나기") < page.index(url("propose", code))
    actions.propose(town.proposer, mine, key=key())
    actions.answer_as_partner(town.owner, mine, True, key=key())
    actions.agree(folk.person(), mine, key=key())
    actions.ask_work(town.stewards[0], mine, "누구를 돕는지 적어 주세요.", key=key())
    again = proposer.get(url("edit", code)).content.decode()
    assert f'hx-get="{url("similar")}?besides={code}"' in again
    besides = proposer.get(url("similar"), {"title": "윗말 경로당 겨울나기", "besides": code}).content.decode()
    assert code not in besides
