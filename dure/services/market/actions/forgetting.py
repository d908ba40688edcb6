"""Nothing is kept for ever: a holder is cut off soon after the campaign, what is bookkeeping goes after its legal term."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.people import queries as people
from dure.kit import tx
from dure.services.market import models
from dure.services.market.rules import keeping, permits
from dure.services.market.types import RedemptionState

FORGET_MAX = 5_000  # of each kind at a time: a night has many rounds


def forget_coupons(by: Actor, most: int = FORGET_MAX) -> int:
    """Delete coupons that nobody used and cut off who held the others, and for whom they worked, 90 days after their campaign;
    delete conflicts after 400 days, and what was settled when the law no longer asks for it. Answers how many rows went or
    changed. Safe to repeat.
    """
    permits.may_run(by)
    now = clock.now()
    with tx.durable():
        over = keeping.cut_before(now)
        return (
            _delete(models.Conflict.objects.filter(noted_at__lt=now - keeping.CONFLICT_KEPT), most)
            + _delete(_undone(over), most)
            + _delete(_unused(models.Coupon.objects.filter(campaign__valid_until__lt=over)), most)
            + _cut(models.Coupon.objects.filter(campaign__valid_until__lt=over), most)
            + _forget_work(models.Coupon.objects.filter(campaign__valid_until__lt=over), most)
            + _end_books(keeping.books_before(now), most)
        )


def let_person_go(by: Actor, person: UUID) -> int:
    """Somebody closed their account: they are cut off their coupons, and those that they did not use are good at no counter any
    more that has a line; what can still be undone at one keeps its holder until the sweep. For which organisations they worked
    stays until then with what others pay and may still be used, so that their own counters are paid nothing for it. Answers how
    many. Safe to repeat.
    """
    permits.may_run(by)
    with tx.durable():
        held = models.Coupon.objects.filter(person_id=person)
        # A counter that takes one at this moment has it locked: looked at when that is through.
        list(held.select_for_update().order_by("id").values_list("id", flat=True))
        paid = models.Redemption.objects.filter(coupon=OuterRef("pk"), state=RedemptionState.SETTLED)
        usable = held.filter(campaign__budget_account__isnull=False).exclude(Exists(paid))
        usable.update(worked_for=sorted(map(str, people.worked_for(PersonId(person)))))
        waits = models.Redemption.objects.filter(coupon=OuterRef("pk"), state=RedemptionState.TAKEN)
        return _cut(held.exclude(Exists(waits)), FORGET_MAX)


def _unused(coupons: QuerySet[models.Coupon]) -> QuerySet[models.Coupon]:
    return coupons.exclude(Exists(models.Redemption.objects.filter(coupon=OuterRef("pk"))))


def _undone(over: datetime) -> QuerySet[models.Redemption]:
    """Redemptions taken back, of campaigns that are over, that no conflict names."""
    rows = models.Redemption.objects.filter(state=RedemptionState.UNDONE, coupon__campaign__valid_until__lt=over)
    return rows.exclude(Exists(models.Conflict.objects.filter(winner=OuterRef("pk"))))


def _cut(coupons: QuerySet[models.Coupon], most: int) -> int:
    some = coupons.filter(person__isnull=False).order_by("id").values_list("id", flat=True)[:most]
    return models.Coupon.objects.filter(id__in=list(some)).update(person=None)


def _forget_work(coupons: QuerySet[models.Coupon], most: int) -> int:
    some = coupons.exclude(worked_for=[]).order_by("id").values_list("id", flat=True)[:most]
    return models.Coupon.objects.filter(id__in=list(some)).update(worked_for=[])


def _end_books(before: datetime, most: int) -> int:
    """Redemptions settled before the term, with their coupons."""
    rows = models.Redemption.objects.filter(state=RedemptionState.SETTLED, ended_at__lt=before)
    rows = rows.exclude(Exists(models.Conflict.objects.filter(winner=OuterRef("pk"))))
    gone = _delete(rows, most)
    left = _unused(models.Coupon.objects.filter(person__isnull=True, campaign__valid_until__lt=before))
    return gone + _delete(left, most)


def _delete[Row: (models.Conflict, models.Redemption, models.Coupon)](rows: QuerySet[Row], most: int) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    return rows.model._base_manager.filter(pk__in=ids).delete()[0]  # noqa: SLF001 - the public name of what Django keeps there
