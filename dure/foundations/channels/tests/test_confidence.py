"""What is sent in confidence: for its person alone, and taken back when its time is over."""

from datetime import timedelta

import pytest
import time_machine

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.rules import showing
from dure.foundations.channels.types import Attended
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from . import talking
from .talking import BY, Stall, me, say, stall, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mill() -> Stall:
    return stall()


def in_confidence(mill: Stall, *persons: Actor, said: str = "그 빵집에 계셨습니다") -> None:
    """A warning that the channel carries and its own staff have no part in."""
    rows = talking.deliveries(mill, [me(by) for by in persons], said)
    models.Sending.objects.filter(id__in=models.Dispatch.objects.values("sending")).update(
        confidential=True, key=f"secret:{ids.new().hex}"
    )
    with tx.durable():
        actions.deliver_to_inbox(BY, rows)


def test_what_is_sent_in_confidence_is_for_its_person_alone(mill: Stall) -> None:
    """The staff of the channel that carries it learn neither what it says nor to whom it went, until that person writes."""
    told, wrote, other = folk.person("정들음"), folk.person("한말씀"), folk.person("임무관")
    before = clock.now() - timedelta(days=1)
    with time_machine.travel(before, tick=False):
        which = say(wrote, mill, "휴일에도 여나요?").conversation
        third = say(other, mill, "감사합니다").conversation
        [shelf] = {queries.conversation(mill.owner, third).attended}
    stood = [thread.conversation.id for thread in queries.staff_threads(mill.owner, mill.channel, shelf)]
    in_confidence(mill, told, wrote)
    [own] = queries.threads(told)
    assert (own.said, own.conversation.unread) == ("그 빵집에 계셨습니다", 1)
    with pytest.raises(NotFound):
        queries.thread(mill.owner, own.conversation.id)
    with pytest.raises(NotFound):
        queries.messages(mill.staff[0], own.conversation.id)
    shelves = [thread for one in Attended for thread in queries.staff_threads(mill.owner, mill.channel, one)]
    assert {thread.conversation.id for thread in shelves} == {which, third}
    assert [thread.conversation.id for thread in shelves if thread.conversation.attended is shelf] == stood
    assert "빵집" not in "".join(thread.said for thread in shelves)
    assert {thread.conversation.at for thread in shelves} == {before}, "nothing moves at the desk"
    line = queries.staff_line(mill.owner, mill.channel)
    assert line.waiting + line.mine + line.others + line.bot + line.closed == 2
    assert [showing.words_of(one.content) for one in queries.messages(mill.owner, which)] == ["휴일에도 여나요?"]
    assert len(queries.messages(wrote, which)) == 2
    say(told, mill, "저는 어떻게 하나요?")
    shown = queries.messages(mill.owner, own.conversation.id)
    assert [showing.words_of(one.content) for one in shown] == ["저는 어떻게 하나요?"]


def test_what_was_told_for_a_time_is_taken_back_with_whom_it_reached(mill: Stall) -> None:
    told = folk.person()
    in_confidence(mill, told)
    say(told, mill, "알겠습니다")
    with tx.durable():
        with pytest.raises(NotAllowed):
            actions.forget_told(told, "secret:", words("지웠습니다"))
        with pytest.raises(NotAllowed):
            actions.forget_told(BY, "", words("지웠습니다"))
        assert actions.forget_told(BY, "secret:", words("지웠습니다")) == 1
        assert actions.forget_told(BY, "secret:", words("지웠습니다")) == 0
    [mine] = queries.threads(told)
    shown = [showing.words_of(one.content) for one in queries.messages(told, mine.conversation.id)]
    assert shown == ["지웠습니다", "알겠습니다"]
    assert not models.Dispatch.objects.exists()
    assert not models.Message.objects.filter(words__contains="빵집").exists()
    assert not any("빵집" in bytes(row.content).decode() for row in models.Body.objects.all())
    assert [showing.words_of(one.content) for one in queries.messages(mill.owner, mine.conversation.id)] == [
        "알겠습니다"
    ]
