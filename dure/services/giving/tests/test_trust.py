"""What people relied on when they said yes stays true until the money has arrived."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from PIL import Image

from dure.base import clock
from dure.base.refusals import BadValue, KeyReused
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, Decision, system
from dure.kit import tx
from dure.services.giving import actions, models, queries
from dure.services.giving.types import (
    AgreedBefore,
    BoxId,
    CauseId,
    CauseState,
    GateClosed,
    PartnerNotReady,
    PartnerState,
    PlanChanged,
    ProposalChanged,
    TooFew,
    Yes,
)

from . import making
from .making import Town, key
from .strategies import draft, lines_of


def planned(town: Town) -> BoxId:
    box, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    for steward in town.stewards:
        making.approve(steward, box)
    return box


def test_nothing_is_paid_to_a_partner_whose_verification_was_revoked(town: Town) -> None:
    box = planned(town)
    with tx.durable():
        people_actions.decide_verification(folk.steward(), town.partner, Decision.REVOKE, "It is closed by now.")
    with pytest.raises(PartnerNotReady) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.lacks == ("verification",)
    assert queries.totals(box).paid_out == 0


def test_nothing_is_paid_to_a_bank_account_that_no_steward_confirmed(town: Town) -> None:
    box = planned(town)
    with tx.durable():
        account = people_actions.set_bank_account(
            town.owner, town.partner, bank_code="088", number="99988877766", holder="딴 사람"
        )
    with pytest.raises(PartnerNotReady) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.lacks == ("bank_account",)
    with tx.durable():
        people_actions.verify_bank_account(folk.steward(), town.partner, account)
    actions.pay_out(town.stewards[0], box, key=key())
    assert models.Box.objects.get(cause_id=box).paid_to_id == account
    inside = [step.why for step in queries.history(box, folk.auditor()) if step.want == "pay_out"]
    assert inside == ["088 •••••••7766 딴 사람"], "who decides and who audits sees where it went, masked"
    assert all(not step.why for step in queries.history(box, NOBODY))


def test_a_yes_is_for_the_plan_that_was_read(town: Town) -> None:
    """The partner puts another plan in its place while a steward reads the first."""
    box, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    actions.revise_plan(town.owner, box, lines_of(100_000, 2), key=key())
    with pytest.raises(PlanChanged) as refused:
        actions.approve_plan(town.stewards[0], box, 1, key=key())
    assert refused.value.version == 2
    assert actions.approve_plan(town.stewards[0], box, 2, key=key()) is False


def test_a_yes_is_for_the_proposal_that_was_read(town: Town) -> None:
    """One steward sends it back and the proposer rewrites it, while another steward still reads the first words."""
    cause = making.agreed(town, 1)
    read = queries.vetting_file(cause, town.stewards[0]).round
    actions.ask_work(town.stewards[1], cause, "Please say more.", key=key())
    story = "Something else altogether, as long as a story has to be before anybody may propose it."
    actions.edit(town.proposer, cause, draft(1_000_000, town.partner, town.region, story=story), key=key())
    actions.resubmit(town.proposer, cause, key=key())
    with pytest.raises(ProposalChanged):
        actions.approve(town.stewards[0], cause, Yes(read, making.MARKS), key=key())
    assert queries.card(cause).state is CauseState.VETTING
    assert making.say_yes(town.stewards[0], cause) is CauseState.OPEN


def test_a_plan_that_goes_back_does_not_bring_the_one_before_back(town: Town) -> None:
    box = planned(town)
    actions.revise_plan(town.owner, box, lines_of(100_000, 2), key=key())
    actions.reject_plan(town.stewards[0], box, "Say which oil.", key=key())
    assert queries.plan(box, NOBODY) is None
    actions.revise_plan(town.owner, box, lines_of(100_000, 3), key=key())
    with pytest.raises(TooFew) as refused:
        actions.pay_out(town.stewards[0], box, key=key())
    assert refused.value.have == 0


def test_a_gate_that_opens_again_has_its_whole_time_again(town: Town) -> None:
    cause = making.agreed(town, 1)
    with time_machine.travel(clock.now() + timedelta(days=45), tick=False):
        false = models.Agreement.objects.get(cause_id=cause)
        actions.invalidate(folk.steward(), (false.id,), "a robot", key=key())
        assert queries.card(cause).state is CauseState.PROPOSED
        assert actions.end_missed_gates(system("test")) == 0
        assert queries.cause(cause, NOBODY).gate_ends_at == clock.now() + timedelta(days=30)
        actions.agree(folk.person(), cause, key=key())
        assert queries.card(cause).state is CauseState.VETTING


def test_nobody_agrees_after_the_gates_end_though_no_task_has_run(town: Town) -> None:
    cause, neighbour = making.proposed(town), folk.person()
    ends = queries.cause(cause, NOBODY).gate_ends_at
    assert ends is not None
    with time_machine.travel(ends, tick=False), pytest.raises(GateClosed):
        actions.agree(neighbour, cause, key=key())
    with time_machine.travel(ends - timedelta(seconds=1), tick=False):
        assert actions.agree(neighbour, cause, key=key()) == 1


def test_the_account_of_a_payout_is_one_that_was_confirmed(town: Town) -> None:
    with tx.durable():
        people_actions.set_bank_account(town.owner, town.partner, bank_code="088", number="99988877766", holder="이웃")
    with pytest.raises(Exception, match="no_bank_account"):
        people.payout_account(town.partner)


def sent_back(town: Town) -> CauseId:
    cause = making.agreed(town, 1)
    actions.ask_work(town.stewards[0], cause, "Please say for whom.", key=key())
    return cause


@pytest.mark.parametrize(
    ("goal", "changed"),
    [
        (9_000_000, {}),
        (1_000_000, {"title": "Quite another thing"}),
        (1_000_000, {"beneficiary": "Somebody else"}),
        (1_000_000, {"days_open": 90}),
        (1_000_000, {"emergency": True}),
    ],
)
def test_what_people_agreed_to_cannot_be_rewritten(town: Town, goal: int, changed: dict[str, object]) -> None:
    cause = sent_back(town)
    with pytest.raises(AgreedBefore) as refused:
        actions.edit(town.proposer, cause, draft(goal, town.partner, town.region, **changed), key=key())
    assert refused.value.parts == (tuple(changed) or ("goal",))
    assert queries.card(cause).goal == 1_000_000


def test_the_partner_is_asked_anew_when_sum_or_lines_change(town: Town) -> None:
    cause = sent_back(town)
    better = draft(1_000_000, town.partner, town.region, story="The same, told at greater length and with more care.")
    actions.edit(town.proposer, cause, better, key=key())
    assert queries.cause(cause, NOBODY).partner_state is PartnerState.ACCEPTED
    for content in (
        draft(1_000_000, town.partner, town.region, lines=lines_of(1_000_000, 3)),
        draft(900_000, town.partner, town.region),
    ):
        actions.edit(town.proposer, cause, content, key=key())
        assert queries.cause(cause, NOBODY).partner_state is PartnerState.ASKED
        actions.answer_as_partner(town.owner, cause, True, key=key())
    actions.edit(town.proposer, cause, draft(800_000, town.partner, town.region), key=key())
    actions.resubmit(town.proposer, cause, key=key())
    with pytest.raises(PartnerNotReady):
        making.say_yes(town.stewards[0], cause)


def test_the_page_shows_what_was_agreed_and_does_not_take_it_typed_over(town: Town, client: Client) -> None:
    cause = sent_back(town)
    client.force_login(get_user_model().objects.get(id=folk.id_of(town.proposer)))
    page = reverse("giving:edit", args=[queries.card(cause).code])
    body = client.get(page).content.decode()
    assert 'name="title"' in body
    assert "다시 물어봅니다" in body
    title = queries.card(cause).title
    client.post(
        page,
        {
            "title": "Typed over by hand",
            "story": "A story that is long enough to be a story at all.",
            "goal": "1000000",
            "line-0-label": "x",
            "line-0-amount": "1000000",
            "line-0-kind": "direct",
        },
    )
    assert queries.card(cause).title == title


def test_who_approved_a_plan_is_for_those_inside(town: Town) -> None:
    box = planned(town)
    for by, told in ((NOBODY, False), (folk.person(), False), (folk.auditor(), True), (town.owner, True)):
        plan = queries.plan(box, by)
        assert plan is not None
        assert len(plan.approvals) == 2
        assert all(bool(one.name) is told and (one.steward is not None) is told for one in plan.approvals)
        assert bool(plan.by_name) is told


def test_a_steward_who_gives_money_back_says_why(town: Town) -> None:
    box = making.opened(town)
    gift = making.given(folk.person(), box, 5_000)
    with pytest.raises(BadValue):
        actions.refund_gift(town.stewards[0], gift.id, " ", key=key())


def test_another_picture_of_the_same_size_is_another_picture(town: Town) -> None:
    cause, once = making.drafted(town), key()
    with pytest.raises(BadValue):
        actions.add_picture(town.proposer, cause, b"12345", "Sample", key=once)
    png = picture()
    added = actions.add_picture(town.proposer, cause, png, "Sample", key=once)
    assert actions.add_picture(town.proposer, cause, png, "Sample", key=once) == added
    with pytest.raises(KeyReused):
        actions.add_picture(town.proposer, cause, png[:-1] + b"\0", "Sample", key=once)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()
