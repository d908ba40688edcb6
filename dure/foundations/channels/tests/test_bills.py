"""No more is begun than was held back: friends, yeses and numbers that come later are reached by free ways only."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import translation

from dure.base import clock
from dure.foundations.channels import actions, commands, models, queries, tasks
from dure.foundations.channels.actions.paying import Purses
from dure.foundations.channels.names.sending import WHYS
from dure.foundations.channels.rules import figures
from dure.foundations.channels.types import BroadcastState, ChannelId, ConsentKind, DispatchState, Purpose, Route
from dure.foundations.people.types import Actor, system
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race
from dure.kit.verify import silent

from . import making, sending_world
from .purses import SMS_WON, VOICE_WON, Purse, paying_here
from .sending_world import Pocket
from .test_starting import ready, with_telephone

BY = system("test")
RUNG = 4  # of a notice: a text message
PHONE = frozenset({Route.SMS, Route.VOICE})


@pytest.fixture
def standing() -> Iterator[sending_world.Clock]:
    with sending_world.at() as clock_:
        yield clock_


@pytest.fixture
def purse(standing: sending_world.Clock) -> Iterator[Purse]:
    with paying_here(voice_won=VOICE_WON) as one:
        yield one


def numbered(person: Actor) -> None:
    """Prove a number now."""
    sending_world.reach(making.id_of(person), Route.SMS, f"01000{making.id_of(person).int % 1_000_000:06}")
    models.Reach.objects.filter(person=making.id_of(person)).update(proved_at=clock.now())


def asked_for(pocket: Pocket) -> int:
    return len(pocket.seen)


def costs_found() -> list[str]:
    check = next(one for one in commands.verify_checks() if one.name == "channels.costs")
    return [each.what for each in check.run(silent)]


@pytest.mark.django_db
@pytest.mark.parametrize("late", ["joined", "proved"])
def test_who_comes_after_the_money_was_held_is_reached_by_free_ways(
    purse: Purse, standing: sending_world.Clock, late: str
) -> None:
    channel, owner = making.channel()
    early = [with_telephone(channel) for _ in range(2)]
    known = making.friend(channel.id)
    ready(owner, channel)
    tasks.send_due(0)
    assert list(purse.held.values()) == [3 * SMS_WON + 3 * VOICE_WON], "rounded up among so few"
    standing.move(seconds=1)
    comes = known if late == "proved" else making.friend(channel.id)
    numbered(comes)
    sending_world.match_all()
    pocket = Pocket(answer=sending_world.delivers, routes=PHONE)
    sending_world.send(pocket)
    assert asked_for(pocket) == len(early)
    row = models.Dispatch.objects.get(person=making.id_of(comes))
    assert (row.state, row.next_at) == (DispatchState.DELIVERED, None), "in the inbox"
    actions.close_sendings(BY)
    actions.settle_costs(BY)
    assert [one.won for one in purse.told] == [len(early) * SMS_WON]
    assert costs_found() == []


@pytest.mark.django_db
def test_who_agrees_to_ads_after_the_money_was_held_gets_the_ad_by_free_ways(
    purse: Purse, standing: sending_world.Clock
) -> None:
    channel, owner = making.channel()
    for ads in (True, False):
        one = making.friend(channel.id, ads=ads)
        sending_world.reach(making.id_of(one), Route.SMS, f"0100000000{int(ads)}")
    made = actions.write_broadcast(owner, making.notice(channel.id, "참기름 할인", purpose=Purpose.AD), key="k")
    actions.hand_in_broadcast(owner, made.id)
    tasks.send_due(0)
    standing.move(seconds=1)
    models.Friend.objects.filter(ads_since__isnull=True).update(ads_since=clock.now())
    sending_world.match_all()
    pocket = Pocket(routes=PHONE)
    sending_world.send(pocket)
    assert asked_for(pocket) == 1
    assert models.Message.objects.filter(dispatch__sending__segment__isnull=False).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("late", ["proved", "joined", "agreed"])
def test_where_nothing_had_to_be_held_who_comes_later_costs_nobody_anything(
    purse: Purse, standing: sending_world.Clock, late: str
) -> None:
    """Of so many the bill may say that nobody can be reached by a way that costs."""
    channel, owner = making.channel()
    known, *_others = [making.friend(channel.id) for _ in range(figures.FLOOR + 1)]
    purpose = Purpose.AD if late == "agreed" else Purpose.INFO
    if late == "agreed":
        numbered(known)
        making.friend(channel.id, ads=True)  # an ad to nobody is none
    ready(owner, channel, purpose=purpose)
    tasks.send_due(0)
    assert purse.held == {}
    standing.move(seconds=1)
    if late == "agreed":
        actions.set_ad_consent(known, channel.id, ConsentKind.ADS, True)
    else:
        known = making.friend(channel.id) if late == "joined" else known
        numbered(known)
    sending_world.match_all()
    pocket = Pocket(routes=PHONE)
    sending_world.send(pocket)
    assert pocket.carried == []
    row = models.Dispatch.objects.get(person=making.id_of(known))
    assert (row.state, row.next_at) == (DispatchState.DELIVERED, None), "in the inbox"


@pytest.mark.django_db
def test_who_pays_no_more_when_it_starts_lets_nothing_leave(purse: Purse) -> None:
    """Its shop closed in the moment between the bill and the holding."""
    channel, owner = making.channel()
    with_telephone(channel)
    made = ready(owner, channel)
    answers = iter([1_000, None])
    purse.at_hand = lambda organisation: next(answers)  # type: ignore[method-assign]  # another answer each time
    tasks.send_due(0)
    refused = queries.broadcast(owner, made)
    assert (refused.state, refused.refused, refused.sending) == (BroadcastState.REFUSED, "not_enough_credit", None)
    assert not models.Sending.objects.exists()


@pytest.mark.django_db
def test_why_somebody_got_no_text_that_nobody_pays_for_is_told(purse: Purse, standing: sending_world.Clock) -> None:
    channel, owner = making.channel()
    one = making.friend(channel.id)
    ready(owner, channel, free_only=True)
    numbered(one)
    tasks.send_due(0)
    sending_world.match_all()
    sending_world.send(Pocket(routes=PHONE))
    told = queries.explained(making.steward(), models.Sending.objects.get().id, making.id_of(one))
    (step,) = [each for each in told.steps if each.route is Route.SMS]
    assert step.why is not None
    with translation.override("en"):
        assert "nobody pays for it" in str(WHYS[step.why])


@pytest.mark.django_db
def test_whatever_changes_meanwhile_no_more_is_begun_than_was_held(purse: Purse) -> None:
    """Somebody has it read aloud by now, which costs six times as much."""
    channel, owner = making.channel()
    friends = [with_telephone(channel) for _ in range(4)]
    ready(owner, channel)
    tasks.send_due(0)
    models.Sending.objects.update(most_won=VOICE_WON + SMS_WON)
    for one in friends[:2]:
        models.Reach.objects.filter(person=making.id_of(one)).update(aloud=True)
    sending_world.match_all()
    pocket = Pocket(routes=PHONE)
    sending_world.send(pocket)
    row = models.Sending.objects.get()
    assert row.begun_won == sum({Route.SMS: SMS_WON, Route.VOICE: VOICE_WON}[one.route] for one in pocket.carried)
    assert row.begun_won <= row.most_won
    assert 0 < asked_for(pocket) < len(friends)
    assert costs_found() == []


@pytest.mark.django_db
def test_what_is_tried_again_is_paid_once(purse: Purse, standing: sending_world.Clock) -> None:
    channel, owner = making.channel()
    with_telephone(channel)
    ready(owner, channel)
    tasks.send_due(0)
    models.Sending.objects.update(most_won=SMS_WON)
    sending_world.match_all()
    pocket = Pocket(answer=sending_world.fails(retry_after=1), routes=PHONE)
    for _ in range(3):
        sending_world.send(pocket)
        standing.move(minutes=11)
    assert pocket.seen.total() > 1
    assert models.Sending.objects.get().begun_won == SMS_WON


@pytest.mark.django_db
def test_more_than_was_held_is_found_by_verify(purse: Purse) -> None:
    channel, owner = making.channel()
    with_telephone(channel)
    ready(owner, channel)
    tasks.send_due(0)
    sending_world.match_all()
    sending_world.send(Pocket(routes=PHONE))
    models.Sending.objects.update(most_won=SMS_WON - 1)
    assert costs_found() == [f"may come to {SMS_WON} won, and {SMS_WON - 1} were held back"]


@pytest.mark.django_db
@pytest.mark.parametrize(("prices", "level"), [((("sms", 10),), "warning"), ((("sms", 10), ("voice", 60)), "ok")])
def test_a_way_that_costs_and_whose_price_nobody_said_is_named(prices: tuple[tuple[str, int], ...], level: str) -> None:
    dealer = replace(settings.DURE, solapi_key="K", solapi_secret="s", solapi_sender="029302266")
    with override_settings(DURE=replace(dealer, dealer_prices=prices)):
        said = next(one for one in commands.diagnoses() if one.subject == "prices")
    assert (said.level, "voice" in said.found) == (level, level == "warning")


def beginning(dispatch: int) -> Runner:
    """One sender begins one of them, if its money is there."""

    def run(meet: Meet) -> str:
        with tx.durable():
            purses = Purses([dispatch])
            (one,) = queries.due([dispatch], clock.now())
            pays = purses.pays(one, RUNG, SMS_WON)
            if pays:
                purses.begin(one, RUNG, SMS_WON)
            purses.write()
            meet()
        return "begun" if pays else "too dear"

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_two_senders_share_what_was_held(purse: Purse, locked: bool) -> None:
    """It pays for one of two. Without the lock each of them takes it."""
    channel, owner = making.channel()
    for _ in range(2):
        with_telephone(channel)
    with tx.durable():
        ready(owner, channel)
    tasks.send_due(0)
    sending_world.match_all()
    models.Sending.objects.update(most_won=SMS_WON)
    one, other = models.Dispatch.objects.values_list("id", flat=True)
    names = race(beginning(one), beginning(other), locked=locked).names
    begun = models.Sending.objects.get().begun_won
    assert (names, begun) == ((("begun", "too dear"), SMS_WON) if locked else (("begun", "begun"), 2 * SMS_WON))


def leaving(dispatch: int, friend: Actor, held: threading.Event, standing: sending_world.Clock) -> Runner:
    """A sender has the money in hand while somebody leaves; it is done as soon as another one waits for it."""

    def run(meet: Meet) -> str:
        with clock.read_from(standing), tx.durable():
            Purses([dispatch])
            actions.leave(friend, ChannelId(models.Dispatch.objects.get(id=dispatch).sending.channel_id))
            held.set()
            somebody_waits()
        return "left"

    return run


def somebody_waits(seconds_max: float = 2.0) -> None:
    """Return when another connection waits for a lock, or after a while."""
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def cutting(held: threading.Event, standing: sending_world.Clock) -> Runner:
    def run(meet: Meet) -> str:
        held.wait(5)
        with clock.read_from(standing), tx.durable():
            cut = actions.cut_batch(BY, (sending_world.card_of(Pocket(routes=PHONE)),), sending_world.LANES)
        return f"{sum(len(load.carriages) for load in cut.loads)} of {cut.count} handed over"

    return run


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("locked", "handed"), [(True, 0), (False, 1)])
def test_who_waited_for_another_sender_judges_by_what_is_true_then(
    purse: Purse, standing: sending_world.Clock, locked: bool, handed: int
) -> None:
    channel, owner = making.channel()
    friend = with_telephone(channel)
    with tx.durable():
        ready(owner, channel)
    tasks.send_due(0)
    sending_world.match_all()
    dispatch, held = models.Dispatch.objects.get().id, threading.Event()
    outcomes = race(leaving(dispatch, friend, held, standing), cutting(held, standing), locked=locked)
    assert outcomes.names == (f"{handed} of 1 handed over", "left")
