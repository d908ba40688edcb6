"""Dealers that are down, that say no, senders that break: a warning finds its way, and the rest goes on."""

from collections.abc import Sequence
from datetime import timedelta
from threading import Event

import pytest

from dure.base import clock
from dure.base.actors import PersonId
from dure.foundations.channels import models, queries
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import AttemptState, Carriage, Dealer, Lane, Outcome, Purpose, Reason, Route
from dure.foundations.people.types import OrgKind

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


@pytest.fixture
def village() -> World:
    with worlds.at():
        return worlds.world(OrgKind.VILLAGE, verified=True)


def pocket(name: str, *routes: Route) -> Pocket:
    return Pocket(dealer=name, routes=frozenset(routes))


def send(*dealers: Pocket) -> None:
    for _ in range(50):
        if not senders.carry(dealers, tuple(Lane)):
            return


def down(name: str, seconds: float) -> None:
    models.DealerLoad.objects.create(
        dealer=name,
        tokens=1_000,
        filled_at=clock.now(),
        failures=5,
        open_until=clock.now() + timedelta(seconds=seconds),
    )


def test_a_warning_does_not_wait_for_a_dealer_that_is_down_while_another_is_up(village: World) -> None:
    with worlds.at() as clock_:
        texts, calls = pocket("texts", Route.SMS), pocket("calls", Route.VOICE)
        both, only_calls = worlds.friend(village), worlds.friend(village, phone=False)
        worlds.reach(only_calls, Route.VOICE, "01000009999")
        down("texts", 300)
        worlds.queue(village, both, only_calls, purpose=Purpose.SAFETY)
        send(texts, calls)
        clock_.move(seconds=2)
        send(texts, calls)
        assert (len(texts.carried), len(calls.carried)) == (0, 2)


def test_a_warning_waits_for_the_only_dealer_that_leads_to_a_person(village: World) -> None:
    with worlds.at() as clock_:
        texts = pocket("texts", Route.SMS)
        down("texts", 4)
        worlds.queue(village, worlds.friend(village), purpose=Purpose.SAFETY)
        for _ in range(6):
            send(texts)
            clock_.move(seconds=2)
        assert len(texts.carried) == 1


def test_one_that_fails_beside_others_that_do_well_is_no_failure_of_the_dealer(shop: World) -> None:
    with worlds.at():
        one, other = worlds.friend(shop), worlds.friend(shop)
        number = _number(one)

        def answer(asked: Carriage) -> Outcome:
            if asked.to == number:
                return Outcome(key=asked.key, state=AttemptState.FAILED, retry_after=30, paused=True)
            return worlds.accepts(asked)

        dealer = Pocket(answer=answer)
        worlds.queue(shop, one, other)
        worlds.send(dealer)
        assert models.DealerLoad.objects.get(dealer="pocket").failures == 0


def test_who_told_a_dealer_no_by_telephone_is_not_called_again_at_the_same_number(shop: World) -> None:
    with worlds.at() as clock_:
        person, dealer = worlds.friend(shop, aloud=True), Pocket(answer=worlds.fails(Reason.OPTED_OUT))
        worlds.queue(shop, person, purpose=Purpose.CARE)
        for _ in range(3):
            worlds.send(dealer)
            clock_.move(minutes=31)
        assert dealer.routes_asked == [Route.VOICE], "the number is kept for texts and serves calls, too"


def _number(person: PersonId) -> str:
    return queries.ways_to([person])[person].addresses[0][2]


def test_senders_outlive_what_breaks_them() -> None:
    stopping = Event()
    asked: list[int] = []

    def broken() -> Sequence[Dealer]:
        asked.append(1)
        if len(asked) > len(senders.SENDERS):  # each has come back at least once
            stopping.set()
        raise ZeroDivisionError

    senders.send_until(stopping, broken)
    assert stopping.is_set()
