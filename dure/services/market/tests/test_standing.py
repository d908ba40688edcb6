"""What ends and what goes on: associations, closed shops, positions of markets, birthdays, tutors, courses."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.channels.tests import making as voices
from dure.foundations.people import actions as people_actions
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Decision, OrganisationId, OrgKind
from dure.foundations.places import queries as places
from dure.kit import tx
from dure.services.market import actions, models, queries
from dure.services.market.queries.coupons import CAMPAIGNS_MAX
from dure.services.market.types import (
    AssociationKnown,
    AssociationState,
    CampaignState,
    ConflictKind,
    Given,
    Shop,
    ShopClosed,
    WrongPlace,
)
from dure.services.market.types.lessons import FriendMoment
from dure.services.market.types.tutoring import EnrolmentState

from . import learning, making
from .learning import School
from .making import BY, Ground, key, offline, take

pytestmark = pytest.mark.django_db


def association_of(ground: Ground) -> models.Association:
    return models.Association.objects.get(market_id=ground.market, state=AssociationState.CONFIRMED)


def another(name: str = "새 상인회 (예시)") -> tuple[OrganisationId, Actor]:
    return folk.verified_organisation(folk.person("새회장"), name=name, kind=OrgKind.MARKET)


# Associations


def test_an_association_ends_and_another_one_asks(ground: Ground) -> None:
    campaign = making.market_campaign(ground)
    coupon = take(ground.customers[0], campaign)
    row, (new, owner) = association_of(ground), another()
    with pytest.raises(AssociationKnown):
        actions.ask_association(owner, ground.market, new, key=key())
    for nobody in (ground.merchant, ground.customers[0], owner):
        with pytest.raises(NotAllowed):
            actions.end_association(nobody, row.id, key=key())
    once = key()
    actions.end_association(ground.speaker, row.id, key=once)
    actions.end_association(ground.speaker, row.id, key=once)
    with pytest.raises(WrongPlace):
        actions.end_association(ground.stewards[0], row.id, key=key())
    assert queries.association(ground.market) is None
    assert queries.campaign(campaign.id).state is CampaignState.STOPPED
    assert making.redeem(ground.merchant, ground.shop, coupon).won_off == 3_000, "what people hold stays good"
    asked = actions.ask_association(owner, ground.market, new, key=key())
    actions.decide_association(ground.stewards[0], asked.id, True, key=key())
    assert queries.speaker_of(ground.market) == new


def test_a_steward_ends_one_too_and_what_it_carried_is_carried_no_more(ground: Ground) -> None:
    campaign = making.campaign(ground, carriable=True)
    actions.carry_campaign(ground.speaker, campaign.id, True, key=key())
    actions.end_association(ground.stewards[0], association_of(ground).id, key=key())
    assert not queries.campaign(campaign.id).carried
    assert queries.campaign(campaign.id).state is CampaignState.OPEN, "the shop's own goes on"


def test_whose_verification_is_taken_away_speaks_no_more(ground: Ground) -> None:
    assert actions.end_untrusted(BY, ground.association) == 0, "it is verified"
    with tx.durable():
        people_actions.decide_verification(ground.stewards[0], ground.association, Decision.REVOKE, "예시 사유입니다")
    assert actions.end_untrusted(BY, ground.association) == 1
    assert actions.end_untrusted(BY, ground.association) == 0


def test_one_that_nobody_vouches_for_stands_in_nobody_s_way(ground: Ground) -> None:
    with tx.durable():
        people_actions.decide_verification(ground.stewards[0], ground.association, Decision.REVOKE, "예시 사유입니다")
    new, owner = another()
    actions.ask_association(owner, ground.market, new, key=key())
    states = set(models.Association.objects.filter(market_id=ground.market).values_list("state", flat=True))
    assert states == {AssociationState.ENDED, AssociationState.ASKED}


# Shops and markets


def test_a_closed_shop_opens_again_as_it_stood(ground: Ground) -> None:
    campaign = making.campaign(ground)
    actions.close_shop(ground.merchant, ground.shop.id, key=key())
    with pytest.raises(ShopClosed):
        making.redeem(ground.merchant, ground.shop, take(ground.customers[0], making.market_campaign(ground)))
    for nobody in (ground.other_merchant, ground.stewards[0], folk.member(ground.shop.organisation, ground.merchant)):
        with pytest.raises(NotAllowed):
            actions.reopen_shop(nobody, ground.shop.id, key=key())
    again = actions.reopen_shop(ground.merchant, ground.shop.id, key=key())
    assert again == ground.shop
    assert queries.campaign(campaign.id).state is CampaignState.STOPPED, "coupons are made anew"
    assert (
        making.redeem(ground.merchant, ground.shop, take(ground.customers[1], making.campaign(ground))).won_off == 3_000
    )


def test_what_a_counter_took_before_its_shop_closed_is_honoured_and_nothing_later(ground: Ground) -> None:
    campaign = making.market_campaign(ground, per_person=4)
    before, during = (offline(take(ground.customers[0], campaign), timedelta(minutes=ago)) for ago in (90, 30))
    with time_machine.travel(clock.now() - timedelta(hours=1)):
        actions.close_shop(ground.merchant, ground.shop.id, key=key())
        actions.close_shop(ground.merchant, ground.shop.id, key=key())
    became = actions.settle_offline(ground.merchant, ground.shop.id, [before, during])
    assert [one.id for one in became.taken] == [before.id]
    assert [(one.id, one.kind) for one in became.conflicts] == [(during.id, ConflictKind.SHOP_CLOSED)]
    actions.reopen_shop(ground.merchant, ground.shop.id, key=key())
    now = offline(take(ground.customers[0], campaign), timedelta())
    assert [one.id for one in actions.settle_offline(ground.merchant, ground.shop.id, [now]).taken] == [now.id]


def test_what_a_counter_took_while_its_shop_was_closed_does_not_count_when_it_is_open_again(ground: Ground) -> None:
    campaign = making.market_campaign(ground, per_person=4)
    hours = (7, 5, 3, 1)
    notes = [offline(take(ground.customers[0], campaign), timedelta(hours=ago)) for ago in hours]
    for ago, act in (
        (6, actions.close_shop),
        (4, actions.reopen_shop),
        (2, actions.close_shop),
        (0, actions.reopen_shop),
    ):
        with time_machine.travel(clock.now() - timedelta(hours=ago)):
            act(ground.merchant, ground.shop.id, key=key())
    became = actions.settle_offline(ground.merchant, ground.shop.id, notes)
    assert [one.id for one in became.taken] == [notes[0].id, notes[2].id]
    assert {one.kind for one in became.conflicts} == {ConflictKind.SHOP_CLOSED}
    later = clock.now() + timedelta(hours=73)
    for act in (actions.close_shop, actions.reopen_shop):
        with clock.read_from(lambda: later):
            act(ground.merchant, ground.shop.id, key=key())
    assert models.Closure.objects.count() == 1, "no counter comes with what it took before"


def test_a_market_that_loses_its_position_leaves_the_map(ground: Ground) -> None:
    assert places.point_of("market", ground.market) is not None
    actions.load_markets(BY, [making.listed(at=None, listed_on=date(2025, 11, 4))])
    assert places.point_of("market", ground.market) is None
    actions.load_markets(BY, [making.listed(listed_on=date(2026, 11, 4))])
    assert places.point_of("market", ground.market) is not None


# Regulars


def test_a_birthday_has_no_year_and_is_taken_back(ground: Ground) -> None:
    shop, person = befriended(ground), making.person_of(ground.customers[0])
    actions.note_regular(ground.merchant, shop.id, person, ((), "", date(1950, 2, 28)))
    assert queries.regular(ground.merchant, shop, person).birthday == date(2000, 2, 28)
    actions.note_regular(ground.merchant, shop.id, person, ((), "", None))
    assert queries.regular(ground.merchant, shop, person).birthday is None


def test_a_list_of_regulars_takes_as_many_statements_for_thirty_as_for_one(ground: Ground) -> None:
    shop, counts = befriended(ground), []
    assert shop.channel is not None
    for more in (0, 29):
        for number in range(more):
            voices.friend(shop.channel, name=f"단골{number}")
        with CaptureQueriesContext(connection) as asked:
            page = queries.regulars(ground.merchant, shop)
        counts.append(len(asked))
        assert len(page.regulars) == page.total == queries.regular_count(ground.merchant, shop)
    assert counts[0] == counts[1]


def test_who_becomes_a_friend_by_whatever_way_is_welcomed_once(ground: Ground) -> None:
    shop, person = befriended(ground), making.person_of(ground.customers[1])
    campaign = making.campaign(ground, given=Given.WELCOME)
    assert shop.channel is not None
    assert actions.welcome(BY, shop.channel, person, True) == 1
    assert actions.welcome(BY, shop.channel, person, True) == 0
    assert actions.welcome(BY, shop.channel, making.person_of(ground.speaker), False) == 0
    assert making.issued(campaign) == 1


def test_what_comes_by_itself_comes_from_every_shop_however_many_there_are(ground: Ground) -> None:
    made = {
        making.campaign(ground, given=Given.BIRTHDAY, title=f"생일 {number}").id for number in range(CAMPAIGNS_MAX + 1)
    }
    first = queries.coming_by_itself(Given.BIRTHDAY)
    rest = queries.coming_by_itself(Given.BIRTHDAY, first[-1].id)
    assert (len(first), len(rest)) == (CAMPAIGNS_MAX, 1)
    assert {one.id for one in (*first, *rest)} == made


# Courses


def test_who_leaves_and_comes_back_is_no_new_friend(school: School) -> None:
    now = clock.now()
    old, new = learning.joined(school.shop, 1, now)[0], folk.id_of(folk.person("단골"))
    moments = [
        FriendMoment(school.shop, new, back_at=now),
        FriendMoment(school.shop, old, left_at=now + timedelta(hours=1)),
        FriendMoment(school.shop, old, back_at=now + timedelta(hours=2)),
    ]
    actions.take_friends(learning.PLATFORM, moments, ())
    effort = queries.my_effort(school.owner, school.shop)
    assert effort is not None
    assert (effort.counted.friends, effort.counted.not_counted) == (1, ()), (
        "the old one is back, the other was no new one"
    )


def test_a_course_completes_nobody_before_it_begins(db: None) -> None:
    shop, owner = learning.shop()
    steward = folk.steward()
    learning.see_all(shop)
    course = actions.open_course(steward, "예시 과정", clock.today() + timedelta(days=3), key=key())
    enrolment = actions.enrol(owner, course, shop, key=key())
    assert queries.pupil(owner, enrolment).pupil.state is EnrolmentState.LEARNING  # type: ignore[union-attr]  # it is in a course
    assert actions.complete_due(BY) == 0
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert actions.complete_due(BY) == 1
        assert actions.complete_due(BY) == 0
        assert queries.pupil(owner, enrolment).pupil.state is EnrolmentState.COMPLETED  # type: ignore[union-attr]  # it is in a course


def test_a_tutor_sees_a_shop_until_the_open_month_is_over(school: School) -> None:
    question = actions.ask(school.owner, school.enrolment, "어떻게 하나요?", key=key())
    last = queries.course(school.course).open_until
    with time_machine.travel(datetime(last.year, last.month, last.day, 12, tzinfo=clock.SEOUL), tick=False):
        assert queries.pupil(school.tutor, school.enrolment).shop == school.shop
    after = last + timedelta(days=1)
    with time_machine.travel(datetime(after.year, after.month, after.day, 12, tzinfo=clock.SEOUL), tick=False):
        for look in (
            queries.pupil,
            lambda by, _: queries.learning(by, school.shop),
            lambda by, _: queries.my_effort(by, school.shop),
        ):
            with pytest.raises(NotAllowed):
                look(school.tutor, school.enrolment)
        with pytest.raises(NotAllowed):
            actions.answer(school.tutor, question, "이렇게 합니다.", key=key())
        assert queries.pupils(school.tutor) == ()
        assert queries.pupil(school.steward, school.enrolment).shop == school.shop
        assert actions.answer(school.steward, question, "이렇게 합니다.", key=key()) == question


def befriended(ground: Ground) -> Shop:
    return making.friend_of(ground.shop, ground.merchant, *ground.customers[:1])
