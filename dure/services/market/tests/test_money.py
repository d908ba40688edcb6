"""Funds, grants, message credits, and who may decide them."""

import pytest
import time_machine

from dure.base import ids
from dure.base.refusals import KeyReused, NotAllowed, NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Decision
from dure.kit import tx
from dure.services.market import actions, queries
from dure.services.market.types import (
    AssociationKnown,
    BudgetShort,
    CampaignState,
    CreditShort,
    DepositKnown,
    DepositOver,
    SameSteward,
    SendingUnknown,
)

from . import making
from .making import BY, Ground, key

pytestmark = pytest.mark.django_db


def test_a_deposit_counts_when_a_second_steward_has_seen_it(ground: Ground) -> None:
    one, other = ground.stewards
    fund = actions.open_fund(one, "예시 상생기금", key=key())
    deposit = actions.enter_deposit(one, fund, 500_000, "예시 입금 1", key=key())
    assert queries.funds(one)[0].available == 0
    with pytest.raises(SameSteward):
        actions.decide_deposit(one, deposit, True, key=key())
    with pytest.raises(DepositKnown):
        actions.enter_deposit(other, fund, 500_000, " 예시  입금 1", key=key())
    actions.decide_deposit(other, deposit, True, key=key())
    assert queries.funds(one)[0].available == 500_000
    with pytest.raises(DepositOver):
        actions.decide_deposit(other, deposit, False, key=key())


def test_credits_are_granted_held_and_spent_and_never_more_than_shown(ground: Ground) -> None:
    fund, shop = making.a_fund(ground), ground.shop
    actions.grant_credit(ground.stewards[0], fund, shop.organisation, 10_000, key=key())
    sending = ids.new()
    assert actions.hold_credit(ground.merchant, shop.organisation, sending, 3_000) == 3_000
    assert actions.hold_credit(ground.merchant, shop.organisation, sending, 3_000) == 3_000, "the same sending again"
    seen = queries.credit(ground.merchant, shop.organisation)
    assert (seen.available, seen.held, seen.spent) == (7_000, 3_000, 0)
    for _ in range(2):
        assert actions.spend_credit(BY, sending, 1_200) == 1_200, "the same word again changes nothing"
    seen = queries.credit(ground.merchant, shop.organisation)
    assert (seen.available, seen.held, seen.spent) == (8_800, 0, 1_200)
    assert [line.won for line in seen.lines] == [-1_200, 10_000]


def test_what_is_in_doubt_stays_held_and_what_arrives_late_is_spent_once(ground: Ground) -> None:
    organisation = ground.shop.organisation
    actions.grant_credit(ground.stewards[0], making.a_fund(ground), organisation, 10_000, key=key())
    sending = ids.new()
    actions.hold_credit(ground.merchant, organisation, sending, 3_000)
    told = []
    for cost, doubt in (
        (1_000, 500),
        (1_000, 500),
        (1_200, 300),
        (1_200, 0),
        (1_700, 0),
        (1_700, 0),
        (1_200, 0),
        (9_999, 0),
    ):
        actions.spend_credit(BY, sending, cost, doubt)
        seen = queries.credit(ground.merchant, organisation)
        told.append((seen.available, seen.held, seen.spent))
    assert told == [
        *((8_500, 500, 1_000), (8_500, 500, 1_000), (8_500, 300, 1_200), (8_800, 0, 1_200)),
        *((8_300, 0, 1_700), (8_300, 0, 1_700), (8_300, 0, 1_700), (7_000, 0, 3_000)),
    ], "never more than was held, never back, never twice"


def test_a_late_message_takes_no_more_than_there_is(ground: Ground) -> None:
    organisation = ground.shop.organisation
    actions.grant_credit(ground.stewards[0], making.a_fund(ground), organisation, 1_000, key=key())
    first, second = ids.new(), ids.new()
    actions.hold_credit(ground.merchant, organisation, first, 600)
    actions.spend_credit(BY, first, 100)
    actions.hold_credit(ground.merchant, organisation, second, 800)
    assert actions.spend_credit(BY, first, 600) == 200, "the rest is borne by whoever runs the place"
    assert queries.credit_left(organisation) == 0


def test_what_is_in_doubt_is_held_no_longer_where_a_late_message_took_it(ground: Ground) -> None:
    organisation = ground.shop.organisation
    actions.grant_credit(ground.stewards[0], making.a_fund(ground), organisation, 30, key=key())
    first, second = ids.new(), ids.new()
    actions.hold_credit(ground.merchant, organisation, first, 30)
    assert actions.spend_credit(BY, first, 10, 10) == 10, "one arrived, one is in doubt, one failed"
    actions.hold_credit(ground.merchant, organisation, second, 10)
    for _ in range(2):
        assert actions.spend_credit(BY, first, 20, 10) == 20, "the failed one arrived after all"
        seen = queries.credit(ground.merchant, organisation)
        assert (seen.available, seen.held, seen.spent) == (0, 10, 20)
    assert actions.spend_credit(BY, second, 0) == 0
    assert actions.spend_credit(BY, first, 30) == 30, "the doubtful one arrived, too, and there is won again"
    assert queries.credit_left(organisation) == 0


