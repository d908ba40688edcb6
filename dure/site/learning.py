"""From news to lessons: what a shop did is done, because the product saw it. Wired in wiring.py; safe to run again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from dure.base import clock
from dure.foundations.channels import queries as channels
from dure.foundations.channels.types import (
    BroadcastSent,
    ChannelId,
    ChannelOpened,
    FriendJoined,
    FriendLeft,
    JoinedBy,
    MessageSaid,
)
from dure.foundations.people.types import OrganisationId, system
from dure.services.market import actions
from dure.services.market import queries as market
from dure.services.market.types import CouponGiven, CouponRedeemed
from dure.services.market.types.lessons import EffortDay, EffortKind, FriendMoment, Seen, Task

BY = system("site.learning")


def channel_opened(news: ChannelOpened, news_id: UUID) -> None:
    """A channel."""
    actions.see_tasks(BY, [Seen(news.organisation, Task.CHANNEL, news.at, news_id)])


def friends_joined(told: Sequence[tuple[FriendJoined, UUID]]) -> None:
    """Friends; by the poster where they came by its code; somebody who comes back, who is no new one."""
    owners = _owners(news.channel for news, _ in told)
    moments, seen = [], []
    for news, news_id in told:
        if (shop := owners.get(news.channel)) is None:
            continue
        new, back = (news.at, None) if news.first else (None, news.at)
        moments.append(FriendMoment(shop, news.person, joined_at=new, back_at=back))
        seen.append(Seen(shop, Task.FRIEND, news.at, news_id))
        if news.joined_by is JoinedBy.QR:
            seen.append(Seen(shop, Task.POSTER, news.at, news_id))
        if not news.first:
            seen.append(Seen(shop, Task.WELCOME_BACK, news.at, news_id))
    actions.take_friends(BY, moments, seen)


def friends_left(told: Sequence[tuple[FriendLeft, UUID]]) -> None:
    """Who leaves within days was not won."""
    owners = _owners(news.channel for news, _ in told)
    moments = [
        FriendMoment(owners[news.channel], news.person, left_at=news.at) for news, _ in told if news.channel in owners
    ]
    actions.take_friends(BY, moments, ())


def messages_said(told: Sequence[tuple[MessageSaid, UUID]]) -> None:
    """A customer who writes is there; staff who answer have replied."""
    owners = _owners(news.channel for news, _ in told)
    moments, seen, efforts = [], [], []
    for news, news_id in told:
        if (shop := owners.get(news.channel)) is None:
            continue
        if news.by_staff is None:
            moments.append(FriendMoment(shop, news.person, seen_at=news.at))
        else:
            seen.append(Seen(shop, Task.REPLY, news.at, news_id))
            efforts.append(EffortDay(shop, EffortKind.REPLY, news.person, _day(news.at)))
    actions.take_friends(BY, moments, seen)
    actions.note_efforts(BY, efforts)


def broadcast_sent(news: BroadcastSent, news_id: UUID) -> None:
    """A message to friends: it counts when somebody was there to get it."""
    shop = _owners([news.channel]).get(news.channel)
    if shop is None or news.count == 0:
        return
    actions.see_tasks(BY, [Seen(shop, Task.MESSAGE, news.at, news_id)])
    actions.note_efforts(BY, [EffortDay(shop, EffortKind.MESSAGE, shop, _day(news.at))])


def coupon_given(news: CouponGiven, news_id: UUID) -> None:
    """A coupon that somebody holds. One of an association is no shop's own."""
    campaign = market.campaign(news.campaign)
    if campaign.shop is not None:
        shop = market.shop(campaign.shop).organisation
        actions.see_tasks(BY, [Seen(shop, Task.COUPON, news.at, news_id)])


def coupon_redeemed(news: CouponRedeemed, news_id: UUID) -> None:
    """A coupon used at a counter; who uses one is there."""
    shop = market.shop(news.shop).organisation
    moments = [FriendMoment(shop, news.person, seen_at=news.at)] if news.person is not None else []
    actions.take_friends(BY, moments, [Seen(shop, Task.REDEEM, news.at, news_id)])


def _owners(ids: Iterable[ChannelId]) -> Mapping[ChannelId, OrganisationId]:
    """Whose each channel is; one that is no more is left out."""
    return {one.id: one.organisation for one in channels.channels(set(ids)).values()}


def _day(at: datetime) -> date:
    return clock.local(at).date()
