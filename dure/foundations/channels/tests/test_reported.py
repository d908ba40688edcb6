"""What follows when a steward upholds a complaint: what the message came with reaches nobody any more."""

from datetime import timedelta

import pytest

from dure.base import clock
from dure.foundations.channels import actions, models, queries, tasks
from dure.foundations.channels.types import BroadcastState, DispatchState, MessageId, SendingState
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, system
from dure.kit import tx

from . import making
from . import sending_world as worlds
from .sending_world import Pocket
from .talking import reply, say, stall

pytestmark = pytest.mark.django_db


def judged(by: Actor, message: models.Message, decision: str) -> None:
    with tx.durable():
        actions.complain(by, MessageId(message.id), "거짓입니다")
    steward = folk.steward()
    (one,) = queries.complaints(steward)
    for _ in range(2):
        with tx.durable():
            actions.decide_complaint(steward, one.id, decision)


@pytest.mark.parametrize(("decision", "state"), [("upheld", DispatchState.STOPPED), ("kept", DispatchState.WAITING)])
def test_what_breaks_the_rules_reaches_nobody_any_more(decision: str, state: DispatchState) -> None:
    with worlds.at():
        world = worlds.world()
        first, second = (worlds.friend(world, phone=False) for _ in range(2))
        sending = worlds.queue(world, first, second)
        later = models.Dispatch.objects.filter(person=second)
        later.update(next_at=clock.now() + timedelta(hours=1))
        worlds.send(Pocket())
        judged(Actor(person=first), models.Message.objects.get(conversation__person=first), decision)
        with tx.durable():
            actions.close_sendings(system("test"))
        assert later.get().state == state
        assert (models.Sending.objects.get(id=sending).state == SendingState.STOPPED) == (decision == "upheld")


def test_a_broadcast_stops_with_it_and_one_that_is_over_stays_over() -> None:
    channel, owner = making.channel()
    friend = making.friend(channel.id)
    made = actions.write_broadcast(owner, making.notice(channel.id), key="k")
    actions.hand_in_broadcast(owner, made.id)
    tasks.send_due(0)
    worlds.match_all()
    worlds.send(Pocket())
    judged(friend, models.Message.objects.get(conversation__person=making.id_of(friend)), "upheld")
    assert queries.broadcast(owner, made.id).state is BroadcastState.STOPPED


def test_an_answer_of_the_staff_is_no_sending_and_is_decided_all_the_same() -> None:
    mill, by = stall(), folk.person()
    said = say(by, mill)
    answer = reply(mill.owner, said.conversation)
    judged(by, models.Message.objects.get(id=answer.id), "upheld")
    assert queries.complaints(folk.steward()) == ()
