"""Dealers asked one after the other: while one is slow, another sender takes over; nobody is asked by two."""

import pytest

from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import Carriage, DispatchState, Lane, Outcome, Route

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def pocket(name: str, *routes: Route) -> Pocket:
    return Pocket(dealer=name, routes=frozenset(routes))


def test_what_others_took_over_while_a_dealer_was_slow_is_not_asked_by_two(shop: World) -> None:
    with worlds.at() as clock_:
        letters, texts = pocket("letters", Route.MAIL), pocket("texts", Route.SMS)
        by_mail, by_text = worlds.friend(shop, phone=False), worlds.friend(shop)
        worlds.reach(by_mail, Route.MAIL, "person@sample.invalid")

        def slow(one: Carriage) -> Outcome:
            clock_.move(seconds=31)
            senders.carry((texts,), tuple(Lane))  # another sender takes over what this one has not come to
            return worlds.accepts(one)

        letters.answer = slow
        sending = worlds.queue(shop, by_mail, by_text)
        senders.carry((letters, texts), tuple(Lane))
        assert [list(dealer.seen.values()) for dealer in (letters, texts)] == [[1], [1]]
        ends = {worlds.row_of(sending, one).state for one in (by_mail, by_text)}
        assert ends == {DispatchState.DELIVERED}, "in the inbox; what the dealers took adds nothing to that"


def test_a_load_that_waited_for_a_slow_dealer_gets_its_whole_lease(shop: World) -> None:
    with worlds.at() as clock_:
        letters, texts = pocket("letters", Route.MAIL), pocket("texts", Route.SMS)
        by_mail, by_text = worlds.friend(shop, phone=False), worlds.friend(shop)
        worlds.reach(by_mail, Route.MAIL, "person@sample.invalid")

        def slow(one: Carriage) -> Outcome:
            clock_.move(seconds=20)
            assert not senders.carry((texts,), tuple(Lane)), "nobody else may ask yet"
            return worlds.accepts(one)

        letters.answer = texts.answer = slow
        worlds.queue(shop, by_mail, by_text)
        senders.carry((letters, texts), tuple(Lane))
        assert [list(dealer.seen.values()) for dealer in (letters, texts)] == [[1], [1]]
