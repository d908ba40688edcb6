"""Coupons on the real database: stock, cap, counter, offline, undo, settlement, the end of a campaign."""

from datetime import timedelta

import pytest
import time_machine

from dure.base import clock, ids
from dure.base.refusals import BadValue, KeyReused, NotAllowed, NotFound
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import account_id
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import PlatformRole
from dure.services.market import actions, models, queries
from dure.services.market.rules.redeeming import AWAY_MAX
from dure.services.market.types import (
    AlreadyUndone,
    AtCounter,
    BudgetShort,
    CampaignState,
    ConflictKind,
    CouponExpired,
    CouponState,
    CouponUsed,
    Given,
    HasEnough,
    NotACoupon,
    NotGivenOut,
    NotHere,
    NotYet,
    Offer,
    OfferKind,
    OfflineRedemption,
    Payer,
    RedemptionId,
    RedemptionState,
    SoldOut,
    TooLittleBought,
    UndoOver,
)

from . import making
from .making import BY, Ground, at_counter, key, offline, redeem, take

pytestmark = pytest.mark.django_db


def held(code: str) -> int:
    found = book.balances([account_id(code)])
    return found[account_id(code)].held if found else 0


# Giving out


def test_a_coupon_is_taken_up_to_the_cap_and_the_stock(ground: Ground) -> None:
    campaign = making.campaign(ground, stock=3, per_person=2)
    one, other = ground.customers
    assert take(one, campaign).state is CouponState.HELD
    take(one, campaign)
    with pytest.raises(HasEnough):
        take(one, campaign)
    take(other, campaign)
    with pytest.raises(SoldOut):
        take(other, campaign)
    assert queries.campaign(campaign.id).left == 0


def test_the_same_key_takes_one_coupon(ground: Ground) -> None:
    campaign, once = making.campaign(ground, per_person=5), key()
    first = actions.take_coupon(ground.customers[0], campaign.id, key=once)
    assert actions.take_coupon(ground.customers[0], campaign.id, key=once).id == first.id
    assert making.issued(campaign) == 1
    with pytest.raises(KeyReused):
        actions.take_coupon(ground.customers[0], making.campaign(ground).id, key=once)


def test_a_stopped_campaign_gives_nothing_but_its_coupons_stay_good(ground: Ground) -> None:
    campaign = making.campaign(ground)
    coupon = take(ground.customers[0], campaign)
    actions.stop_campaign(ground.merchant, campaign.id, key=key())
    with pytest.raises(NotGivenOut):
        take(ground.customers[1], campaign)
    assert redeem(ground.merchant, ground.shop, coupon).won_off == 3_000


def test_what_comes_by_itself_comes_once(ground: Ground) -> None:
    campaign = making.campaign(ground, given=Given.WELCOME, per_person=3)
    person = making.person_of(ground.customers[0])
    assert actions.give_by_itself(BY, campaign.id, person) is not None
    assert actions.give_by_itself(BY, campaign.id, person) is None
    assert making.issued(campaign) == 1
    with pytest.raises(NotAllowed):
        actions.give_by_itself(ground.merchant, campaign.id, person)


# At the counter


def test_a_coupon_is_given_in_once_by_qr_or_by_word(ground: Ground) -> None:
    campaign = making.campaign(ground, per_person=2)
    by_qr, by_word = take(ground.customers[0], campaign), take(ground.customers[0], campaign)
    assert redeem(ground.merchant, ground.shop, by_qr).state is RedemptionState.TAKEN
    spoken = f"{by_word.code[:4].lower()}-{by_word.code[4:]}"
    assert redeem(ground.merchant, ground.shop, spoken).coupon == by_word.id
    for again in (by_qr, by_word):
        with pytest.raises(CouponUsed):
            redeem(ground.merchant, ground.shop, again)


def test_the_same_redemption_twice_is_one(ground: Ground) -> None:
    given = at_counter(take(ground.customers[0], making.campaign(ground)))
    first = actions.redeem(ground.merchant, ground.shop.id, given)
    assert actions.redeem(ground.merchant, ground.shop.id, given) == first
    other = take(ground.customers[1], making.campaign(ground))
    with pytest.raises(KeyReused):
        actions.redeem(ground.merchant, ground.shop.id, AtCounter(given.id, other.token))


