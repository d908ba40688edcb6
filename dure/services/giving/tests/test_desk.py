"""The stewards' desk shows what is to be decided, and an emergency counts only where stewards confirm it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.foundations.ledger.types import DutyKind
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY
from dure.kit.visiting import browser, form
from dure.services.giving import actions, models, queries, rules
from dure.services.giving.types import CauseState, MatchKind, PartnerNotReady

from . import making
from .making import MARKS, PDF, Town, key
from .test_pages import url


def test_the_desk_shows_what_is_to_be_vetted(town: Town) -> None:
    cause = making.agreed(town, 1, 10_000_000, days_open=45)
    text = browser(town.stewards[0]).get(url("vet", queries.code_of(cause))).content.decode()
    for said in (
        "이제안",
        "45일",
        "솔내리",
        "맡겠다고",
        "예시 ",
        "확인된 계좌 있음",
        "모집·사용계획서 등록",
        "열기 전",
    ):
        assert said in text, said
    assert 'name="emergency"' not in text


def test_everybody_sees_who_proposed_it_and_for_how_long(town: Town) -> None:
    cause = making.proposed(town, days_open=45)
    code = queries.code_of(cause)
    text = browser().get(url("cause", code)).content.decode()
    assert "이제안" in text
    assert "45일 동안" in text
    opened = browser().get(url("cause", queries.code_of(making.opened(town)))).content.decode()
    assert "모금 기간" in opened


def test_an_emergency_is_shown_as_a_claim_until_it_is_confirmed(town: Town) -> None:
    cause = making.agreed(town, 1, emergency=True)
    code, steward = queries.code_of(cause), browser(town.stewards[0])
    assert "긴급 모금으로 신청" in browser().get(url("cause", code)).content.decode()
    assert 'name="emergency"' in steward.get(url("vet", code)).content.decode()
    said = form(round=1, marks=[mark.value for mark in MARKS], comment="")
    assert steward.post(url("approve", code), said).status_code == 303
    card = queries.card(cause)
    assert (card.state, card.emergency) == (CauseState.OPEN, False)
    fund = actions.open_fund(town.stewards[0], "Fund", None, key=key())
    actions.top_up(town.stewards[0], fund, 10_000, key(), key=key())
    assert actions.cheer(folk.person(), cause, MatchKind.COMMENT, "힘내세요", key=key()) == rules.MATCH_WON


@pytest.mark.parametrize(("ticks", "emergency"), [((True, True), True), ((True, False), False), ((False, True), False)])
def test_where_two_decide_both_must_confirm_the_emergency(
    town: Town, ticks: tuple[bool, bool], emergency: bool
) -> None:
    cause = making.agreed(town, 1, 10_000_000, emergency=True)
    for steward, tick in zip(town.stewards, ticks, strict=True):
        making.say_yes(steward, cause, emergency=tick)
    card = queries.card(cause)
    assert (card.state, card.emergency) == (CauseState.OPEN, emergency)


def test_nobody_makes_an_emergency_of_what_was_not_proposed_as_one(town: Town) -> None:
    cause = making.agreed(town, 1)
    making.say_yes(town.stewards[0], cause, emergency=True)
    assert queries.card(cause).emergency is False


def test_the_law_s_days_count_from_the_last_use_and_name_their_paragraph(town: Town) -> None:
    """Reported weeks after the last won was spent: the audit is due thirty days after that, whenever it was written down."""
    box, _ = making.paid_out(town, (12_000_000,), goal=12_000_000)
    models.Box.objects.filter(cause_id=box).update(opens_at=clock.now() - timedelta(days=40))
    last = clock.today() - timedelta(days=20)
    for day, amount in ((last - timedelta(days=3), 2_000_000), (last, 10_000_000)):
        use = ("예시 석유", "heating oil", amount)
        actions.add_report_line(town.owner, box, day, use, ("receipt.pdf", PDF), key=key())
    actions.file_report(town.owner, box, key=key())
    asked = {duty.kind: duty.due for duty in queries.legal_duties(queries.cause(box, NOBODY)).duties}
    assert asked[DutyKind.REQUEST_AUDIT] == last + timedelta(days=30)
    assert asked[DutyKind.REPORT_USE] == last + timedelta(days=60)
    shown = Client().get(reverse("giving:cause", args=[queries.code_of(box)])).content.decode()
    assert "기부금품의 모집·사용 및 기부문화 활성화에 관한 법률」 제14조" in shown
    assert "donation_act" not in shown


@pytest.mark.parametrize(("goal", "opens"), [(9_999_999, True), (10_000_000, False)])
def test_from_ten_million_won_on_the_collection_must_be_registered(
    db: None, monkeypatch: pytest.MonkeyPatch, goal: int, opens: bool
) -> None:
    making.gate_of(monkeypatch, 1)
    town = making.town(registered=False)
    cause = making.agreed(town, 1, goal)
    code = queries.code_of(cause)
    if opens:
        assert making.say_yes(town.stewards[0], cause) is CauseState.OPEN
        return
    with pytest.raises(PartnerNotReady) as refused:
        making.say_yes(town.stewards[0], cause)
    assert refused.value.lacks == ("registration",)
    assert "기부금품 모집 등록번호" in browser(town.stewards[0]).get(url("vet", code)).content.decode()


def test_both_pages_name_the_same_cap_of_costs(town: Town) -> None:
    box = making.opened(town, 10_000_000)
    making.given(folk.person(), box, 200_000)
    code = queries.code_of(box)
    for text in (
        browser(town.owner).get(url("work", code)).content.decode(),
        browser().get(url("cause", code)).content.decode(),
    ):
        assert "모인 200,000원 가운데 비용은 30,000원까지" in text
        assert "목표를 채웠을 때" in text


def test_no_match_is_promised_that_no_fund_can_pay(town: Town) -> None:
    box, neighbour = making.opened(town), browser(folk.person())
    address = url("cause", queries.code_of(box))
    text = neighbour.get(address).content.decode()
    assert "매칭 기금에 남은 돈이 없" in text
    assert "100원" not in text
    fund = actions.open_fund(town.stewards[0], "Fund", None, key=key())
    actions.top_up(town.stewards[0], fund, 150, key(), key=key())
    text = neighbour.get(address).content.decode()
    assert "매칭 기금에서 100원" in text
    assert "150원" in text
    actions.cheer(folk.person(), box, MatchKind.SHARE, "", key=key())
    assert "매칭 기금에 남은 돈이 없" in neighbour.get(address).content.decode()


def test_the_partner_sees_how_far_its_payout_has_come(town: Town) -> None:
    box, _gifts = making.paid_out(town, (100_000,))
    page = browser(town.owner).get(url("work", queries.code_of(box))).content.decode()
    assert "지급이 은행 처리를 기다립니다" in page
