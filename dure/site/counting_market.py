"""From news of markets to counts. Wired in wiring.py; safe to run again.

The id of a redemption is chosen by a counter: what is counted of it has ids derived from it, so that nobody can take the place of
another's count.
"""

from collections.abc import Sequence
from uuid import UUID

from dure.base import ids
from dure.foundations.impact import actions, queries
from dure.foundations.impact.types import Count, Counter
from dure.foundations.people.types import system
from dure.services.market import queries as market
from dure.services.market.types import CouponRedeemed, CourseCompleted, RedemptionUndone, ShopOpened

HOUSE = "market"
BY = system("site.counting")


def shop_opened(news: ShopOpened, news_id: UUID) -> None:
    """A shop."""
    region = market.regions_of_shops([news.shop]).get(news.shop, "")
    actions.count(BY, Count(Counter.SHOPS_OPENED, 1, news.shop, news.at, region=region, house=HOUSE))


def coupons_redeemed(told: Sequence[tuple[CouponRedeemed, UUID]]) -> None:
    """Coupons used, what they took off, and who came; and who had been at this shop on an earlier day."""
    regions = market.regions_of_shops({news.shop for news, _ in told})
    returns = market.came_back({news.redemption for news, _ in told})
    counts: list[Count] = []
    for news, _ in told:
        event, region = ids.derived(news.redemption, "used"), regions.get(news.shop, "")
        counts.append(Count(Counter.COUPONS_USED, 1, event, news.at, region=region, house=HOUSE))
        if news.won_off:
            counts.append(Count(Counter.COUPON_WON, news.won_off, event, news.at, region=region, house=HOUSE))
        if news.person is not None:
            counts.append(Count(Counter.SHOPPING, 1, event, news.at, who=news.person, region=region, house=HOUSE))
        if news.redemption in returns:
            counts.append(Count(Counter.CAME_BACK, 1, event, news.at, region=region, house=HOUSE))
    actions.count_many(BY, counts)


def redemption_undone(news: RedemptionUndone, news_id: UUID) -> None:
    """All that was counted for it is taken back, on the day on which it counted and where: its shop may have moved since."""
    used, event = ids.derived(news.redemption, "used"), ids.derived(news.redemption, "undone")
    at = queries.moment_of(Counter.COUPONS_USED, used)
    if at is None:  # the news of its use is still on its way: try again later
        raise RuntimeError("this redemption is not counted yet")
    region = queries.region_of(Counter.COUPONS_USED, used)
    counts = [Count(Counter.COUPONS_USED, -1, event, at, region=region, house=HOUSE)]
    if news.won_off:
        counts.append(Count(Counter.COUPON_WON, -news.won_off, event, at, region=region, house=HOUSE))
    if news.person is not None:
        counts.append(Count(Counter.SHOPPING, -1, event, at, who=news.person, region=region, house=HOUSE))
    if queries.moment_of(Counter.CAME_BACK, used) is not None:
        counts.append(Count(Counter.CAME_BACK, -1, event, at, region=region, house=HOUSE))
    actions.count_many(BY, counts)


def course_completed(news: CourseCompleted, news_id: UUID) -> None:
    """A shop that did every task of its course."""
    actions.count(BY, Count(Counter.COURSES_COMPLETED, 1, news.enrolment, news.at, house=HOUSE))
