"""Races of market, each with its twin without locks: what the lock keeps from happening does happen there.

Each runner does the action in a transaction that stays open until the others have done their own, or wait for it.
"""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from dure.base import clock, ids
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import account_id
from dure.foundations.people.types import Actor
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race
from dure.services.market import actions, models, queries
from dure.services.market.types import Campaign, Coupon, OfflineRedemption, Payer, Shop

from . import making
from .making import BY, Ground, key


def held(work: Callable[[], object], at: datetime | None = None) -> Runner:
    """`work` in a transaction that stays open until the other runners are there, too; on the clock `at`, where given."""

    def run(meet: Meet) -> object:
        with nullcontext() if at is None else clock.read_from(lambda: at), transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run


def take(by: Actor, campaign: Campaign) -> Runner:
    return held(lambda: making.take(by, campaign) and "taken")


def redeem(by: Actor, shop: Shop, coupon: Coupon) -> Runner:
    return held(lambda: making.redeem(by, shop, coupon) and "redeemed")


def upload(by: Actor, shop: Shop, noted: OfflineRedemption) -> Runner:
    def work() -> str:
        return "counts" if actions.settle_offline(by, shop.id, [noted]).taken else "conflict"

    return held(work)


# Stock and cap


def test_six_people_and_two_coupons(real_ground: Ground) -> None:
    campaign = making.campaign(real_ground, stock=2)
    names = race(*(take(one, campaign) for one in real_ground.customers)).names
    assert names == ("SoldOut",) * 4 + ("taken",) * 2
    assert (making.issued(campaign), queries.campaign(campaign.id).left) == (2, 0)


def test_without_the_lock_two_people_get_the_same_coupon(real_ground: Ground) -> None:
    campaign = making.campaign(real_ground, stock=1)
    one, other, *_ = real_ground.customers
    with pytest.raises(IntegrityError, match="market_coupon_stock"):
        race(take(one, campaign), take(other, campaign), locked=False, together=True)


def give(by: Actor, campaign: Campaign, to: Actor) -> Runner:
    person = making.person_of(to)
    return held(lambda: actions.give_coupon(by, campaign.id, person, key=key()) and "given")


def test_one_person_gets_no_more_than_the_cap(real_ground: Ground) -> None:
    campaign, one = making.campaign(real_ground), real_ground.customers[0]
    assert race(take(one, campaign), take(one, campaign)).names == ("HasEnough", "taken")
    second, by = making.campaign(real_ground), real_ground.merchant
    making.friend_of(real_ground.shop, by, one)
    assert race(give(by, second, one), give(by, second, one)).names == ("HasEnough", "given")


def test_without_the_lock_only_the_indexes_keep_the_cap(real_ground: Ground) -> None:
    campaign, by, one = making.campaign(real_ground), real_ground.merchant, real_ground.customers[0]
    making.friend_of(real_ground.shop, by, one)
    with pytest.raises(IntegrityError, match=r"market_coupon_(stock|per_person)"):
        race(give(by, campaign, one), give(by, campaign, one), locked=False, together=True)


def test_serials_have_no_gap_however_many_take_at_once(real_ground: Ground) -> None:
    campaign = making.campaign(real_ground, stock=4)
    race(*(take(one, campaign) for one in real_ground.customers))
    serials = sorted(models.Coupon.objects.filter(campaign_id=campaign.id).values_list("serial", flat=True))
    assert serials == [1, 2, 3, 4]
    assert all(after - before == 1 for before, after in pairwise(serials))


# At the counter


def of_market(ground: Ground) -> Coupon:
    return making.take(ground.customers[0], making.market_campaign(ground))


def test_one_coupon_at_two_counters_at_once(real_ground: Ground) -> None:
    coupon = of_market(real_ground)
    one = redeem(real_ground.merchant, real_ground.shop, coupon)
    other = redeem(real_ground.other_merchant, real_ground.other_shop, coupon)
    assert race(one, other).names == ("CouponUsed", "redeemed")
    assert making.live(coupon.id) == 1


def test_without_the_lock_only_the_index_stops_the_second_counter(real_ground: Ground) -> None:
    coupon = of_market(real_ground)
    one = redeem(real_ground.merchant, real_ground.shop, coupon)
    other = redeem(real_ground.other_merchant, real_ground.other_shop, coupon)
    with pytest.raises(IntegrityError, match="market_redemption_once"):
        race(one, other, locked=False, together=True)