def test_a_coupon_is_good_only_where_it_says(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    for by, shop in ((ground.other_merchant, ground.other_shop), (ground.far_merchant, ground.far_shop)):
        with pytest.raises(NotHere):
            redeem(by, shop, coupon)
    of_market = take(ground.customers[0], making.market_campaign(ground))
    with pytest.raises(NotHere):
        redeem(ground.far_merchant, ground.far_shop, of_market)
    assert redeem(ground.other_merchant, ground.other_shop, of_market).shop == ground.other_shop.id


def test_nobody_gives_coupons_in_at_another_s_counter(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    for nobody in (ground.customers[0], ground.other_merchant, ground.speaker, ground.stewards[0]):
        with pytest.raises(NotAllowed):
            redeem(nobody, ground.shop, coupon)


def test_before_its_first_and_after_its_last_day_it_is_not_good(ground: Ground) -> None:
    today = clock.today()
    later = making.campaign(ground, valid_from=today + timedelta(days=2))
    coupon = take(ground.customers[0], later)
    with pytest.raises(NotYet):
        redeem(ground.merchant, ground.shop, coupon)
    with time_machine.travel(coupon.valid_until, tick=False), pytest.raises(CouponExpired):
        redeem(ground.merchant, ground.shop, coupon)
    with time_machine.travel(coupon.valid_until - timedelta(seconds=1), tick=False):
        assert redeem(ground.merchant, ground.shop, coupon).won_off == 3_000


def test_the_sum_decides_a_percentage_and_the_least(ground: Ground) -> None:
    tenth = Offer(OfferKind.PERCENT, 10, least_won=10_000, most_won=2_000)
    coupon = take(ground.customers[0], making.campaign(ground, offer=tenth))
    with pytest.raises(BadValue):
        redeem(ground.merchant, ground.shop, coupon)
    with pytest.raises(TooLittleBought):
        redeem(ground.merchant, ground.shop, coupon, 9_999)
    assert redeem(ground.merchant, ground.shop, coupon, 15_555).won_off == 1_555


def test_what_was_never_issued_is_no_coupon(ground: Ground) -> None:
    with pytest.raises(NotACoupon):
        redeem(ground.merchant, ground.shop, "A" * 168)
    with pytest.raises(NotFound):
        redeem(ground.merchant, ground.shop, "ACDEFGHJ")


# Undo, settle, expire


def test_an_undone_coupon_is_good_again_and_pays_nobody(ground: Ground) -> None:
    campaign = making.market_campaign(ground)
    coupon = take(ground.customers[0], campaign)
    first = redeem(ground.merchant, ground.shop, coupon)
    actions.undo(ground.merchant, first.id, key=key())
    with pytest.raises(AlreadyUndone):
        actions.undo(ground.merchant, first.id, key=key())
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert actions.settle_due(BY) == 0
        second = redeem(ground.other_merchant, ground.other_shop, coupon)
    assert (making.live(coupon.id), second.shop) == (1, ground.other_shop.id)


def test_only_the_shop_that_took_it_undoes_it_and_only_for_a_while(ground: Ground) -> None:
    first = redeem(ground.merchant, ground.shop, take(ground.customers[0], making.campaign(ground, undo_minutes=5)))
    for nobody in (ground.customers[0], ground.other_merchant, ground.stewards[0]):
        with pytest.raises(NotAllowed):
            actions.undo(nobody, first.id, key=key())
    with time_machine.travel(first.undo_until, tick=False), pytest.raises(UndoOver):
        actions.undo(ground.merchant, first.id, key=key())


def test_a_shop_is_paid_once_when_undoing_is_over(ground: Ground) -> None:
    campaign = making.market_campaign(ground, budget=30_000)
    assert held(f"market_campaign:{campaign.id}") == 30_000
    first = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    assert actions.settle_due(BY) == 0
    with time_machine.travel(first.undo_until, tick=False):
        assert actions.settle_due(BY) == 1
        assert actions.settle_due(BY) == 0
    assert queries.owed(ground.merchant, ground.shop.id, ground.shop.organisation) == 3_000
    assert held(f"market_campaign:{campaign.id}") == 27_000


def test_a_redemption_under_the_id_of_something_else_in_the_book_holds_no_payment_up(ground: Ground) -> None:
    """A counter chooses its redemptions' ids, and may know ids that stand or will stand in the book."""
    campaign = making.market_campaign(ground)
    chosen = (campaign.id, ids.derived(campaign.id, "rest"))
    for who, one in zip(ground.customers, chosen, strict=True):
        given = AtCounter(RedemptionId(one), take(who, campaign).token)
        last = actions.redeem(ground.merchant, ground.shop.id, given)
    with time_machine.travel(last.undo_until, tick=False):
        assert actions.settle_due(BY) == 2
    assert held(f"market_shop:{ground.shop.id}") == 6_000
    with time_machine.travel(campaign.valid_until + AWAY_MAX + timedelta(hours=3), tick=False):
        assert actions.end_due(BY) == 1


def test_what_is_left_goes_back_when_nothing_can_come_any_more(ground: Ground) -> None:
    campaign = making.market_campaign(ground, budget=50_000)
    assert queries.budget_left(ground.speaker, ground.market) == 20_000
    coupon = take(ground.customers[0], campaign)
    with time_machine.travel(coupon.valid_until - timedelta(minutes=1), tick=False):
        redeem(ground.merchant, ground.shop, coupon)
    over = coupon.valid_until + AWAY_MAX
    with time_machine.travel(over, tick=False):
        assert actions.end_due(BY) == 0
    with time_machine.travel(over + timedelta(hours=3), tick=False):
        assert actions.end_due(BY) == 0, "a redemption waits to be settled"
        actions.settle_due(BY)
        assert actions.end_due(BY) == 1
        assert actions.end_due(BY) == 0
    assert queries.budget_left(ground.speaker, ground.market) == 47_000
    assert held(f"market_campaign:{campaign.id}") == 0
    assert queries.campaign(campaign.id).state is CampaignState.ENDED


def test_a_campaign_that_its_budget_cannot_pay_is_refused(ground: Ground) -> None:
    new = making.new_campaign(ground, shop=None, market=ground.market, payer=Payer.ASSOCIATION)
    with pytest.raises(BudgetShort):
        actions.open_campaign(ground.speaker, new, key=key())
    actions.grant_budget(ground.stewards[0], making.a_fund(ground), ground.market, 29_999, key=key())
    assert actions.cost_of(ground.speaker, new).available_won == 29_999
    with pytest.raises(BudgetShort):
        actions.open_campaign(ground.speaker, new, key=key())
    assert models.Campaign.objects.count() == 0


def test_a_fund_pays_only_what_a_steward_decides(ground: Ground) -> None:
    fund = making.a_fund(ground)
    new = making.new_campaign(ground, payer=Payer.FUND, fund=fund)
    with pytest.raises(NotAllowed):
        actions.open_campaign(ground.merchant, new, key=key())
    campaign = actions.open_campaign(ground.stewards[0], new, key=key())
    first = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    with time_machine.travel(first.undo_until, tick=False):
        actions.settle_due(BY)
    assert held(f"market_shop:{ground.shop.id}") == 3_000
    assert queries.funds(ground.stewards[0])[0].available == 3_000_000 - 30_000


def test_a_steward_gives_a_fund_s_won_to_no_shop_of_their_own_and_can_stop_it(ground: Ground) -> None:
    own = folk.with_role(ground.merchant, PlatformRole.STEWARD)
    new = making.new_campaign(ground, payer=Payer.FUND, fund=making.a_fund(ground))
    with pytest.raises(NotAllowed):
        actions.open_campaign(own, new, key=key())
    campaign = actions.open_campaign(ground.stewards[0], new, key=key())
    assert actions.stop_campaign(ground.stewards[1], campaign.id, key=key()).state is CampaignState.STOPPED
    with pytest.raises(NotAllowed):
        actions.stop_campaign(ground.stewards[1], making.campaign(ground).id, key=key())


# Without a line


def test_what_a_phone_noted_is_taken_in_once(ground: Ground) -> None:
    campaign = making.market_campaign(ground)
    noted = offline(take(ground.customers[0], campaign))
    first = actions.settle_offline(ground.merchant, ground.shop.id, [noted])
    again = actions.settle_offline(ground.merchant, ground.shop.id, [noted])
    assert first == again
    assert [one.offline for one in first.taken] == [True]
    assert first.taken[0].undo_until > clock.now(), "the shop can still undo what it only now hears of"


def test_of_two_counters_the_first_to_reach_us_is_paid_and_the_other_is_written_down(ground: Ground) -> None:
    campaign = making.market_campaign(ground)
    coupon = take(ground.customers[0], campaign)
    earlier, later = offline(coupon, timedelta(hours=2)), offline(coupon, timedelta(hours=1))
    won = actions.settle_offline(ground.other_merchant, ground.other_shop.id, [later])
    lost = actions.settle_offline(ground.merchant, ground.shop.id, [earlier])
    assert (len(won.taken), len(lost.taken)) == (1, 0)
    [conflict] = lost.conflicts
    assert (conflict.kind, conflict.winner) == (ConflictKind.USED_BEFORE, won.taken[0].id)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        actions.settle_due(BY)
    assert held(f"market_shop:{ground.other_shop.id}") == 3_000
    assert held(f"market_shop:{ground.shop.id}") == 0
    assert queries.conflicts(ground.merchant, ground.shop) == lost.conflicts
    assert actions.settle_offline(ground.merchant, ground.shop.id, [earlier]) == lost, "judged once"


def test_two_notes_of_one_phone_about_one_coupon(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    second, first = offline(coupon, timedelta(minutes=1)), offline(coupon, timedelta(minutes=9))
    became = actions.settle_offline(ground.merchant, ground.shop.id, [second, first])
    assert [one.id for one in became.taken] == [first.id]
    assert [one.id for one in became.conflicts] == [second.id]


def test_a_line_that_broke_after_the_answer_makes_no_second_redemption(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    given = at_counter(coupon)
    first = actions.redeem(ground.merchant, ground.shop.id, given)
    again = OfflineRedemption(given.id, coupon.token, clock.now(), 0)
    assert actions.settle_offline(ground.merchant, ground.shop.id, [again]).taken == (first,)
    assert making.live(coupon.id) == 1


def test_every_reason_not_to_count_is_named(ground: Ground) -> None:
    campaign = making.campaign(ground, per_person=9)
    coupons = [take(ground.customers[0], campaign) for _ in range(5)]
    tenth = Offer(OfferKind.PERCENT, 10, most_won=1_000)
    needs_sum = take(ground.customers[0], making.campaign(ground, offer=tenth))
    noted = [
        offline("A" * 168),
        offline(coupons[0], AWAY_MAX + timedelta(minutes=1)),
        offline(coupons[1], -timedelta(hours=1)),
        offline(take(ground.customers[1], making.campaign(ground, valid_from=clock.today() + timedelta(days=1)))),
        offline(needs_sum),
    ]
    became = actions.settle_offline(ground.merchant, ground.shop.id, noted)
    assert became.taken == ()
    kinds = {one.id: one.kind for one in became.conflicts}
    assert [kinds[one.id] for one in noted] == [
        ConflictKind.FORGED,
        ConflictKind.TOO_LATE,
        ConflictKind.FROM_THE_FUTURE,
        ConflictKind.EXPIRED,
        ConflictKind.SUM_UNFIT,
    ]
    [not_here] = actions.settle_offline(ground.far_merchant, ground.far_shop.id, [offline(coupons[2])]).conflicts
    assert not_here.kind is ConflictKind.NOT_HERE
    assert making.live(coupons[2].id) == 0


def test_a_coupon_taken_offline_in_its_last_minute_counts_the_day_after(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    with time_machine.travel(coupon.valid_until + timedelta(hours=20), tick=False):
        noted = offline(coupon, timedelta(hours=20, minutes=1))
        assert len(actions.settle_offline(ground.merchant, ground.shop.id, [noted]).taken) == 1


def test_an_id_is_not_for_two_coupons(ground: Ground) -> None:
    campaign = making.campaign(ground, per_person=2)
    one, other = offline(take(ground.customers[0], campaign)), offline(take(ground.customers[0], campaign))
    actions.settle_offline(ground.merchant, ground.shop.id, [one])
    reused = OfflineRedemption(one.id, other.token, other.at, 0)
    [odd] = actions.settle_offline(ground.merchant, ground.shop.id, [reused]).conflicts
    assert (odd.id, odd.kind, odd.coupon) == (one.id, ConflictKind.KNOWN_ID, None)
    assert making.live(queries.read_token(other.token).coupon) == 0


def test_a_verdict_never_changes_and_is_its_shop_s(ground: Ground) -> None:
    ahead = offline(take(ground.customers[0], making.campaign(ground)), -timedelta(hours=1))
    assert actions.settle_offline(ground.merchant, ground.shop.id, [ahead]).conflicts
    with pytest.raises(KeyReused):
        actions.redeem(ground.merchant, ground.shop.id, AtCounter(ahead.id, ahead.token))
    [odd] = actions.settle_offline(ground.other_merchant, ground.other_shop.id, [ahead]).conflicts
    assert odd.kind is ConflictKind.KNOWN_ID, "another shop learns nothing of it"
    assert redeem(ground.merchant, ground.shop, ahead.token).won_off == 3_000


def test_an_upload_has_a_limit_and_an_owner(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    with pytest.raises(BadValue):
        actions.settle_offline(ground.merchant, ground.shop.id, [offline(coupon)] * (actions.UPLOAD_MAX + 1))
    for nobody in (ground.customers[0], ground.other_merchant, ground.stewards[0], folk.auditor()):
        with pytest.raises(NotAllowed):
            actions.settle_offline(nobody, ground.shop.id, [offline(coupon)])


def test_whose_coupons_somebody_sees(ground: Ground) -> None:
    coupon = take(ground.customers[0], making.campaign(ground))
    mine = queries.my_coupons(making.person_of(ground.customers[0]))
    assert [one.id for one in mine] == [coupon.id]
    with pytest.raises(NotFound):
        queries.my_coupon(making.person_of(ground.customers[1]), coupon.id)
