"""Nobody pays themselves with other people's money, and nobody finds coupons or people by trying."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.base.refusals import NotAllowed, NotFound, TooOften
from dure.foundations.channels.types import NotAFriend
from dure.foundations.people import actions as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Origin, PersonId, PlatformRole
from dure.kit import limits, tx
from dure.kit.models import RateWindow
from dure.services.market import actions, models, queries
from dure.services.market.actions.redeeming import CONFLICTS_A_DAY_MAX, SPOKEN_PER_HOUR_MAX
from dure.services.market.types import Campaign, ConflictKind, Given, HolderUnproved, OwnCounter, Payer

from . import making
from .making import BY, Ground, key, offline, redeem, take

pytestmark = pytest.mark.django_db


def fund_campaign(ground: Ground, **changed: object) -> Campaign:
    new = making.new_campaign(ground, payer=Payer.FUND, fund=making.a_fund(ground), **changed)
    return actions.open_campaign(ground.stewards[0], new, key=key())


def test_people_of_a_shop_get_nothing_that_a_fund_pays_there(ground: Ground) -> None:
    campaign = fund_campaign(ground)
    with pytest.raises(OwnCounter):
        take(ground.merchant, campaign)
    assert take(ground.customers[0], campaign).state == "held"
    assert take(ground.merchant, making.campaign(ground)).state == "held", (
        "what the shop itself gives is its own affair"
    )


def test_nobody_uses_at_their_own_counter_what_others_pay(ground: Ground) -> None:
    campaign = making.market_campaign(ground, per_person=1)
    coupon = take(ground.merchant, campaign)
    with pytest.raises(OwnCounter):
        redeem(ground.merchant, ground.shop, coupon)
    became = actions.settle_offline(ground.merchant, ground.shop.id, [offline(coupon)])
    assert [one.kind for one in became.conflicts] == [ConflictKind.OWN_COUNTER]
    assert redeem(ground.other_merchant, ground.other_shop, coupon).won_off == 3_000, "at a neighbour's it is good"


def test_closing_the_account_makes_their_own_counter_nobody_else_s(ground: Ground) -> None:
    """Who works at a shop notes their own coupon without a line, and is gone before the note comes."""
    staff = folk.member(ground.shop.organisation, ground.merchant)
    campaign = making.market_campaign(ground)
    here, elsewhere = (offline(take(one, campaign)) for one in (staff, ground.customers[0]))
    with tx.durable():
        people.close_account(staff, Origin(face="page"))
    for one in (staff, ground.customers[0]):
        actions.let_person_go(BY, making.person_of(one))
    became = actions.settle_offline(ground.merchant, ground.shop.id, [here, elsewhere])
    assert [one.kind for one in became.conflicts] == [ConflictKind.OWN_COUNTER]
    assert [one.id for one in became.taken] == [elsewhere.id], "what was honoured in good faith is paid"


def test_nor_before_the_news_of_it_has_come(ground: Ground) -> None:
    staff = folk.member(ground.shop.organisation, ground.merchant)
    campaign = making.market_campaign(ground, per_person=2)
    noted, shown = (take(staff, campaign) for _ in range(2))
    with tx.durable():
        people.close_account(staff, Origin(face="page"))
    with pytest.raises(OwnCounter):
        redeem(ground.merchant, ground.shop, shown)
    became = actions.settle_offline(ground.merchant, ground.shop.id, [offline(noted)])
    assert [one.kind for one in became.conflicts] == [ConflictKind.OWN_COUNTER]
    with pytest.raises(NotFound):
        redeem(ground.other_merchant, ground.other_shop, shown)


def test_who_takes_what_others_pay_has_proved_an_address(ground: Ground) -> None:
    nobody_knows = folk.person("모름", verified=False)
    with pytest.raises(NotAllowed) as no:
        take(nobody_knows, making.market_campaign(ground))
    assert no.value.values()["needs"] == "verified_account"
    assert take(nobody_knows, making.campaign(ground)).state == "held"


def test_what_comes_by_itself_asks_for_an_address_too_where_others_pay(ground: Ground) -> None:
    campaign = fund_campaign(ground, given=Given.WELCOME)
    unknown, known = folk.person("모름", verified=False), ground.customers[0]
    assert actions.give_by_itself(BY, campaign.id, making.person_of(unknown)) is None
    assert actions.give_by_itself(BY, campaign.id, making.person_of(ground.merchant)) is None
    assert actions.give_by_itself(BY, campaign.id, making.person_of(known)) is not None


def test_a_shop_gives_coupons_to_its_friends_and_to_nobody_else(ground: Ground) -> None:
    friend, stranger = ground.customers
    making.friend_of(ground.shop, ground.merchant, friend)
    campaign = making.campaign(ground)
    assert actions.give_coupon(ground.merchant, campaign.id, making.person_of(friend), key=key())
    for nobody in (making.person_of(stranger), PersonId(UUID(int=7))):
        with pytest.raises(NotAFriend):
            actions.give_coupon(ground.merchant, campaign.id, nobody, key=key())
    assert making.issued(campaign) == 1


def test_a_shop_makes_up_no_regulars_for_what_others_pay(ground: Ground) -> None:
    made_up, known = folk.person("모름", verified=False), ground.customers[0]
    making.friend_of(ground.shop, ground.merchant, made_up, known)
    given, own = fund_campaign(ground), making.campaign(ground)
    with pytest.raises(HolderUnproved):
        actions.give_coupon(ground.merchant, given.id, making.person_of(made_up), key=key())
    assert making.issued(given) == 0
    assert actions.give_coupon(ground.merchant, given.id, making.person_of(known), key=key())
    assert actions.give_coupon(ground.merchant, own.id, making.person_of(made_up), key=key()), "its own affair"


def test_one_id_known_elsewhere_holds_no_other_note_back(ground: Ground) -> None:
    campaign = making.market_campaign(ground, per_person=3)
    coupons = [take(ground.customers[0], campaign) for _ in range(2)]
    elsewhere = redeem(ground.other_merchant, ground.other_shop, coupons[0])
    odd = offline(coupons[0])
    odd = type(odd)(elsewhere.id, odd.token, odd.at, 0)
    fine = offline(coupons[1])
    became = actions.settle_offline(ground.merchant, ground.shop.id, [odd, fine])
    assert [one.id for one in became.taken] == [fine.id]
    assert [(one.id, one.kind) for one in became.conflicts] == [(odd.id, ConflictKind.KNOWN_ID)]
    assert models.Conflict.objects.count() == 0, "its place is taken"
    assert queries.redemption(elsewhere.id).shop == ground.other_shop.id


def test_letters_are_not_found_by_trying(ground: Ground) -> None:
    for _ in range(SPOKEN_PER_HOUR_MAX - 1):
        limits.count(f"market.spoken:{ground.shop.id}", SPOKEN_PER_HOUR_MAX, 3_600)
    with pytest.raises(NotFound):
        redeem(ground.merchant, ground.shop, "ACDEFGHJ")
    with pytest.raises(TooOften):
        redeem(ground.merchant, ground.shop, "ACDEFGHJ")
    coupon = take(ground.customers[0], making.campaign(ground))
    assert redeem(ground.merchant, ground.shop, coupon).won_off == 3_000, "what is signed is not guessed"


def test_no_steward_reads_a_code_off_the_back_office(ground: Ground, client: Client) -> None:
    coupon = take(ground.customers[0], making.market_campaign(ground))
    client.force_login(get_user_model().objects.create_superuser("s@example.org", "x" * 12, name="운영"))
    listed = reverse("admin:market_coupon_changelist")
    for page in (listed, reverse("admin:market_coupon_change", args=[coupon.id])):
        answer = client.get(page)
        assert answer.status_code == 200
        assert coupon.code not in answer.content.decode()
    for said, found in ((coupon.code, 1), (coupon.code[:-1], 0)):
        assert client.get(listed, {"q": said}).context["cl"].result_count == found


def test_a_stranger_uses_up_no_shop_s_tries(ground: Ground) -> None:
    for _ in range(3):
        with pytest.raises(NotAllowed):
            redeem(ground.customers[0], ground.shop, "ACDEFGHJ")
    bucket = f"market.spoken:{ground.shop.id}"
    for _ in range(SPOKEN_PER_HOUR_MAX):
        limits.count(bucket, SPOKEN_PER_HOUR_MAX, 3_600)
    with pytest.raises(TooOften):
        limits.count(bucket, SPOKEN_PER_HOUR_MAX, 3_600)


def test_a_list_signs_nothing_that_nobody_shows(ground: Ground) -> None:
    one = making.person_of(ground.customers[0])
    coupon = take(ground.customers[0], making.campaign(ground))
    assert coupon.token
    assert [each.token for each in queries.my_coupons(one)] == [""]
    assert [each.token for each in queries.my_coupons(one, signed=True)] == [coupon.token]
    assert [each.id for each in queries.held_first(one, 3)] == [coupon.id]
    assert queries.held_count(one) == 1
    redeem(ground.merchant, ground.shop, coupon)
    assert (queries.held_count(one), queries.held_first(one, 3)) == (0, ())
    assert queries.used_here(ground.merchant, ground.shop) == (coupon.id,)


def test_a_steward_with_a_shop_in_a_market_gives_it_nothing_of_a_fund(ground: Ground) -> None:
    own, fund = folk.with_role(ground.merchant, PlatformRole.STEWARD), making.a_fund(ground)
    new = making.new_campaign(ground, shop=None, market=ground.market, payer=Payer.FUND, fund=fund)
    with pytest.raises(NotAllowed):
        actions.open_campaign(own, new, key=key())
    with pytest.raises(NotAllowed):
        actions.grant_budget(own, fund, ground.market, 10_000, key=key())
    elsewhere = folk.with_role(ground.far_merchant, PlatformRole.STEWARD)
    actions.grant_budget(elsewhere, fund, ground.market, 10_000, key=key())
    assert actions.open_campaign(elsewhere, new, key=key()).market == ground.market


def test_a_counter_writes_down_no_more_conflicts_a_day_than_a_limit(ground: Ground) -> None:
    ends = clock.now() + timedelta(hours=1)
    bucket = f"market.conflicts:{ground.shop.id}"
    RateWindow.objects.create(bucket=bucket, count=CONFLICTS_A_DAY_MAX - 1, ends_at=ends)
    campaign = making.market_campaign(ground, per_person=2)
    forged = [replace(offline(take(ground.customers[0], campaign)), token="x") for _ in range(2)]
    assert actions.settle_offline(ground.merchant, ground.shop.id, forged[:1]).conflicts
    with pytest.raises(TooOften):
        actions.settle_offline(ground.merchant, ground.shop.id, forged[1:])
    assert actions.settle_offline(ground.merchant, ground.shop.id, forged[:1]).conflicts, "judged before"
    good = offline(take(ground.customers[1], campaign))
    became = actions.settle_offline(ground.merchant, ground.shop.id, [forged[1], good])
    assert ([one.id for one in became.taken], became.conflicts) == ([good.id], ()), "what counts waits for nobody"
    assert models.Conflict.objects.count() == 1