def test_a_sending_is_of_one_organisation(ground: Ground) -> None:
    sending = ids.new()
    actions.hold_credit(ground.other_merchant, ground.other_shop.organisation, sending, 0)
    with pytest.raises(KeyReused):
        actions.hold_credit(ground.merchant, ground.shop.organisation, sending, 3_000)


def test_a_sending_that_cost_nothing_gives_all_back(ground: Ground) -> None:
    organisation = ground.shop.organisation
    actions.grant_credit(ground.stewards[0], making.a_fund(ground), organisation, 10_000, key=key())
    sending, free = ids.new(), ids.new()
    actions.hold_credit(ground.merchant, organisation, sending, 10_000)
    with pytest.raises(CreditShort):
        actions.hold_credit(ground.merchant, organisation, ids.new(), 1)
    assert actions.hold_credit(ground.merchant, organisation, free, 0) == 0
    assert actions.spend_credit(BY, sending, 0) == 0
    assert actions.spend_credit(BY, free, 0) == 0
    assert queries.credit_left(organisation) == 10_000
    with pytest.raises(SendingUnknown):
        actions.spend_credit(BY, ids.new(), 0)


def test_a_fund_gives_no_more_than_it_has(ground: Ground) -> None:
    fund = making.a_fund(ground, 1_000)
    with pytest.raises(BudgetShort):
        actions.grant_credit(ground.stewards[0], fund, ground.shop.organisation, 1_001, key=key())
    actions.grant_credit(ground.stewards[0], fund, ground.shop.organisation, 1_000, key=key())


def test_who_moves_money(ground: Ground) -> None:
    fund, organisation = making.a_fund(ground), ground.shop.organisation
    for nobody in (ground.merchant, ground.speaker, ground.customers[0], folk.auditor()):
        with pytest.raises(NotAllowed):
            actions.open_fund(nobody, "예시 기금", key=key())
        with pytest.raises(NotAllowed):
            actions.enter_deposit(nobody, fund, 1_000, "예시 2", key=key())
        with pytest.raises(NotAllowed):
            actions.grant_credit(nobody, fund, organisation, 1_000, key=key())
        with pytest.raises(NotAllowed):
            actions.grant_budget(nobody, fund, ground.market, 1_000, key=key())
    for stranger in (ground.other_merchant, ground.customers[0]):
        with pytest.raises(NotAllowed):
            queries.credit(stranger, organisation)
        with pytest.raises(NotAllowed):
            actions.hold_credit(stranger, organisation, ids.new(), 0)
    with pytest.raises(NotAllowed):
        actions.spend_credit(ground.merchant, ids.new(), 0)


def test_one_association_a_market_and_nobody_confirms_their_own(ground: Ground) -> None:
    organisation, owner = folk.verified_organisation(folk.person("최회장"), name="다른 상인회")
    with pytest.raises(AssociationKnown):
        actions.ask_association(owner, ground.market, organisation, key=key())
    other = making.a_market("다른 예시시장", "예시도 가람군 윗말 2")
    asked = actions.ask_association(owner, other, organisation, key=key())
    for nobody in (owner, ground.speaker, folk.auditor()):
        with pytest.raises(NotAllowed):
            actions.decide_association(nobody, asked.id, True, key=key())
    actions.decide_association(ground.stewards[0], asked.id, False, key=key())
    assert queries.association(other) is None


def test_an_organisation_that_is_no_longer_verified_speaks_for_no_market(ground: Ground) -> None:
    campaign = making.market_campaign(ground)
    steward = ground.stewards[0]
    with tx.durable():
        people.decide_verification(steward, ground.association, Decision.REVOKE, "등록이 취소되었습니다")
    with pytest.raises(NotFound):
        making.market_campaign(ground)
    with pytest.raises(NotFound):
        queries.carriable(ground.speaker, ground.market)
    assert actions.stop_campaign(steward, campaign.id, key=key()).state is CampaignState.STOPPED


def test_what_a_shop_is_owed_is_asked_of_the_bank_once_it_can_be_paid(ground: Ground) -> None:
    organisation = ground.shop.organisation
    first = making.redeem(
        ground.merchant, ground.shop, making.take(ground.customers[0], making.market_campaign(ground))
    )
    with time_machine.travel(first.undo_until, tick=False):
        actions.settle_due(BY)
    assert actions.pay_owed(BY) == 0, "neither verified nor with a bank account"
    one, other = ground.stewards
    with tx.durable():
        people.submit_verification(ground.merchant, organisation)
        people.decide_verification(one, organisation, Decision.VERIFY)
        account = people.set_bank_account(
            ground.merchant, organisation, bank_code="004", number="12345678901234", holder="예시 칼국수"
        )
        people.verify_bank_account(other, organisation, account)
    assert actions.pay_owed(BY) == 1
    assert actions.pay_owed(BY) == 0
    assert queries.owed(ground.merchant, ground.shop.id, organisation) == 0
    [waits] = book.payouts_waiting(one)
    assert (waits.payee, waits.amount, waits.ready) == (organisation, 3_000, True)
    with pytest.raises(NotAllowed):
        actions.pay_owed(ground.merchant)
