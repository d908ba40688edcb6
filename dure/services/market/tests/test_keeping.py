"""Nothing is kept for ever: holders are cut off, unused coupons go, what was settled stays for its legal term."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Origin
from dure.kit import tx
from dure.kit.models import News
from dure.services.market import actions, models, queries
from dure.services.market.rules import keeping
from dure.services.market.types import Redemption

from . import making
from .making import BY, Ground, key, offline, redeem, take


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_books_are_kept_to_the_last_day_of_their_term_and_no_longer(settled: date, today: date) -> None:
    now = datetime(today.year, today.month, today.day, 3, tzinfo=clock.SEOUL)
    goes = datetime(settled.year, settled.month, settled.day, 12, tzinfo=clock.SEOUL) < keeping.books_before(now)
    assert goes == (today > keeping.books_until(settled))
    assert keeping.books_until(settled) == date(settled.year + 6, 5, 31)


def test_the_house_card_promises_no_less_than_the_law_asks() -> None:
    longest = keeping.books_until(date(2026, 1, 1)) - date(2026, 1, 1)
    assert timedelta(days=2_343) >= longest


def a_used_one(ground: Ground) -> Redemption:
    campaign = making.market_campaign(ground, budget=60_000, per_person=2, stock=20)
    used = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    take(ground.customers[1], campaign)
    with time_machine.travel(used.undo_until, tick=False):
        actions.settle_due(BY)
    return used


@pytest.mark.django_db
def test_a_holder_is_cut_off_and_an_unused_coupon_goes_ninety_days_after(ground: Ground) -> None:
    used = a_used_one(ground)
    over = queries.campaign(used.campaign).valid_until
    with time_machine.travel(over + keeping.HOLDER_KEPT - timedelta(minutes=1), tick=False):
        assert actions.forget_coupons(BY) == 0
    with time_machine.travel(over + keeping.HOLDER_KEPT + timedelta(minutes=1), tick=False):
        assert actions.forget_coupons(BY) == 2
        assert actions.forget_coupons(BY) == 0
    [left] = models.Coupon.objects.all()
    assert (left.id, left.person_id) == (used.coupon, None)
    assert queries.my_coupons(making.person_of(ground.customers[0])) == ()
    assert queries.redemptions(ground.merchant, ground.shop)[0].won_off == 3_000, "what it came to stays"
    [figures] = queries.campaigns_of_market(ground.speaker, ground.market)
    assert (figures.used, figures.won_off) == (1, 3_000)


@pytest.mark.django_db
def test_what_was_settled_goes_when_the_law_no_longer_asks_for_it(ground: Ground) -> None:
    used = a_used_one(ground)
    year = clock.local(used.at).year + 6
    for moment, left in ((datetime(year, 5, 31, 12, tzinfo=UTC), 1), (datetime(year, 6, 1, 12, tzinfo=UTC), 0)):
        with time_machine.travel(moment, tick=False):
            actions.forget_coupons(BY)
        assert models.Redemption.objects.count() == models.Coupon.objects.count() == left


@pytest.mark.django_db
def test_a_use_that_did_not_count_goes_after_400_days(ground: Ground) -> None:
    campaign = making.campaign(ground)
    coupon = take(ground.customers[0], campaign)
    first, second = offline(coupon), offline(coupon)
    actions.settle_offline(ground.merchant, ground.shop.id, [first, second])
    for days, left in ((399, 1), (401, 0)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            actions.forget_coupons(BY)
        assert models.Conflict.objects.count() == left


@pytest.mark.django_db
def test_an_undone_use_goes_with_its_coupon(ground: Ground) -> None:
    campaign = making.campaign(ground)
    used = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    actions.undo(ground.merchant, used.id, key=key())
    with time_machine.travel(campaign.valid_until + keeping.HOLDER_KEPT + timedelta(hours=1), tick=False):
        actions.forget_coupons(BY)
    assert (models.Redemption.objects.count(), models.Coupon.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_who_closes_their_account_holds_no_coupon(ground: Ground) -> None:
    person = making.person_of(ground.customers[0])
    campaign = making.campaign(ground, per_person=3)
    waits = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False):
        settled = redeem(ground.merchant, ground.shop, take(ground.customers[0], campaign))
    actions.settle_due(BY)
    take(ground.customers[0], campaign)
    assert actions.let_person_go(BY, person) == 2
    holders = dict(models.Coupon.objects.values_list("id", "person_id"))
    assert holders.pop(waits.coupon) == person
    assert holders.pop(settled.coupon) is None
    assert set(holders.values()) == {None}
    assert actions.undo(ground.merchant, waits.id, key=key()).state == "undone"
    with pytest.raises(NotAllowed):
        actions.let_person_go(ground.customers[0], person)


@pytest.mark.django_db
def test_what_is_undone_after_its_holder_closed_their_account_is_good_no_more(ground: Ground) -> None:
    customer = ground.customers[0]
    coupon = take(customer, making.campaign(ground))
    used = redeem(ground.merchant, ground.shop, coupon)
    with tx.durable():
        people.close_account(customer, Origin(face="page"))
    actions.let_person_go(BY, making.person_of(customer))
    actions.undo(ground.merchant, used.id, key=key())
    with pytest.raises(NotFound):
        redeem(ground.merchant, ground.shop, coupon)


@pytest.mark.django_db
def test_for_whom_somebody_worked_is_kept_while_their_coupon_may_still_be_used(ground: Ground) -> None:
    """An organisation may be one person: its id on a coupon that was used names them."""
    staff = folk.member(ground.shop.organisation, ground.merchant)
    campaign = making.market_campaign(ground, per_person=2)
    settled, noted = (take(staff, campaign) for _ in range(2))
    redeem(ground.other_merchant, ground.other_shop, settled)
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        actions.settle_due(BY)
        actions.let_person_go(BY, making.person_of(staff))
        actions.settle_offline(ground.other_merchant, ground.other_shop.id, [offline(noted)])
    kept = dict(models.Coupon.objects.values_list("id", "worked_for"))
    assert kept == {settled.id: [], noted.id: [str(ground.shop.organisation)]}
    with time_machine.travel(campaign.valid_until + keeping.HOLDER_KEPT + timedelta(minutes=1), tick=False):
        actions.settle_due(BY)
        actions.forget_coupons(BY)
        assert set(models.Coupon.objects.values_list("id", flat=True)) == set(kept)
        assert not models.Coupon.objects.exclude(worked_for=[]).exists()


@pytest.mark.django_db
def test_a_coupon_of_a_closed_account_is_good_at_no_counter_with_a_line_and_paid_where_one_without_honoured_it(
    ground: Ground,
) -> None:
    campaign = making.market_campaign(ground, per_person=2)
    unused = take(ground.customers[0], campaign)
    undone = take(ground.customers[0], campaign)
    once = redeem(ground.merchant, ground.shop, undone)
    actions.undo(ground.merchant, once.id, key=key())
    actions.let_person_go(BY, making.person_of(ground.customers[0]))
    for coupon in (unused, undone):
        with pytest.raises(NotFound):
            redeem(ground.merchant, ground.shop, coupon)
    fine = offline(take(ground.customers[1], campaign))
    honoured = offline(unused)
    became = actions.settle_offline(ground.merchant, ground.shop.id, [honoured, offline(undone), fine])
    assert (len(became.taken), became.conflicts) == (3, ())
    assert actions.undo(ground.merchant, honoured.id, key=key()).state == "undone", (
        "also where nobody holds it any more"
    )
    told = [one.body["person"] for one in News.objects.filter(kind="market.CouponRedeemed")]
    assert told.count(None) == 2
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        actions.settle_due(BY)
    assert queries.owed(ground.merchant, ground.shop.id, ground.shop.organisation) == 2 * 3_000
