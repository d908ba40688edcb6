"""What a person reads in the inbox is opened: nothing else is tried for it."""

import pytest

from dure.base import clock
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import DispatchState, Purpose, Route
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def _read_all(by: Actor, conversation: object) -> None:
    with tx.durable():
        actions.read_conversation(by, conversation, 99)  # type: ignore[arg-type]  # an id


def test_what_a_person_reads_in_the_inbox_is_opened_and_nobody_calls(shop: World) -> None:
    with worlds.at() as clock_:
        person, dealer = worlds.friend(shop, aloud=True), Pocket()
        reader = people.actor(person)
        sending = worlds.queue(shop, person, purpose=Purpose.CARE)
        worlds.send(dealer)
        assert dealer.routes_asked == [Route.VOICE]
        conversation = queries.conversation_with(reader, shop.channel)
        _read_all(shop.owner, conversation)
        assert worlds.row_of(sending, person).opened_at is None, "staff who look have opened nothing"
        _read_all(reader, conversation)
        row = worlds.row_of(sending, person)
        assert (row.state, row.opened_at) == (DispatchState.OPENED, clock.now())
        assert models.Friend.objects.get(person=person).opened_at == clock.now()
        clock_.move(minutes=31)
        worlds.send(dealer)
        assert len(dealer.carried) == 1
