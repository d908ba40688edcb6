"""A shop's broadcast, paid from message credits: held when it starts, spent once for each that arrives, the rest given back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from dure.base import clock
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries, tasks
from dure.foundations.channels.tests import making as voices
from dure.foundations.channels.tests import sending_world
from dure.foundations.channels.tests.sending_world import Pocket
from dure.foundations.channels.types import (
    AttemptState,
    BroadcastId,
    BroadcastState,
    Carriage,
    Channel,
    JoinedBy,
    NewBroadcast,
    NewChannel,
    NotEnoughCredit,
    Outcome,
    Reason,
    Route,
    Told,
)
from dure.foundations.people.types import system
from dure.kit import delivery, tx
from dure.kit.testing import Meet, Runner, race
from dure.services.market import queries as market
from dure.services.market.actions import grant_credit
from dure.services.market.tests import making
from dure.services.market.tests.making import Ground, key
from dure.site.wiring import wiring

BY = system("test")
SMS, FRIENDS = 10, 3
ALL = SMS * FRIENDS


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    """By day, when notices ring; a text costs ten won."""
    prices = override_settings(DURE=replace(settings.DURE, dealer_prices=(("sms", SMS), ("lms", SMS))))
    with sending_world.at(), prices:
        yield


@pytest.fixture
def ground(db: None) -> Ground:
    return making.ground()


@pytest.fixture
def real_ground(transactional_db: None) -> Ground:
    return making.ground()


def voice(of: Ground, credit: int) -> Channel:
    """The shop's channel with friends who have telephones, and so much credit."""
    new = NewChannel(of.shop.organisation, "예시칼국수", "예시 칼국수", "", "00-000-0000")
    with tx.durable():
        channel = channels.open_channel(of.merchant, new, key=key())
        for number in range(FRIENDS):
            friend = voices.person(f"손님{number}")
            channels.join(friend, channel.id, JoinedBy.QR)
            sending_world.reach(voices.id_of(friend), Route.SMS, f"010000000{number}")
    delivery.run_until_idle(wiring)
    if credit:
        grant_credit(of.stewards[0], making.a_fund(of), of.shop.organisation, credit, key=key())
    return channel


def scheduled(of: Ground, channel: Channel) -> BroadcastId:
    new: NewBroadcast = voices.notice(channel.id)
    with tx.durable():
        made = channels.write_broadcast(of.merchant, new, key=key())
        assert channels.hand_in_broadcast(of.merchant, made.id) is BroadcastState.SCHEDULED
    return made.id


def sums(of: Ground) -> tuple[int, int, int]:
    seen = market.credit(of.merchant, of.shop.organisation)
    return seen.available, seen.held, seen.spent


def over(dealer: Pocket) -> None:
    """Everything that can happen now happens, twice."""
    for _ in range(2):
        sending_world.match_all()
        sending_world.send(dealer)
        with tx.durable():
            channels.close_sendings(BY)
        tasks.settle_costs(0)
    delivery.run_until_idle(wiring)


def told(one: str, state: AttemptState, event: str) -> None:
    report = Told(event=event, key=one, state=state, code="", reason=Reason.NONE, at=clock.now())
    for _ in range(2):
        with tx.durable():
            channels.take_report(BY, "pocket", report)


@pytest.mark.django_db
def test_the_estimate_says_what_is_at_hand_what_it_costs_by_which_way_and_what_remains(ground: Ground) -> None:
    channel = voice(ground, 1_000)
    bill = queries.estimate(ground.merchant, voices.notice(channel.id)).bill
    assert [(one.route, one.people, one.each_won, one.most_won) for one in bill.routes] == [
        (Route.SMS, FRIENDS, SMS, ALL)
    ]
    assert (bill.at_hand, bill.most_won, bill.left_won) == (1_000, ALL, 1_000 - ALL)


@pytest.mark.django_db
def test_each_that_arrives_is_spent_once_and_the_rest_comes_back(ground: Ground) -> None:
    channel = voice(ground, 1_000)
    scheduled(ground, channel)
    tasks.send_due(0)
    assert sums(ground) == (1_000 - ALL, ALL, 0)
    seen: list[str] = []

    def two_of_three(one: Carriage) -> Outcome:
        seen.append(one.key)
        return sending_world.fails()(one) if len(seen) == 1 else sending_world.delivers(one)

    over(Pocket(answer=two_of_three, routes=frozenset({Route.SMS})))
    assert sums(ground) == (1_000 - 2 * SMS, 0, 2 * SMS)
    told(seen[0], AttemptState.DELIVERED, "late")
    for _ in range(2):
        tasks.settle_costs(0)
    assert sums(ground) == (1_000 - 3 * SMS, 0, 3 * SMS), "a late one costs as well, once"


