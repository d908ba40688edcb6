"""The way out of an ad leads out without a log-in; a notice that could not be given is noted by nobody."""

from datetime import timedelta

import pytest

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import ChannelState, ConsentAct, LinkKind, Purpose, Text
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
