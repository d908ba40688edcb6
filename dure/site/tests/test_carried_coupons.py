"""A broadcast that carries a coupon and a picture: told before, taken by one tap, traced; and coupons that come by themselves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries, tasks
from dure.foundations.channels.tests import making as voices
from dure.foundations.channels.tests import sending_world
from dure.foundations.channels.tests.sending_world import Pocket
from dure.foundations.channels.types import (
    AdLooksLikeInfo,
    BroadcastId,
    BroadcastState,
    Channel,
    Content,
    CouponCard,
    CouponGone,
    JoinedBy,
    Message,
    NewBroadcast,
    NewChannel,
    Picture,
    Purpose,
    Speaker,
    Text,
)
from dure.foundations.people.types import Actor, system
from dure.kit import delivery, tx
from dure.services.market import actions
from dure.services.market import queries as market
from dure.services.market import tasks as market_tasks
from dure.services.market.tests import making
from dure.services.market.tests.making import Ground, key, person_of
from dure.services.market.types import Campaign, CouponGiven, CouponState, Given, SoldOut
from dure.site.wiring import wiring

pytestmark = pytest.mark.django_db
BY = system("test")
WORDS = "국수 드시고 가세요."


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    cache.clear()
    with sending_world.at():
        yield


@pytest.fixture
def ground(_noon: None, db: None) -> Ground:
    return making.ground(customers=3)


def voice(of: Ground, by: Actor, organisation: object, handle: str) -> Channel:
    new = NewChannel(organisation, handle, "예시 칼국수", "", "00-000-0000")  # type: ignore[arg-type]  # an organisation's id
    with tx.durable():
        made = channels.open_channel(by, new, key=key())
    delivery.run_until_idle(wiring)
    return made


def shop_voice(of: Ground) -> Channel:
    return voice(of, of.merchant, of.shop.organisation, "예시칼국수")


def join(of: Channel, *who: Actor, ads: bool = True) -> None:
    with tx.durable():
        for one in who:
            channels.join(one, of.id, JoinedBy.QR, ads=ads)


def offer(by: Actor, of: Channel, **changes: object) -> NewBroadcast:
    card = queries.carriable_coupons(by, of.id)[0].card
    return replace(voices.offer(of.id, WORDS, content=Content((Text(WORDS), card))), **changes)  # type: ignore[arg-type]  # by name


def sent(by: Actor, new: NewBroadcast) -> BroadcastId:
    with tx.durable():
        made = channels.write_broadcast(by, new, key=key())
        assert channels.hand_in_broadcast(by, made.id) is BroadcastState.SCHEDULED
    tasks.send_due(0)
    deliver()
    return made.id


def deliver() -> None:
    sending_world.match_all()
    sending_world.send(Pocket())


def inbox(of: Channel, who: Actor) -> tuple[Message, ...]:
    known = queries.conversation_with(who, of.id)
    return tuple(one for one in queries.messages(who, known) if one.speaker is Speaker.CHANNEL) if known else ()


def browser(who: Actor) -> Client:
    client = Client(headers={"accept-language": "ko"})
    client.force_login(get_user_model().objects.get(id=person_of(who)))
    return client


def tap(of: Channel, who: Actor, place: int = 1) -> str:
    message = inbox(of, who)[-1]
    return f"/channels/inbox/coupons/{message.id}/{place}/"


def test_each_receiver_takes_their_own_by_one_tap_and_it_is_traced_to_the_message(ground: Ground) -> None:
    channel, campaign = shop_voice(ground), making.campaign(ground)
    one, other, refuses_ads = ground.customers
    join(channel, one, other)
    join(channel, refuses_ads, ads=False)
    made = sent(ground.merchant, offer(ground.merchant, channel))
    assert [len(inbox(channel, who)) for who in ground.customers] == [1, 1, 0]
    page = browser(one).get(f"/channels/inbox/{channel.handle}/").content.decode()
    assert "3,000원 할인" in page
    assert "쿠폰 받기" in page
    address = tap(channel, one)
    first, again = (browser(one).post(address) for _ in range(2))
    assert first.status_code == 302
    assert first.headers["Location"] == again.headers["Location"], "the same tap again is the same coupon"
    [coupon] = market.my_coupons(person_of(one))
    assert str(coupon.id) in first.headers["Location"]
    assert browser(other).post(address).status_code == 404, "somebody else's message"
    assert browser(one).post(tap(channel, one, 0)).status_code == 404
    assert browser(one).get(address).status_code == 405
    assert (market.use_of(made).took, market.use_of(made).used) == (1, 0)
    making.redeem(ground.merchant, ground.shop, coupon.code)
    making.take(other, campaign)
    assert (market.use_of(made).took, market.use_of(made).used) == (1, 1), (
        "one that was fetched elsewhere is not its doing"
    )
    told = queries.figures(ground.merchant, queries.broadcast(ground.merchant, made))
    assert told is not None
    assert (told.coupons_taken, told.coupons_used) == (None, None), "of so few nothing is told"


def test_the_same_tap_shows_the_coupon_also_when_no_more_are_given_out(ground: Ground) -> None:
    channel, campaign = shop_voice(ground), making.campaign(ground)
    one, other, _ = ground.customers
    join(channel, one, other)
    sent(ground.merchant, offer(ground.merchant, channel))
    message = inbox(channel, one)[0].id
    address = channels.take_carried(one, message, 1)
    actions.stop_campaign(ground.merchant, campaign.id, key=key())
    assert channels.take_carried(one, message, 1) == address
    with pytest.raises(CouponGone):
        channels.take_carried(other, inbox(channel, other)[0].id, 1)


def test_a_trial_message_gives_no_coupon_away(ground: Ground) -> None:
    channel, campaign = shop_voice(ground), making.campaign(ground)
    with tx.durable():
        made = channels.write_broadcast(ground.merchant, offer(ground.merchant, channel), key=key())
        channels.send_test(ground.merchant, made.id)
    with pytest.raises(CouponGone):
        channels.take_carried(ground.merchant, inbox(channel, ground.merchant)[0].id, 1)
    assert making.issued(campaign) == 0


def test_stock_cap_and_end_are_said_before_and_hold_at_every_step(ground: Ground) -> None:
    channel = shop_voice(ground)
    campaign = making.campaign(ground, stock=1, friends_only=True)
    one, other, _third = ground.customers
    join(channel, one, other)
    [seen] = queries.carriable_coupons(ground.merchant, channel.id)
    assert (seen.left, seen.per_person, seen.friends_only) == (1, 1, True)
    made = channels.write_broadcast(ground.merchant, offer(ground.merchant, channel), key=key())
    page = browser(ground.merchant).get(f"/desk/channels/messages/{made.id}/").content.decode()
    assert "1장 남았습니다" in page
    assert "한 사람이 최대 1장" in page
    assert "예시 칼국수의 친구만" in page
    sent(ground.merchant, offer(ground.merchant, channel))
    channels.take_carried(one, inbox(channel, one)[0].id, 1)
    with pytest.raises(SoldOut):
        channels.take_carried(other, inbox(channel, other)[0].id, 1)
    with pytest.raises(CouponGone):
        channels.hand_in_broadcast(ground.merchant, made.id)
    late = clock.now() + timedelta(days=45)
    second = making.campaign(ground)
    with pytest.raises(CouponGone):
        channels.write_broadcast(ground.merchant, offer(ground.merchant, channel, at=late), key=key())
    actions.stop_campaign(ground.merchant, second.id, key=key())
    assert making.issued(campaign) == 1


def test_one_whose_coupon_is_gone_when_its_time_comes_is_refused_with_that_reason(ground: Ground) -> None:
    channel, campaign = shop_voice(ground), making.campaign(ground)
    join(channel, ground.customers[0])
    made = channels.write_broadcast(ground.merchant, offer(ground.merchant, channel), key=key())
    channels.hand_in_broadcast(ground.merchant, made.id)
    actions.stop_campaign(ground.merchant, campaign.id, key=key())
    tasks.send_due(0)
    kept = queries.broadcast(ground.merchant, made.id)
    assert (kept.state, kept.refused) == (BroadcastState.REFUSED, "coupon_gone")
    page = browser(ground.merchant).get(f"/desk/channels/messages/{made.id}/").content.decode()
    assert "보내지 못했습니다" in page


def test_only_ones_own_coupons_in_their_own_words_and_as_an_ad(ground: Ground) -> None:
    channel = shop_voice(ground)
    making.campaign(ground)
    actions.open_campaign(ground.other_merchant, making.new_campaign(ground, shop=ground.other_shop.id), key=key())
    [mine] = queries.carriable_coupons(ground.merchant, channel.id)
    assert mine.issuer == ground.shop.name
    for card in (
        CouponCard(mine.card.code, "90% 할인", mine.card.text, mine.card.until, take=True),
        CouponCard("ACDEFG", mine.card.title, mine.card.text, mine.card.until, take=True),
    ):
        with pytest.raises(CouponGone):
            channels.write_broadcast(
                ground.merchant, offer(ground.merchant, channel, content=Content((Text(WORDS), card))), key=key()
            )
    with pytest.raises(AdLooksLikeInfo):
        channels.write_broadcast(ground.merchant, offer(ground.merchant, channel, purpose=Purpose.INFO), key=key())


def test_an_association_carries_its_own_and_what_it_agreed_to_of_its_shops(ground: Ground) -> None:
    channel = voice(ground, ground.speaker, ground.association, "예시시장")
    own = making.market_campaign(ground)
    carried, other = (making.campaign(ground, title=title, carriable=True) for title in ("나르는 것", "안 나르는 것"))
    actions.carry_campaign(ground.speaker, carried.id, True, key=key())
    found = {one.card.code for one in queries.carriable_coupons(ground.speaker, channel.id)}
    assert found == {own.code, carried.code}
    assert other.code not in found


def test_a_picture_and_a_coupon_from_the_form_to_the_phone(ground: Ground) -> None:
    channel, campaign = shop_voice(ground), making.campaign(ground)
    one = ground.customers[0]
    join(channel, one)
    merchant = browser(ground.merchant)
    said = {"idempotency_key": key(), "purpose": "ad", "text": WORDS, "title": "국수", "segment": "", "hour": "10"}
    upload = SimpleUploadedFile("국수.jpg", voices.photo(), "image/jpeg")
    address = f"/desk/channels/{channel.id}/messages/new/"
    refused = merchant.post(address, said | {"coupon": campaign.code, "picture": upload})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "사진에 무엇이 보이는지" in page
    kept = page.split('name="picture_kept" value="')[1].split('"')[0]
    bad = SimpleUploadedFile("국수.jpg", b"no picture", "image/jpeg")
    assert merchant.post(address, said | {"idempotency_key": key(), "picture": bad}).status_code == 422
    words = {"picture_kept": kept, "picture_says": "김이 나는 국수 한 그릇", "coupon": campaign.code}
    answer = merchant.post(address, said | words | {"idempotency_key": key()})
    assert answer.status_code == 303
    [made] = queries.broadcasts_for(ground.merchant, channel.id)
    assert [type(part) for part in made.content.parts] == [Text, Picture, CouponCard]
    shown = merchant.get(f"/desk/channels/messages/{made.id}/").content.decode()
    assert 'alt="김이 나는 국수 한 그릇"' in shown
    channels.hand_in_broadcast(ground.merchant, made.id)
    tasks.send_due(0)
    deliver()
    page = browser(one).get(f"/channels/inbox/{channel.handle}/").content.decode()
    assert f"/channels/inbox/files/{kept}/" in page
    file = browser(one).get(f"/channels/inbox/files/{kept}/")
    assert BytesIO(b"".join(file)).read(4) == b"RIFF"
    assert browser(ground.customers[1]).get(f"/channels/inbox/files/{kept}/").status_code == 404
    with pytest.raises(NotFound):
        queries.picture(ground.customers[1], made.id)


def test_a_picture_of_another_channel_is_not_carried(ground: Ground) -> None:
    channel, (other, owner) = shop_voice(ground), voices.channel()
    with tx.durable():
        kept = channels.keep_picture(owner, other.id, voices.photo())
        assert channels.keep_picture(owner, other.id, voices.photo()) == kept
    content = Content((Text("내일은 쉽니다."), Picture(str(kept.id), "문")))
    with pytest.raises(NotFound):
        channels.write_broadcast(ground.merchant, voices.notice(channel.id, content=content), key=key())


def by_itself(of: Ground, given: Given) -> Campaign:
    today, more = clock.today(), {"absent_days": 14} if given is Given.ABSENCE else {}
    return making.campaign(of, given=given, valid_until=today + timedelta(days=60), **more)


def told(of: Channel, who: Actor) -> list[str]:
    delivery.run_until_idle(wiring)
    deliver()
    return [part.text for one in inbox(of, who) for part in one.content.parts if isinstance(part, Text)]


def test_a_new_regular_is_told_of_the_welcome_coupon_by_a_notice_once(ground: Ground) -> None:
    channel = shop_voice(ground)
    by_itself(ground, Given.WELCOME)
    one = ground.customers[0]
    join(channel, one, ads=False)
    [text] = told(channel, one)
    assert "지급된 쿠폰 안내입니다" in text
    assert "(광고)" not in text
    [coupon] = market.my_coupons(person_of(one))
    assert coupon.state is CouponState.HELD
    news = CouponGiven(coupon.id, coupon.campaign, coupon.person, clock.now())
    with tx.durable():
        market_tasks.tell_coupon(news, coupon.id)
    assert told(channel, one) == [text]


def test_a_birthday_coupon_is_an_ad_and_comes_in_silence_without_consent(ground: Ground) -> None:
    channel = shop_voice(ground)
    yes, no, _third = ground.customers
    join(channel, yes)
    join(channel, no, ads=False)
    for who in (yes, no):
        actions.note_regular(ground.merchant, ground.shop.id, person_of(who), ((), "", clock.today()))
    by_itself(ground, Given.BIRTHDAY)
    assert actions.give_due(BY, Given.BIRTHDAY) == 2
    texts = [text for text in told(channel, yes) if "생일" in text]
    assert len(texts) == 1
    assert texts[0].startswith("(광고)")
    assert not [text for text in told(channel, no) if "생일" in text]
    assert len(market.my_coupons(person_of(no))) == 1
