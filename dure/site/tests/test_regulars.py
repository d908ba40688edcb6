"""Regulars: kept in channels, seen by their own shop only; coupons that come by themselves."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from dure.base import clock, ids
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions as channels
from dure.foundations.channels.rules.friends import ANY_YEAR
from dure.foundations.channels.types import ChannelId, FriendJoined, JoinedBy, NewChannel, NotAFriend, Said
from dure.foundations.people.types import Actor
from dure.kit import delivery, tx
from dure.services.market import actions, bot, models, queries
from dure.services.market.queries.regulars import Which
from dure.services.market.tests import making
from dure.services.market.tests.making import BY, Ground, key
from dure.services.market.types import Given, Offer, OfferKind, Shop
from dure.site.wiring import welcome_regular, wiring

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(db: None) -> Ground:
    return making.ground()


def with_channel(of: Ground, handle: str = "예시칼국수") -> Shop:
    new = NewChannel(of.shop.organisation, handle, "예시 칼국수", "", "00-000-0000")
    with tx.durable():
        channels.open_channel(of.merchant, new, key=key())
    told()
    return queries.shop(of.shop.id)


def told() -> None:
    delivery.run_until_idle(wiring)


def voice(shop: Shop) -> ChannelId:
    assert shop.channel is not None
    return shop.channel


def joins(by: Actor, shop: Shop, joined_by: JoinedBy = JoinedBy.QR) -> None:
    with tx.durable():
        channels.join(by, voice(shop), joined_by)
    told()


def test_the_first_channel_of_an_organisation_is_its_shop_s_voice(ground: Ground) -> None:
    assert with_channel(ground).channel is not None


def test_whoever_joins_by_whatever_way_is_welcomed_once(ground: Ground) -> None:
    shop = with_channel(ground)
    campaign = making.campaign(ground, given=Given.WELCOME)
    one, other = ground.customers
    joins(one, shop)
    joins(other, shop, JoinedBy.SEARCH)
    assert [len(queries.my_coupons(making.person_of(who))) for who in (one, other)] == [1, 1]
    with tx.durable():
        channels.leave(one, voice(shop))
    joins(one, shop)
    assert making.issued(campaign) == 2, "leaving and coming back is no way to a second one"


def test_friends_of_shops_that_give_nothing_cost_one_statement_together(
    ground: Ground, django_assert_num_queries: Any
) -> None:
    shop = with_channel(ground)
    news = [
        (FriendJoined(voice(shop), making.person_of(who), JoinedBy.QR, True, clock.now()), ids.new())
        for who in ground.customers
    ]
    with django_assert_num_queries(1):
        welcome_regular(news)
    campaign = making.campaign(ground, given=Given.WELCOME, stock=1)
    welcome_regular(news)
    assert making.issued(campaign) == 1, "the first of them; then there are none left"
    with django_assert_num_queries(1):
        welcome_regular(news)


def test_what_is_for_friends_only_friends_take(ground: Ground) -> None:
    shop, one = with_channel(ground), ground.customers[0]
    campaign = making.campaign(ground, friends_only=True, per_person=2)
    with pytest.raises(NotAFriend):
        making.take(one, campaign)
    joins(one, shop)
    making.take(one, campaign)
    with tx.durable():
        channels.leave(one, voice(shop))
    with pytest.raises(NotAFriend):
        making.take(one, campaign)
    with pytest.raises(NotAFriend):
        making.take(one, making.market_campaign(ground, friends_only=True))


def test_a_shop_sees_its_own_regulars_and_nobody_else_does(ground: Ground) -> None:
    shop = with_channel(ground)
    joins(ground.customers[0], shop)
    person = making.person_of(ground.customers[0])
    actions.note_regular(ground.merchant, shop.id, person, (("단골",), "콩국수 곱빼기", clock.today()))
    [regular] = queries.regulars(ground.merchant, shop).regulars
    assert (regular.tags, regular.note) == (("단골",), "콩국수 곱빼기")
    assert regular.birthday == clock.today().replace(year=ANY_YEAR), "of which year is nobody's business"
    assert queries.regulars(ground.merchant, shop, Which.BIRTHDAY).total == 1
    assert queries.regulars(ground.merchant, shop, Which.AWAY).total == 0
    for stranger in (ground.other_merchant, ground.speaker, ground.stewards[0], ground.customers[0]):
        with pytest.raises(NotAllowed):
            queries.regulars(stranger, shop)
        with pytest.raises(NotAllowed):
            queries.regular(stranger, shop, person)
        with pytest.raises(NotAllowed):
            actions.note_regular(stranger, shop.id, person, ((), "", None))


def test_a_visit_is_noted_when_a_coupon_is_used_and_absence_is_answered(ground: Ground) -> None:
    shop = with_channel(ground)
    joins(ground.customers[0], shop)
    making.redeem(ground.merchant, shop, making.take(ground.customers[0], making.campaign(ground)))
    told()
    [regular] = queries.regulars(ground.merchant, shop).regulars
    assert (regular.visited, regular.visits) == (clock.today(), 1)
    today = clock.today()
    again = making.campaign(ground, given=Given.ABSENCE, absent_days=14, valid_until=today + timedelta(days=60))
    assert actions.give_due(BY, Given.ABSENCE) == 0
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert actions.give_due(BY, Given.ABSENCE) == 1
        assert actions.give_due(BY, Given.ABSENCE) == 0
    assert making.issued(again) == 1


def test_a_visit_that_reaches_us_late_does_not_hide_a_later_one(ground: Ground) -> None:
    shop = with_channel(ground)
    joins(ground.customers[0], shop)
    campaign = making.campaign(ground, per_person=2, valid_from=clock.today() - timedelta(days=5))
    earlier, later = (making.take(ground.customers[0], campaign) for _ in range(2))
    making.redeem(ground.merchant, shop, later)
    told()
    noted = actions.settle_offline(ground.merchant, shop.id, [making.offline(earlier, timedelta(days=2))])
    assert noted.taken
    told()
    [regular] = queries.regulars(ground.merchant, shop).regulars
    assert (regular.visited, regular.visits) == (clock.today(), 2)


def test_a_birthday_is_answered_in_the_week_before_it(ground: Ground) -> None:
    shop = with_channel(ground)
    for who in ground.customers:
        joins(who, shop)
    days = (clock.today() + timedelta(days=3), clock.today() + timedelta(days=30))
    for who, day in zip(ground.customers, days, strict=True):
        actions.note_regular(ground.merchant, shop.id, making.person_of(who), ((), "", day.replace(year=1960)))
    making.campaign(ground, given=Given.BIRTHDAY)
    assert actions.give_due(BY, Given.BIRTHDAY) == 1
    assert models.Coupon.objects.get().person_id == making.person_of(ground.customers[0])


def test_a_campaign_whose_maker_left_rests(ground: Ground) -> None:
    shop = with_channel(ground)
    joins(ground.customers[0], shop)
    campaign = making.campaign(ground, given=Given.BIRTHDAY)
    actions.note_regular(ground.merchant, shop.id, making.person_of(ground.customers[0]), ((), "", clock.today()))
    models.Campaign.objects.filter(id=campaign.id).update(made_by=making.person_of(ground.far_merchant))
    assert actions.give_due(BY, Given.BIRTHDAY) == 0


def test_in_a_shop_s_chat_the_bot_says_nothing_of_other_shops_coupons(ground: Ground) -> None:
    shop, one = with_channel(ground), ground.customers[0]
    other = making.new_campaign(
        ground, shop=ground.other_shop.id, title="건어물 한 봉지", offer=Offer(OfferKind.WON, 7_000)
    )
    making.take(one, actions.open_campaign(ground.other_merchant, other, key=key()))
    asked = Said(voice(shop), making.person_of(one), "내 쿠폰")
    assert "없습니다" in repr(bot.my_coupons(asked))
    making.take(one, making.campaign(ground))
    answer = repr(bot.my_coupons(asked))
    assert "3,000원 할인" in answer
    assert "7,000" not in answer
    assert ground.other_shop.name not in answer
    making.take(one, making.market_campaign(ground))
    models.Association.objects.update(channel_id=shop.channel)
    assert len(queries.my_coupons_in(making.person_of(one), voice(shop))) == 2
