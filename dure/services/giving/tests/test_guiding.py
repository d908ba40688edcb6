"""Nobody is left standing: what is typed stays, each desk is found from 나, each end leads on."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from dure.base import clock
from dure.foundations.ledger.types import Scenario
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import actions, hot, queries
from dure.services.giving.api import shapes
from dure.services.giving.rules.permits import DAYS_EXTENDED_MAX
from dure.services.giving.types import BoxId, CauseState, GiftId

from . import making
from .making import MARKS, Town, key
from .strategies import lines_of
from .test_pages import draft_form, url

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


def test_a_wrong_line_is_named_in_the_one_summary(town: Town) -> None:
    typed = {
        "lines-TOTAL": 2,
        "line0-label": "그네",
        "line0-amount": 300_000,
        "line1-label": "모래",
        "line1-amount": "",
    }
    answer = browser(town.proposer).post(url("new"), draft_form(town) | typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('role="alert"') == page.count("autofocus") == 1
    assert '<a href="#id_line1-amount">' in page
    box, _ = making.closed(town, (300_000,))
    plan = browser(town.owner).post(url("plan", queries.code_of(box)), form(**typed))
    page = plan.content.decode()
    assert plan.status_code == 422
    assert page.count('role="alert"') == 1
    assert '<a href="#id_line1-amount">' in page


TOO_LONG = "가" * 501


@pytest.mark.parametrize("name", ["withdraw", "stop", "reject_plan", "comment", "send_back"])
def test_too_many_words_are_kept_and_the_limit_is_said(town: Town, name: str) -> None:
    stages = {
        "withdraw": making.proposed,
        "send_back": lambda of: making.agreed(of, 1),
        "reject_plan": lambda of: making.planned(of),
    }
    code = queries.code_of(stages.get(name, making.opened)(town))
    by = town.proposer if name in ("withdraw", "comment") else town.stewards[0]
    said = {"text" if name == "comment" else "why": TOO_LONG, "verdict": "needs_work"}
    answer = browser(by).post(url(name, code), form(**said))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert TOO_LONG in page
    assert ("300" if name == "comment" else "500") in page
    assert page.count('role="alert"') == 1
    assert name not in ("withdraw", "stop", "reject_plan") or re.search(r'<details class="ask danger" open>', page)


def test_ticked_agreements_stay_ticked(town: Town) -> None:
    cause = making.agreed(town, 1)
    (entry,) = queries.agreements(cause, town.stewards[0]).entries
    steward, address = browser(town.stewards[0]), url("agreements", queries.code_of(cause))
    answer = steward.post(address, form(agreement=str(entry.id), why=""))
    assert answer.status_code == 422
    assert f'value="{entry.id}" checked' in answer.content.decode()
    nothing = steward.post(address, form(why="같은 사람이 두 번 했습니다."))
    assert nothing.status_code == 422
    assert "같은 사람이 두 번 했습니다." in nothing.content.decode()


def test_a_wrong_deposit_stays_with_its_fund(town: Town) -> None:
    one, other = (actions.open_fund(town.stewards[0], name, None, key=key()) for name in ("하나 기금", "두리 기금"))
    answer = browser(town.stewards[0]).post(url("top_up", other), form(amount="-5"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('role="alert"') == page.count('value="-5"') == 1
    assert page.index(str(one)) < page.index('value="-5"')
    assert "하나 기금" in page


def test_nothing_is_deleted_without_a_question(town: Town) -> None:
    box, _ = making.paid_out(town, (100_000,))
    making.spend(town, box, 100_000)
    page = browser(town.owner).get(url("work", queries.code_of(box))).content.decode()
    assert re.search(r'<details class="ask danger"><summary>[^\n]*삭제.*?remove/"', page, re.DOTALL)


def test_a_name_is_shown_only_by_who_wants_it(town: Town) -> None:
    page = browser(folk.person()).get(url("give", queries.code_of(making.opened(town)))).content.decode()
    assert re.search(r'value="no"[^>]* checked', page)
    assert shapes.Checkout(amount=1_000).name_shown is False
    assert hot.NewGift(amount=1_000, payment="x").name_shown is False


def test_my_older_proposals_are_on_the_next_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.services.giving.queries.causes.PAGE_SIZE", 2)
    for number in range(3):
        making.drafted(town, title=f"예시 제안 {number:02}번")
    mine = browser(town.proposer)
    assert "?page=2" in mine.get(url("mine")).content.decode()
    assert "예시 제안 00번" in mine.get(url("mine"), {"page": "2"}).content.decode()


def test_the_partner_reads_why_its_plan_came_back_and_finds_its_lines_again(town: Town) -> None:
    box = making.planned(town, (60_000, 40_000))
    code, partner = queries.code_of(box), browser(town.owner)
    actions.reject_plan(town.stewards[0], box, "안내문 값이 너무 많습니다", key=key())
    page = partner.get(url("work", code)).content.decode()
    assert "안내문 값이 너무 많습니다" in page
    assert all(f'value="{line.amount}"' in page for line in lines_of(100_000, 2))
    (task,) = queries.partner_desk(town.partner, town.owner).tasks
    assert task.sent_back
    assert task.sent_back.why == "안내문 값이 너무 많습니다"
    assert "안내문 값이" not in browser().get(url("cause", code)).content.decode()


def test_the_partner_reads_that_a_refund_ended_its_plan(town: Town) -> None:
    box = making.planned(town, (60_000, 50_000))
    gift = next(one for one in queries.wall(box) if one.amount == 50_000)
    actions.refund_gift(town.stewards[0], GiftId(gift.id), "받는 이가 바라서", key=key())
    page = browser(town.owner).get(url("work", queries.code_of(box))).content.decode()
    assert "모인 금액이 달라졌습니다" in page


def test_a_no_is_read_although_its_form_is_gone(town: Town) -> None:
    """Two tabs: what was possible when the page was opened is over when its form arrives."""
    cause = making.agreed(town, 1)
    code, steward, partner = queries.code_of(cause), browser(town.stewards[0]), browser(town.owner)
    yes = form(round=1, marks=[mark.value for mark in MARKS], comment="다녀왔습니다")
    assert steward.post(url("approve", code), yes).status_code == 303
    late = steward.post(url("approve", code), yes | form())
    assert late.status_code == 409
    page = late.content.decode()
    assert "지금 단계에서는 할 수 없습니다." in page
    assert "다녀왔습니다" in page.split("적으셨던 내용")[1]
    making.given(folk.person(), BoxId(cause), queries.card(cause).goal)
    actions.close(town.owner, BoxId(cause), key=key())
    longer = partner.post(url("extend", code), form(until="2099-01-01")).content.decode()
    assert "지금 단계에서는 할 수 없습니다." in longer
    cheer = browser(folk.person()).post(url("comment", code), form(text="힘내세요 모두")).content.decode()
    assert "지금은 이 모금함에 기부할 수 없습니다" in cheer or "지금 단계에서는" in cheer
    assert "힘내세요 모두" in cheer


def test_adding_lines_finds_no_fault_yet_and_enter_never_adds_any(town: Town) -> None:
    proposer = browser(town.proposer)
    half = form(title="윗말 놀이터", more_lines="1", **{"lines-TOTAL": 3})
    answer = proposer.post(url("new"), half)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "아직 보내지 않았습니다" not in page
    assert 'value="윗말 놀이터"' in page
    box, _ = making.closed(town, (100_000,))
    plan = browser(town.owner).get(url("work", queries.code_of(box))).content.decode()
    for shown in (page, plan):
        (around,) = [one for one in re.findall(r"<form.*?</form>", shown, re.DOTALL) if 'name="more_lines"' in one]
        first = re.search(r"<button([^>]*)>", around)  # what a browser presses for Enter
        assert first
        assert "name=" not in first[1]


def test_a_page_number_may_be_anything(town: Town) -> None:
    for number in ("²", "9" * 40, "-1", ""):
        assert browser(town.proposer).get(url("mine"), {"page": number}).status_code == 200


def test_a_payment_without_an_answer_is_not_called_lost(town: Town) -> None:
    donor, box = folk.person(), making.opened(town)
    order = making.begun(donor, box, 20_000)
    page = browser(donor).get(url("paid", queries.code_of(box)), making.chosen(order, Scenario.LATE)).content.decode()
    assert "<title>잠시만요" in page


def test_who_comes_back_from_the_checkout_may_change_the_sum(town: Town) -> None:
    donor, code = folk.person(), queries.code_of(making.opened(town))
    page = form(amount=10_000, message="", name_shown="no")
    first, again = (browser(donor).post(url("give", code), page)["Location"] for _ in range(2))
    assert first == again, "the same content twice is one payment"
    other = browser(donor).post(url("give", code), page | {"amount": 20_000})
    assert other.status_code == 303
    assert other["Location"] != first


def test_who_has_approved_is_not_asked_again(town: Town) -> None:
    cause = making.agreed(town, 1, 10_000_000)
    code, (one, other) = queries.code_of(cause), (browser(steward) for steward in town.stewards)
    assert one.post(url("approve", code), form(round=1, marks=[mark.value for mark in MARKS])).status_code == 303
    assert "다른 운영자 한 사람이 더 승인해야" in one.get(url("vet", code)).content.decode()
    assert url("approve", code) not in one.get(url("vet", code)).content.decode()
    assert url("approve", code) in other.get(url("vet", code)).content.decode()
    box = making.planned(town)
    code = queries.code_of(box)
    view = queries.plan(box, town.stewards[0])
    assert view
    assert one.post(url("approve_plan", code), form(version=view.version)).status_code == 303
    assert url("approve_plan", code) not in one.get(url("vet", code)).content.decode()
    assert other.post(url("approve_plan", code), form(version=view.version)).status_code == 303
    assert all(url("pay_out", code) in who.get(url("vet", code)).content.decode() for who in (one, other))


def test_sums_are_taken_as_people_paste_them_and_limits_are_money(town: Town) -> None:
    donor, code = browser(folk.person()), queries.code_of(making.opened(town))
    assert donor.post(url("give", code), form(amount="10,000원", message="", name_shown="no")).status_code == 303
    page = donor.post(url("give", code), form(amount="999999999999", message="", name_shown="no")).content.decode()
    assert "100,000,000원 이하여야 합니다" in page
    assert "숫자로 적어" in donor.post(url("give", code), form(amount="만원", name_shown="no")).content.decode()


def test_the_longest_time_of_a_box_is_said_before_and_taken(town: Town) -> None:
    box = making.opened(town, days_open=30)
    code, partner = queries.code_of(box), browser(town.owner)
    card = queries.card(box)
    assert card.closes_at
    last = clock.local(card.closes_at).date() + timedelta(days=DAYS_EXTENDED_MAX - 1)
    assert f'max="{last.isoformat()}"' in partner.get(url("work", code)).content.decode()
    late = partner.post(url("extend", code), form(until=(last + timedelta(days=1)).isoformat()))
    assert late.status_code == 422
    assert 'id="id_until_error"' in late.content.decode()
    assert partner.post(url("extend", code), form(until=last.isoformat())).status_code == 303
