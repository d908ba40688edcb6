"""From what the product tells to what a shop has done: through the real channel, the real counter and the real wiring."""

from datetime import timedelta

import pytest
from django.db import transaction

from dure.base import clock, ids
from dure.base.actors import OrganisationId
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import (
    BroadcastId,
    BroadcastSent,
    ChannelId,
    ConversationId,
    JoinedBy,
    MessageId,
    MessageSaid,
    NewChannel,
    Purpose,
    SendingId,
)
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import delivery, outbox, tx
from dure.services.market import actions, queries
from dure.services.market.models import lessons as tables
from dure.services.market.tests import learning, making
from dure.services.market.types.lessons import EffortKind, Task
from dure.site.wiring import wiring

pytestmark = pytest.mark.django_db


def done(shop: OrganisationId) -> set[Task]:
    delivery.run_until_idle(wiring)
    return {one.task for one in queries.done_of(shop)}


def open_channel(owner: Actor, shop: OrganisationId, handle: str = "yesi") -> ChannelId:
    with tx.durable():
        new = NewChannel(shop, handle, "예시 두부집", "", "02-000-0000")
        return channels.open_channel(owner, new, key=making.key()).id


def join(by: Actor, channel: ChannelId, how: JoinedBy) -> None:
    with tx.durable():
        channels.join(by, channel, how)


def tell(*news: object) -> None:
    with transaction.atomic():
        for one in news:
            outbox.emit(one)


def sent(channel: ChannelId, count: int) -> BroadcastSent:
    return BroadcastSent(BroadcastId(ids.new()), channel, Purpose.INFO, SendingId(ids.new()), count, clock.now())


def test_a_shop_learns_by_opening_joining_leaving_and_coming_back() -> None:
    shop, owner = folk.organisation(folk.person("이가게"))
    channel = open_channel(owner, shop)
    assert done(shop) == {Task.CHANNEL}
    friend, other = folk.person("손님"), folk.person("다른손님")
    join(friend, channel, JoinedBy.LINK)
    assert done(shop) == {Task.CHANNEL, Task.FRIEND}
    join(other, channel, JoinedBy.QR)
    assert Task.POSTER in done(shop)
    with tx.durable():
        channels.leave(friend, channel)
    assert Task.WELCOME_BACK not in done(shop)
    join(friend, channel, JoinedBy.SEARCH)
    assert Task.WELCOME_BACK in done(shop)
    assert not tables.Arrival.objects.exists(), "the shop is in no course: nobody keeps who its friends are"


def test_ten_friends_are_counted_as_they_come() -> None:
    shop, owner = folk.organisation(folk.person("이가게"))
    channel = open_channel(owner, shop)
    for number in range(10):
        assert Task.TEN_FRIENDS not in done(shop), number
        join(folk.person(), channel, JoinedBy.LINK)
    assert Task.TEN_FRIENDS in done(shop)


def test_messages_and_replies_are_what_the_product_tells() -> None:
    of = learning.school()
    shop, owner = of.shop, of.owner
    channel, customer = open_channel(owner, shop), folk.person("손님")
    tell(sent(channel, 0))
    assert Task.MESSAGE not in done(shop), "a message to nobody is none"
    tell(sent(channel, 3), sent(channel, 3))
    asked = MessageSaid(
        MessageId(ids.new()), ConversationId(ids.new()), channel, folk.id_of(customer), None, clock.now()
    )
    tell(asked)
    assert done(shop) >= {Task.MESSAGE}
    assert Task.REPLY not in done(shop), "the customer's own words are no reply"
    (arrival,) = tables.Arrival.objects.filter(organisation=shop)
    assert arrival.seen_at
    replied = MessageSaid(
        MessageId(ids.new()), asked.conversation, channel, asked.person, folk.id_of(owner), clock.now()
    )
    tell(replied)
    assert Task.REPLY in done(shop)
    efforts = tables.Effort.objects.filter(organisation=shop)
    assert sorted(efforts.values_list("kind", flat=True)) == [EffortKind.MESSAGE, EffortKind.REPLY]


def test_a_coupon_given_and_used_at_the_counter(ground: making.Ground) -> None:
    customer = folk.person("손님")
    coupon = making.take(customer, making.campaign(ground))
    shop = ground.shop.organisation
    assert Task.COUPON in done(shop)
    assert Task.REDEEM not in done(shop)
    making.redeem(ground.merchant, ground.shop, coupon, paid=10_000)
    assert Task.REDEEM in done(shop)


def test_tags_are_found_by_looking_again() -> None:
    shop, owner = folk.organisation(folk.person("이가게"))
    channel, customer = open_channel(owner, shop), folk.person("손님")
    join(customer, channel, JoinedBy.QR)
    assert actions.look_again(owner, shop, key=making.key()) >= 1  # the channel, told or not
    with tx.durable():
        channels.note_friend(owner, channel, folk.id_of(customer), tags=("콩물",))
    assert actions.look_again(owner, shop, key=making.key()) == 1
    assert Task.TAG in done(shop)
    assert clock.now() - queries.done_of(shop)[-1].at < timedelta(hours=1)


@pytest.fixture
def ground(db: None) -> making.Ground:
    return making.ground()
