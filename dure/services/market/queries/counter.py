"""What happened at a shop's counter. Each shop sees its own."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Sum

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.services.market import models
from dure.services.market.rules import campaigns, permits
from dure.services.market.types import (
    CampaignId,
    Conflict,
    ConflictKind,
    CouponId,
    DayFigures,
    Redemption,
    RedemptionId,
    RedemptionState,
    Shop,
    ShopId,
)

from .coupons import LIVE

LINES_MAX: Final = 50
KEPT_MAX: Final = 2_000  # coupons that a counter's phone remembers as used
DAYS_MAX: Final = 31


def came_back(redemptions: Collection[RedemptionId]) -> frozenset[RedemptionId]:
    """Those of the redemptions whose person had used a coupon at the same shop on an earlier day, as far as is still known."""
    rows = models.Redemption.objects.filter(id__in=redemptions, coupon__person__isnull=False)
    found = list(rows.values_list("id", "shop", "coupon__person", "at"))
    there = models.Redemption.objects.filter(
        state__in=LIVE, shop__in={shop for _, shop, _, _ in found}, coupon__person__in={one for _, _, one, _ in found}
    )
    pairs = there.values_list("shop", "coupon__person").annotate(Min("at"))
    first = {(shop, person): clock.local(at).date() for shop, person, at in pairs}
    return frozenset(
        RedemptionId(one)
        for one, shop, person, at in found
        if (day := first.get((shop, person))) and day < clock.local(at).date()
    )


def redemption(redemption_id: RedemptionId) -> Redemption:
    """One redemption. Raises NotFound."""
    row = _rows().filter(id=redemption_id).first()
    if row is None:
        raise NotFound(what="redemption")
    return redemption_of(row)


def redemptions(by: Actor, shop: Shop, since: datetime | None = None) -> tuple[Redemption, ...]:
    """What was given in at this shop, the last first. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    rows = _rows().filter(shop_id=shop.id)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return tuple(redemption_of(row) for row in rows.order_by("-at", "-pk")[:LINES_MAX])


def used_here(by: Actor, shop: Shop) -> tuple[CouponId, ...]:
    """Coupons whose use at this shop stands and that are not over: what its phone refuses without a line. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    rows = models.Redemption.objects.filter(
        shop_id=shop.id, state__in=LIVE, coupon__campaign__valid_until__gt=clock.now()
    )
    return tuple(
        CouponId(one) for one in rows.order_by("-taken_at", "-pk").values_list("coupon_id", flat=True)[:KEPT_MAX]
    )


def conflicts(by: Actor, shop: Shop) -> tuple[Conflict, ...]:
    """Offline redemptions of this shop that do not count, the last first. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    rows = models.Conflict.objects.filter(shop_id=shop.id).order_by("-noted_at", "-pk")[:LINES_MAX]
    return tuple(conflict_of(row) for row in rows)


def day_figures(by: Actor, shop: Shop, on: date) -> DayFigures:
    """What happened at this shop on one local day. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    return _day(shop.id, on)


def days(by: Actor, shop: Shop, last: date, count: int = 7) -> tuple[DayFigures, ...]:
    """The `count` days up to `last`, the first first. Raises NotAllowed."""
    permits.may_work(by, shop.organisation)
    count = min(count, DAYS_MAX)
    return tuple(_day(shop.id, last - timedelta(days=back)) for back in range(count - 1, -1, -1))


def visits(shop: ShopId, persons: tuple[UUID, ...]) -> tuple[tuple[UUID, int], ...]:
    """How many coupons each of these persons used at the shop; who used none is left out."""
    rows = models.Redemption.objects.filter(shop_id=shop, state__in=("taken", "settled"), coupon__person__in=persons)
    return tuple(rows.values_list("coupon__person").annotate(Count("id")))


def redemption_of(row: models.Redemption) -> Redemption:
    """The row as a value."""
    return Redemption(
        id=RedemptionId(row.id),
        coupon=CouponId(row.coupon_id),
        campaign=CampaignId(row.coupon.campaign_id),
        shop=ShopId(row.shop_id),
        state=RedemptionState(row.state),
        at=row.at,
        taken_at=row.taken_at,
        undo_until=row.undo_until,
        paid_won=row.paid_won,
        won_off=row.won_off,
        offline=row.offline,
        title=row.coupon.campaign.title,
    )


def conflict_of(row: models.Conflict) -> Conflict:
    """The row as a value."""
    return Conflict(
        id=RedemptionId(row.id),
        shop=ShopId(row.shop_id),
        kind=ConflictKind(row.kind),
        at=row.at,
        noted_at=row.noted_at,
        coupon=CouponId(row.coupon) if row.coupon else None,
        winner=RedemptionId(row.winner_id) if row.winner_id else None,
    )


def _rows() -> QuerySet[models.Redemption]:
    return models.Redemption.objects.select_related("coupon__campaign")


def _day(shop: ShopId, on: date) -> DayFigures:
    start, end = campaigns.opens_at(on), campaigns.is_over_at(on)
    rows = models.Redemption.objects.filter(shop_id=shop, at__gte=start, at__lt=end)
    sums = rows.aggregate(
        redeemed=Count("id", filter=~Q(state=RedemptionState.UNDONE)),
        undone=Count("id", filter=Q(state=RedemptionState.UNDONE)),
        won=Sum("won_off", filter=~Q(state=RedemptionState.UNDONE)),
    )
    lost = models.Conflict.objects.filter(shop_id=shop, at__gte=start, at__lt=end).count()
    return DayFigures(on, sums["redeemed"], sums["undone"], sums["won"] or 0, lost)
