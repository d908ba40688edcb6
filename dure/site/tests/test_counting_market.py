"""What the news of markets adds to the figures: each use once, what was undone taken back, and who came back."""

from datetime import timedelta

import pytest

from dure.base import clock, ids
from dure.foundations.impact import queries
from dure.foundations.impact.types import Counter
from dure.kit import delivery
from dure.kit.outbox import kind_of
from dure.services.market import actions, models
from dure.services.market.tests import making
from dure.services.market.tests.making import Ground, key
from dure.services.market.types import CouponRedeemed, CourseCompleted, RedemptionUndone, ShopOpened
from dure.site import counting_market
from dure.site.wiring import wiring

REGION = "9901031021"


@pytest.fixture
def ground(db: None) -> Ground:
    queries.forget_kept()
    made = making.ground(customers=6)
    models.Market.objects.filter(id=made.market).update(region=REGION)
    return made


def value(indicator: str) -> int | None:
    return queries.figure(indicator).value


def test_a_coupon_from_the_counter_to_the_figures(ground: Ground) -> None:
    offer = making.market_campaign(ground, per_person=2)
    used = [making.redeem(ground.merchant, ground.shop, making.take(one, offer)) for one in ground.customers]
    delivery.run_until_idle(wiring)
    assert [value(name) for name in ("coupons_used", "coupon_won", "people_shopping", "came_back")] == [6, 18_000, 6, 0]
    assert value("shops_opened") == 3
    assert [(one.region, one.value) for one in queries.by_region("coupons_used")] == [(REGION, 6)]
    actions.undo(ground.merchant, used[0].id, key=key())
    tomorrow = clock.now() + timedelta(days=1)
    with clock.read_from(lambda: tomorrow):
        again = making.take(ground.customers[1], offer)
        making.redeem(ground.merchant, ground.shop, again)
        elsewhere = making.take(ground.customers[2], offer)
        making.redeem(ground.other_merchant, ground.other_shop, elsewhere)
        delivery.run_until_idle(wiring)
        queries.forget_kept()
        assert [value(name) for name in ("coupons_used", "coupon_won", "people_shopping")] == [7, 21_000, 5]
        back = queries.figure("came_back")
        assert (back.part, back.whole) == (1, 7), "at the same shop, on another day"
        assert queries.differences() == ()


def test_a_use_that_brought_somebody_back_is_taken_back_whole(ground: Ground) -> None:
    offer = making.market_campaign(ground, per_person=2)
    first = making.take(ground.customers[0], offer)
    making.redeem(ground.merchant, ground.shop, first)
    tomorrow = clock.now() + timedelta(days=1)
    with clock.read_from(lambda: tomorrow):
        second = making.redeem(ground.merchant, ground.shop, making.take(ground.customers[0], offer))
        delivery.run_until_idle(wiring)
        assert queries.figure("came_back").part == 0, "two uses: too few to show"
        actions.undo(ground.merchant, second.id, key=key())
        delivery.run_until_idle(wiring)
        assert queries.moment_of(Counter.CAME_BACK, ids.derived(second.id, "undone")) is not None
        assert value("coupons_used") == 1


def test_a_shop_that_moves_takes_nothing_back_where_it_is_now(ground: Ground) -> None:
    used = making.redeem(ground.merchant, ground.shop, making.take(ground.customers[0], making.campaign(ground)))
    delivery.run_until_idle(wiring)
    models.Market.objects.filter(id=ground.market).update(region="9901031022")
    actions.undo(ground.merchant, used.id, key=key())
    delivery.run_until_idle(wiring)
    assert [(one.region, one.value) for one in queries.by_region("coupons_used")] == [(REGION, 0)]


def test_what_is_undone_waits_until_its_use_was_counted(ground: Ground) -> None:
    redemption = making.redeem(ground.merchant, ground.shop, making.take(ground.customers[0], making.campaign(ground)))
    news = RedemptionUndone(redemption.id, redemption.coupon, ground.shop.id, None, 3_000, clock.now())
    with pytest.raises(RuntimeError, match="not counted yet"):
        counting_market.redemption_undone(news, ids.new())


def test_the_same_use_told_twice_counts_once(ground: Ground) -> None:
    offer = making.campaign(ground)
    coupon = making.take(ground.customers[0], offer)
    news = CouponRedeemed(
        redemption=making.redeem(ground.merchant, ground.shop, coupon).id,
        coupon=coupon.id,
        campaign=offer.id,
        shop=ground.shop.id,
        person=None,  # their account is closed by now
        won_off=3_000,
        offline=True,
        at=clock.now(),
    )
    for _ in range(2):
        counting_market.coupons_redeemed([(news, ids.new())])
    assert (value("coupons_used"), value("coupon_won"), value("people_shopping")) == (1, 3_000, 0)


def test_a_course_is_counted_once(db: None) -> None:
    queries.forget_kept()
    news = CourseCompleted(ids.new(), ids.new(), ids.new(), clock.now())  # type: ignore[arg-type]  # ids of anything
    for _ in range(2):
        counting_market.course_completed(news, ids.new())
    assert value("courses_completed") == 1


@pytest.mark.parametrize("news", [ShopOpened, CouponRedeemed, RedemptionUndone, CourseCompleted])
def test_all_of_it_is_wired(news: type) -> None:
    assert any("counting_market" in name for name in wiring.names(kind_of(news)))
