"""The way out of an ad leads out without a log-in; a notice that could not be given is noted by nobody."""

from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import ChannelState, ConsentAct, Content, LinkKind, Purpose, Text
from dure.foundations.people import queries as people
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def test_an_ad_outside_names_an_address_that_stops_ads_without_a_log_in(shop: World) -> None:
    with worlds.at():
        person, dealer = worlds.friend(shop), Pocket()
        worlds.queue(shop, person, purpose=Purpose.AD)
        worlds.send(dealer)
        [carried] = dealer.carried
        last = carried.content.parts[-1]
        assert isinstance(last, Text)
        way_out = last.text.splitlines()[-1]
        assert way_out.startswith("무료 수신거부: http")
        token = way_out.rstrip("/").rpartition("/")[2]
        assert (queries.linked(token).kind, queries.linked(token).person) == (LinkKind.ADS, person)
        with tx.durable():
            actions.follow_link(people.actor(None), token)
        assert models.Friend.objects.get(person=person).ads_since is None


@pytest.mark.parametrize(
    "said", ["무료 수신거부: 없음", "무료거부 080-000-0000", "무료 수신거부: 채널에서 한 번 누르기 바랍니다"]
)
def test_a_way_out_of_the_writers_own_does_not_take_the_place_of_ours(shop: World, said: str) -> None:
    with worlds.at():
        person, dealer = worlds.friend(shop), Pocket()
        words = f"(광고) {worlds.NAME} {worlds.CONTACT}\n참기름을 새로 짰습니다.\n{said}"
        worlds.queue(shop, person, purpose=Purpose.AD, content=Content((Text(words),)))
        worlds.send(dealer)
        last = dealer.carried[0].content.parts[-1]
        assert isinstance(last, Text)
        *_, theirs, ours = last.text.splitlines()
        assert theirs == said
        token = ours.rstrip("/").rpartition("/")[2]
        assert queries.linked(token).kind is LinkKind.ADS


def test_a_paused_channel_reminds_nobody_and_notes_no_reminder(shop: World) -> None:
    with worlds.at():
        person = worlds.friend(shop, since=clock.now() - timedelta(days=3 * 365))
        models.Channel.objects.filter(id=shop.channel).update(state=ChannelState.PAUSED)
        with tx.durable():
            assert actions.remind_friends(BY) == ()
        assert not models.ConsentLine.objects.filter(person=person, act=ConsentAct.REMINDED).exists()
        models.Channel.objects.filter(id=shop.channel).update(state=ChannelState.OPEN)
        with tx.durable():
            assert [one.person for one in actions.remind_friends(BY)] == [person]