def test_two_phones_upload_the_same_coupon_at_once(real_ground: Ground) -> None:
    coupon = of_market(real_ground)
    one = upload(real_ground.merchant, real_ground.shop, making.offline(coupon))
    other = upload(real_ground.other_merchant, real_ground.other_shop, making.offline(coupon))
    assert race(one, other).names == ("conflict", "counts")
    [conflict] = models.Conflict.objects.all()
    [winner] = models.Redemption.objects.all()
    assert (conflict.winner_id, conflict.shop_id == winner.shop_id) == (winner.id, False)


def test_without_the_lock_two_uploads_break(real_ground: Ground) -> None:
    coupon = of_market(real_ground)
    one = upload(real_ground.merchant, real_ground.shop, making.offline(coupon))
    other = upload(real_ground.other_merchant, real_ground.other_shop, making.offline(coupon))
    with pytest.raises(IntegrityError, match="market_redemption_once"):
        race(one, other, locked=False, together=True)


def test_one_upload_sent_twice_at_once(real_ground: Ground) -> None:
    noted = making.offline(of_market(real_ground))
    both = [upload(real_ground.merchant, real_ground.shop, noted) for _ in range(2)]
    assert race(*both).names == ("counts", "counts")
    assert models.Redemption.objects.count() == 1


# Undo against settle


def test_a_redemption_is_undone_or_paid(real_ground: Ground) -> None:
    names, paid, state = undo_and_settle(real_ground, locked=True)
    assert (names, paid, state) in {(("0", "undone"), 0, "undone"), (("1", "UndoOver"), 3_000, "settled")}


def test_without_the_lock_an_undone_redemption_is_paid(real_ground: Ground) -> None:
    names, paid, _ = undo_and_settle(real_ground, locked=False)
    assert (names, paid) == (("1", "undone"), 3_000)


def undo_and_settle(ground: Ground, *, locked: bool) -> tuple[tuple[str, ...], int, str]:
    """Somebody undoes in the last second while the task, a moment later, makes it final."""
    first = making.redeem(ground.merchant, ground.shop, of_market(ground))
    just_before, just_after = first.undo_until - timedelta(seconds=1), first.undo_until

    def take_back() -> str:
        actions.undo(ground.merchant, first.id, key=key())
        return "undone"

    both = race(held(take_back, just_before), held(lambda: actions.settle_due(BY), just_after), locked=locked)
    code = account_id(f"market_shop:{ground.shop.id}")
    balances = book.balances([code])
    paid = balances[code].held if code in balances else 0
    return both.names, paid, models.Redemption.objects.get(id=first.id).state


# Money


def test_two_campaigns_do_not_share_one_budget(real_ground: Ground) -> None:
    fund = making.a_fund(real_ground)
    actions.grant_budget(real_ground.stewards[0], fund, real_ground.market, 30_000, key=key())
    new = making.new_campaign(real_ground, shop=None, market=real_ground.market, payer=Payer.ASSOCIATION)

    def make() -> str:
        actions.open_campaign(real_ground.speaker, new, key=key())
        return "made"

    assert race(held(make), held(make)).names == ("BudgetShort", "made")
    assert queries.budget_left(real_ground.speaker, real_ground.market) == 0


def test_two_sendings_do_not_hold_the_same_credit(real_ground: Ground) -> None:
    fund = making.a_fund(real_ground)
    organisation = real_ground.shop.organisation
    actions.grant_credit(real_ground.stewards[0], fund, organisation, 10_000, key=key())

    def hold() -> str:
        actions.hold_credit(real_ground.merchant, organisation, ids.new(), 6_000)
        return "held"

    assert race(held(hold), held(hold)).names == ("CreditShort", "held")
    assert queries.credit_left(organisation) == 4_000


# What ends at this moment


def closes_while_a_campaign_is_made(ground: Ground, *, locked: bool) -> str:
    def close() -> str:
        actions.close_shop(ground.merchant, ground.shop.id, key=key())
        return "closed"

    def make() -> str:
        making.campaign(ground)
        return "made"

    race(held(close), held(make), locked=locked, together=True)
    return "".join(models.Campaign.objects.values_list("state", flat=True))


def test_no_campaign_stays_open_for_a_shop_that_closes(real_ground: Ground) -> None:
    assert closes_while_a_campaign_is_made(real_ground, locked=True) in ("", "stopped")


