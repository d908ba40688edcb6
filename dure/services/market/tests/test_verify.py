"""`dure verify` on market: nothing is found in a sound town, and each broken promise is, with the record that breaks it.

Where the database would refuse, the break takes the guard away first, as a bug in a migration might.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from dure.base import clock, ids
from dure.base.money import Money
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import Kind, Limit, NewAccount, NewPosting, NewTransfer, TransferId, account_id
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.kit.verify import silent
from dure.services.market import actions, commands, models
from dure.services.market.types import FundId

from . import making
from .making import BY, Ground, key


@dataclass(frozen=True)
class Busy:
    """A market in which something of everything happened."""

    ground: Ground
    fund: FundId
    settled: UUID
    taken: UUID
    campaign: UUID


type Break = Callable[[Busy], object]
"""Breaks one thing; answers the record that a finding must name."""


@pytest.fixture
def sound(ground: Ground) -> Busy:
    fund, steward = making.a_fund(ground), ground.stewards[0]
    first, second = ground.customers
    offer = making.market_campaign(ground)
    coupons = [making.take(one, offer) for one in (first, second)]
    settled = making.redeem(ground.merchant, ground.shop, coupons[0])
    later = clock.now() + timedelta(hours=2)
    with clock.read_from(lambda: later):
        assert actions.settle_due(BY) == 1
    taken = making.redeem(ground.other_merchant, ground.other_shop, coupons[1])
    undone = making.redeem(ground.merchant, ground.shop, making.take(first, making.campaign(ground)))
    actions.undo(ground.merchant, undone.id, key=key())
    late = making.offline(coupons[0])
    assert actions.settle_offline(ground.other_merchant, ground.other_shop.id, [late]).conflicts
    organisation = ground.shop.organisation
    actions.grant_credit(steward, fund, organisation, 10_000, key=key())
    over, held, doubted = ids.new(), ids.new(), ids.new()
    actions.hold_credit(ground.merchant, organisation, over, 6_000)
    actions.spend_credit(BY, over, 2_500)
    actions.spend_credit(BY, over, 2_600)  # one arrived late
    actions.hold_credit(ground.merchant, organisation, doubted, 1_000)
    actions.spend_credit(BY, doubted, 200, 300)
    actions.spend_credit(BY, doubted, 300, 100)
    actions.hold_credit(ground.merchant, organisation, held, 3_000)
    gone(ground, fund)
    return Busy(ground, fund, settled.id, taken.id, offer.id)


def gone(ground: Ground, fund: FundId) -> None:
    """A shop with credits closed long ago."""
    far, steward = ground.far_shop, ground.stewards[0]
    actions.grant_credit(steward, fund, far.organisation, 5_000, key=key())
    ago = clock.now() - timedelta(days=400)
    with clock.read_from(lambda: ago):
        actions.close_shop(ground.far_merchant, far.id, key=key())
    assert actions.return_left(BY) == 5_000


def findings() -> set[tuple[str, str]]:
    return {(each.check, each.subject) for one in commands.verify_checks() for each in one.run(silent)}


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


def post(debit: UUID, credit: UUID, won: int, kind: str = "coupon") -> UUID:
    """A transfer that stands in the book; what market should have written beside it is missing."""
    made = TransferId(ids.new())
    one = NewTransfer(made, debit, credit, Money(won), Kind(kind))  # type: ignore[arg-type]  # ids of accounts
    with tx.durable():
        ledger.post(BY, NewPosting.of(one, clock.now()))
    return made


def outside() -> UUID:
    with tx.durable():
        return ledger.open_account(BY, NewAccount("outside:test", Limit.NONE), clock.now()).id


def miscounted(of: Busy) -> object:
    models.Campaign.objects.filter(id=of.campaign).update(issued=1)
    return of.campaign


def oversold(of: Busy) -> object:
    run("ALTER TABLE market_campaign DROP CONSTRAINT market_campaign_not_oversold")
    models.Campaign.objects.filter(id=of.campaign).update(stock=1)
    return of.campaign


def gap_in_serials(of: Busy) -> object:
    models.Coupon.objects.filter(campaign=of.campaign, serial=2).update(serial=7)
    return of.campaign


def one_too_many(of: Busy) -> object:
    row = models.Coupon.objects.get(campaign=of.campaign, serial=1)
    row.id, row.code, row.serial, row.nth = ids.new(), "another", 3, 2
    row.save(force_insert=True)
    models.Campaign.objects.filter(id=of.campaign).update(issued=3)
    return max(row.id, models.Coupon.objects.get(campaign=of.campaign, serial=1).id)


def used_twice(of: Busy) -> object:
    run("DROP INDEX market_redemption_once")
    row = models.Redemption.objects.get(id=of.taken)
    row.id = ids.new()
    row.save(force_insert=True)
    return row.coupon_id


def elsewhere(of: Busy) -> object:
    row = models.Redemption.objects.get(state="undone")
    models.Redemption.objects.filter(id=row.id).update(shop=of.ground.far_shop.id)
    return row.id


def counts_and_lost(of: Busy) -> object:
    row = models.Conflict.objects.get()
    row.id = of.taken
    row.save(force_insert=True)
    return of.taken


def lost_to_another(of: Busy) -> object:
    row = models.Conflict.objects.get()
    models.Conflict.objects.filter(id=row.id).update(winner=of.taken)
    return row.id


def of_settled(**values: object) -> Break:
    def act(of: Busy) -> object:
        models.Redemption.objects.filter(id=of.settled).update(**values)
        return of.settled

    return act


def settled_unpaid(of: Busy) -> object:
    models.Redemption.objects.filter(id=of.taken).update(state="settled", ended_at=clock.now() + timedelta(days=1))
    return of.taken


def paid_for_nothing(of: Busy) -> object:
    return post(_budget(of), account_id(f"market_shop:{of.ground.shop.id}"), 1_000)


def shop_s_sum(of: Busy) -> object:
    post(_budget(of), account_id(f"market_shop:{of.ground.shop.id}"), 1_000)
    return of.ground.shop.id


def budget(**values: object) -> Break:
    def act(of: Busy) -> object:
        models.Campaign.objects.filter(id=of.campaign).update(**values)
        return of.campaign

    return act


def budget_leaks(of: Busy) -> object:
    post(_budget(of), outside(), 1_000)
    return of.campaign


def grant(kind: str) -> Break:
    def act(of: Busy) -> object:
        row = models.Grant.objects.filter(kind=kind).order_by("at").first()
        assert row
        models.Grant.objects.filter(id=row.id).update(won=1)
        return row.id if kind == "budget" else row.organisation_id

    return act


def deposit(**values: object) -> Break:
    def act(of: Busy) -> object:
        row = models.Deposit.objects.filter(fund=of.fund).first()
        assert row
        models.Deposit.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def fund_leaks(of: Busy) -> object:
    return post(models.Fund.objects.get(id=of.fund).account, outside(), 1_000)


def fund_grows(of: Busy) -> object:
    return post(outside(), models.Fund.objects.get(id=of.fund).account, 1_000)


def returned(**values: object) -> Break:
    def act(of: Busy) -> object:
        row = models.GrantReturn.objects.get()
        models.GrantReturn.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def returned_too_much(of: Busy) -> object:
    row = models.GrantReturn.objects.get()
    models.Grant.objects.filter(id=row.grant_id).update(won=row.won - 1)
    return row.grant_id


def left_to_nobody(of: Busy) -> object:
    models.Association.objects.filter(market=of.ground.market).update(state="ended")
    return of.ground.market


def cost(ended: bool, **values: object) -> Break:
    def act(of: Busy) -> object:
        row = models.MessageCost.objects.filter(spent__isnull=not ended).first()
        assert row
        models.MessageCost.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def credits_leak(of: Busy) -> object:
    organisation = of.ground.shop.organisation
    post(account_id(f"market_credit:{organisation}"), outside(), 100)
    return organisation


def _budget(of: Busy) -> UUID:
    account = models.Campaign.objects.get(id=of.campaign).budget_account
    assert account
    return account


BREAKS: dict[str, tuple[Break, ...]] = {
    "market.coupons": (miscounted, oversold, gap_in_serials, one_too_many),
    "market.redemptions": (
        used_twice,
        elsewhere,
        counts_and_lost,
        lost_to_another,
        of_settled(ended_at=None),
        of_settled(undo_until=clock.now() + timedelta(days=2)),
        of_settled(taken_at=clock.now() - timedelta(days=2)),
    ),
    "market.payments": (
        settled_unpaid,
        of_settled(won_off=1),
        of_settled(state="undone"),
        paid_for_nothing,
        shop_s_sum,
    ),
    "market.budgets": (budget(budget_won=1), budget(state="ended"), budget_leaks, grant("budget")),
    "market.funds": (
        deposit(won=1),
        deposit(state="dropped"),
        fund_leaks,
        fund_grows,
        returned(won=1),
        returned_too_much,
        left_to_nobody,
    ),
    "market.credits": (grant("credit"), cost(False, held=2), cost(True, spent=1), cost(True, open_won=1), credits_leak),
}


def test_a_sound_market_has_no_findings_at_any_stage(sound: Busy) -> None:
    assert findings() == set()
    later = clock.now() + timedelta(days=60)
    with clock.read_from(lambda: later):
        assert actions.settle_due(BY) == 1
        assert actions.end_due(BY) > 0
    assert findings() == set()


def test_what_is_forgotten_when_its_time_is_over_breaks_no_promise(sound: Busy) -> None:
    third = folk.person("손님셋")
    making.take(third, making.campaign(sound.ground))
    actions.let_person_go(BY, making.person_of(third))
    assert findings() == set(), "a closed account"
    later = clock.now() + timedelta(days=60)
    with clock.read_from(lambda: later):
        actions.settle_due(BY)
        actions.end_due(BY)
    for days in (200, 500, 7 * 366):
        moment = clock.now() + timedelta(days=days)
        with clock.read_from(lambda moment=moment: moment):  # type: ignore[misc]  # mypy takes no defaults of a lambda
            while actions.forget_coupons(BY):
                pass
            assert findings() == set(), days
    assert not models.Redemption.objects.exists()


@pytest.mark.parametrize(("check", "broken"), [(check, one) for check, several in BREAKS.items() for one in several])
def test_each_break_is_found_by_its_check_and_named(sound: Busy, check: str, broken: Break) -> None:
    with transaction.atomic():
        subject = str(broken(sound))
        assert (check, subject) in findings()
        transaction.set_rollback(True)


def test_every_promise_is_broken_by_somebody() -> None:
    assert set(BREAKS) == {one.name for one in commands.verify_checks()}
