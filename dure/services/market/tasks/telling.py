"""Who gets a coupon by itself is told by a message of the shop's channel.

A coupon for becoming a regular is what somebody did something for: a notice with the line that says so. One for a birthday or
for a long absence is there to bring somebody back, so it is an ad (정보통신망법 50조) and needs the consent to ads; without it
the coupon lies among the others, and nobody is written to.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as friends
from dure.foundations.channels.types import (
    AdFormWrong,
    AdLooksLikeInfo,
    Button,
    ButtonKind,
    Channel,
    ChannelState,
    Content,
    ContentTooLong,
    CouponCard,
    NewSending,
    Purpose,
    Text,
)
from dure.foundations.people.types import PersonId, system
from dure.services.market import queries
from dure.services.market.names import offer_line, offer_words
from dure.services.market.types import Campaign, CouponGiven, CouponId, Given

BY = system("market.tell_coupon")
MOMENT = timedelta(seconds=1)  # a coupon ends with the first moment of the day after its last
TITLE_MAX = 50
log = structlog.get_logger(__name__)


def tell_coupon(news: CouponGiven, news_id: UUID) -> None:
    """Write to whoever a coupon came to by itself, once however often it is told."""
    found = queries.given_by_itself(news.coupon)
    if found is None:
        return
    campaign = queries.campaign(found[0])
    shop = queries.shop(campaign.shop) if campaign.shop else None
    if shop is None or shop.channel is None:
        return
    channel, friend = friends.channel(shop.channel), friends.friend(shop.channel, news.person)
    purpose = Purpose.INFO if campaign.given is Given.WELCOME else Purpose.AD
    is_ready = channel.state is ChannelState.OPEN and friend is not None and friend.is_here
    if not is_ready or (purpose is Purpose.AD and (friend is None or friend.ads_since is None)):
        return
    _send(channel, purpose, campaign, news)


def _send(channel: Channel, purpose: Purpose, campaign: Campaign, news: CouponGiven) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        content = _notice(channel, campaign, news.coupon) if purpose is Purpose.INFO else _ad(campaign, news.coupon)
    new = NewSending(
        channel=channel.id,
        purpose=purpose,
        content=friends.in_form(channel.id, purpose, content),
        key=f"coupon:{news.coupon.hex}",
        persons=(PersonId(news.person),),
        about=news.coupon,
        free_only=True,  # nobody has seen what it would cost
    )
    try:
        channels.queue_sending(BY, new)
    except (
        AdFormWrong,
        AdLooksLikeInfo,
        BadValue,
        ContentTooLong,
    ) as refusal:  # its name, or the shop's words, do not fit
        log.warning("coupon_not_told", coupon=str(news.coupon), code=refusal.code)


def _notice(channel: Channel, campaign: Campaign, coupon: CouponId) -> Content:
    """For a new regular: without a word that offers, and with the line that says why they have it."""
    text = gettext("Thank you for becoming a regular of {shop}.").format(shop=channel.name)
    basis = "※ 채널 친구가 되어 지급된 쿠폰 안내입니다."  # in these words: the conduct rules of notices with a coupon
    card = CouponCard(str(coupon), gettext("One coupon"), channel.name, _last_day(campaign))
    return Content((Text(f"{text}\n{basis}"), card), (_button(coupon),))


def _ad(campaign: Campaign, coupon: CouponId) -> Content:
    if campaign.given is Given.BIRTHDAY:
        text = gettext("Happy birthday! A coupon is waiting for you.")
    else:
        text = gettext("We have not seen you for a while. A coupon is waiting for you.")
    line = " · ".join(part for part in (campaign.title, offer_line(campaign.offer)) if part)
    card = CouponCard(str(coupon), offer_words(campaign.offer)[:TITLE_MAX], line, _last_day(campaign))
    return Content((Text(text), card), (_button(coupon),))


def _button(coupon: CouponId) -> Button:
    return Button(gettext("See the coupon"), ButtonKind.LINK, reverse("market:coupon", args=[coupon]))


def _last_day(campaign: Campaign) -> str:
    return clock.local(campaign.valid_until - MOMENT).date().isoformat()