def test_without_the_lock_one_stays_open_for_a_closed_shop(real_ground: Ground) -> None:
    assert closes_while_a_campaign_is_made(real_ground, locked=False) == "open"


def ends_while_a_campaign_is_made(ground: Ground, *, locked: bool) -> str:
    fund, asked = making.a_fund(ground), models.Association.objects.get(market_id=ground.market).id
    new = making.new_campaign(ground, shop=None, market=ground.market, payer=Payer.FUND, fund=fund)

    def end() -> str:
        actions.end_association(ground.speaker, asked, key=key())
        return "ended"

    def make() -> str:
        actions.open_campaign(ground.stewards[0], new, key=key())
        return "made"

    race(held(end), held(make), locked=locked, together=True)
    return "".join(models.Campaign.objects.values_list("state", flat=True))


def test_no_campaign_stays_open_for_a_market_that_nobody_speaks_for(real_ground: Ground) -> None:
    assert ends_while_a_campaign_is_made(real_ground, locked=True) in ("", "stopped")


def test_without_the_lock_one_stays_open_for_it(real_ground: Ground) -> None:
    assert ends_while_a_campaign_is_made(real_ground, locked=False) == "open"


def goes_while_a_counter_takes(ground: Ground, *, locked: bool) -> bool:
    """Somebody closes their account while a counter takes their coupon; answers whether its use has nobody, or it was refused."""
    coupon = of_market(ground)
    one = making.person_of(ground.customers[0])
    counter = redeem(ground.merchant, ground.shop, coupon)
    race(held(lambda: actions.let_person_go(BY, one)), counter, locked=locked, together=True)
    return models.Redemption.objects.filter(coupon=coupon.id, state="taken", coupon__person__isnull=True).exists()


def test_who_goes_while_a_counter_takes_their_coupon_is_still_known_to_it(real_ground: Ground) -> None:
    assert not goes_while_a_counter_takes(real_ground, locked=True)


def test_without_the_lock_nobody_is_known_to_it(real_ground: Ground) -> None:
    assert goes_while_a_counter_takes(real_ground, locked=False)


def closes_while_a_counter_waits(ground: Ground, *, locked: bool) -> tuple[str, ...]:
    """A shop closes while its counter waits for a coupon that somebody else has in hand."""
    coupon, closed = of_market(ground), threading.Event()

    def close() -> str:
        models.Coupon.objects.select_for_update().get(id=coupon.id)
        actions.close_shop(ground.merchant, ground.shop.id, key=key())
        closed.set()
        return "closed"

    def use() -> str:
        closed.wait(5)
        making.redeem(ground.merchant, ground.shop, coupon)
        return "redeemed"

    return race(held(close), held(use), locked=locked).names


def test_a_counter_that_waited_takes_nothing_for_a_shop_that_closed_meanwhile(real_ground: Ground) -> None:
    assert closes_while_a_counter_waits(real_ground, locked=True) == ("ShopClosed", "closed")


def test_without_the_lock_it_would(real_ground: Ground) -> None:
    assert closes_while_a_counter_waits(real_ground, locked=False) == ("closed", "redeemed")


def ends_while_its_budget_is_used(ground: Ground, *, locked: bool) -> int:
    """An association ends while it makes a campaign; answers what is left of its budget."""
    fund, row = making.a_fund(ground), models.Association.objects.get(market_id=ground.market)
    actions.grant_budget(ground.stewards[0], fund, ground.market, 30_000, key=key())
    new = making.new_campaign(ground, shop=None, market=ground.market, payer=Payer.ASSOCIATION, stock=1)
    ends = held(lambda: actions.end_association(ground.speaker, row.id, key=key()) and "ended")
    makes = held(lambda: actions.open_campaign(ground.speaker, new, key=key()) and "made")
    race(ends, makes, locked=locked, together=True)
    return book.balance(account_id(f"market_budget:{ground.market}")).held


def test_nothing_is_left_of_a_budget_whatever_is_made_of_it_at_that_moment(real_ground: Ground) -> None:
    assert ends_while_its_budget_is_used(real_ground, locked=True) == 0


def test_without_the_locks_only_the_book_s_limit_keeps_more_from_going_than_there_was(real_ground: Ground) -> None:
    with pytest.raises(IntegrityError, match="ledger_balance_debits_limit"):
        ends_while_its_budget_is_used(real_ground, locked=False)