@pytest.mark.django_db
def test_what_a_dealer_has_and_says_nothing_of_stays_held_then_counts(ground: Ground) -> None:
    channel = voice(ground, 1_000)
    scheduled(ground, channel)
    tasks.send_due(0)
    pocket = Pocket(routes=frozenset({Route.SMS}))
    over(pocket)
    assert sums(ground) == (1_000 - ALL, ALL, 0)
    first, second, _third = (one.key for one in pocket.carried)
    told(first, AttemptState.DELIVERED, "one")
    told(second, AttemptState.FAILED, "two")
    with sending_world.at(clock.now() + timedelta(minutes=11)):
        over(pocket)
        assert sums(ground) == (1_000 - 2 * SMS, SMS, SMS)
    with sending_world.at(clock.now() + timedelta(hours=73)):
        over(pocket)
        assert sums(ground) == (1_000 - 2 * SMS, 0, 2 * SMS)


@pytest.mark.django_db
def test_a_worker_that_dies_between_asking_and_noting_spends_nothing_twice(ground: Ground) -> None:
    channel = voice(ground, 1_000)
    scheduled(ground, channel)
    tasks.send_due(0)
    sending_world.match_all()
    with tx.durable():
        cut = channels.cut_batch(BY, (sending_world.card_of(Pocket()),), sending_world.LANES)
    assert cut.loads, "asked, and then the power went"
    with sending_world.at(clock.now() + timedelta(minutes=1)):
        over(Pocket(answer=sending_world.delivers, routes=frozenset({Route.SMS})))
        assert sums(ground) == (1_000 - ALL, 0, ALL)


@pytest.mark.django_db
def test_what_is_stopped_gives_back_what_did_not_leave(ground: Ground) -> None:
    channel = voice(ground, 1_000)
    made = scheduled(ground, channel)
    tasks.send_due(0)
    with tx.durable():
        channels.stop_broadcast(ground.merchant, made)
    over(Pocket(answer=sending_world.delivers))
    assert sums(ground) == (1_000, 0, 0)


@pytest.mark.django_db
def test_not_enough_is_said_before_anybody_agrees(ground: Ground) -> None:
    channel = voice(ground, ALL - 1)
    made = channels.write_broadcast(ground.merchant, voices.notice(channel.id), key=key())
    with pytest.raises(NotEnoughCredit) as refused:
        channels.hand_in_broadcast(ground.merchant, made.id)
    assert refused.value.values() == {"won": ALL, "left": ALL - 1}


@pytest.mark.django_db
def test_an_organisation_without_a_shop_is_nobodys_business_and_sends_for_nothing() -> None:
    channel, owner = voices.channel()
    friend = voices.friend(channel.id)
    sending_world.reach(voices.id_of(friend), Route.SMS, "01000000000")
    made = channels.write_broadcast(owner, voices.notice(channel.id), key="k")
    assert queries.estimate(owner, voices.notice(channel.id)).bill.at_hand is None
    channels.hand_in_broadcast(owner, made.id)
    tasks.send_due(0)
    pocket = Pocket()
    over(pocket)
    assert pocket.carried == []
    assert queries.broadcast(owner, made.id).state is BroadcastState.DONE


def start(made: BroadcastId) -> Runner:
    """Start it in a transaction that stays open until the other one is there, too."""

    def run(meet: Meet) -> object:
        with clock.read_from(sending_world.Clock()), transaction.atomic():
            state = channels.send_broadcast(BY, made)
            meet()
        return state.value

    return run


def two(of: Ground) -> tuple[BroadcastId, BroadcastId]:
    channel = voice(of, ALL)
    return scheduled(of, channel), scheduled(of, channel)


def test_two_broadcasts_start_at_once_with_credit_for_one(real_ground: Ground) -> None:
    one, other = two(real_ground)
    assert race(start(one), start(other)).names == ("NotEnoughCredit", "sending")
    assert sums(real_ground) == (0, ALL, 0)


def test_without_the_lock_only_the_book_itself_stops_the_second(real_ground: Ground) -> None:
    one, other = two(real_ground)
    assert race(start(one), start(other), locked=False).names == ("InsufficientFunds", "sending")
