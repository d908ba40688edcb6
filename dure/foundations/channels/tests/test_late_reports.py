"""A report that comes when all was done: a failure still sends the next step off, a success opens nothing."""

import pytest

from dure.base import clock
from dure.base.actors import system
from dure.foundations.channels import actions, models
from dure.foundations.channels.tasks import sending as senders
from dure.foundations.channels.types import AttemptState, Carriage, Reason, Route, SendingState, Told
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket, World

pytestmark = pytest.mark.django_db
BY = system("test")


@pytest.fixture
def shop() -> World:
    with worlds.at():
        return worlds.world()


def report(of: Carriage, state: AttemptState, event: str) -> None:
    told = Told(event=event, key=of.key, state=state, code="3043", reason=Reason.NOT_REACHED, at=clock.now())
    with tx.durable():
        actions.take_reports(BY, "pocket", (told,))


def test_a_failure_that_is_told_when_all_was_done_still_sends_the_next_step_off(shop: World) -> None:
    with worlds.at():
        person, dealer = worlds.friend(shop), Pocket()
        worlds.reach(person, Route.MAIL, "person@sample.invalid")
        sending = worlds.queue(shop, person)
        worlds.send(dealer)
        senders.close(())
        assert models.Sending.objects.get(id=sending).state == SendingState.DONE
        report(dealer.carried[0], AttemptState.FAILED, "late")
        worlds.send(dealer)
        assert dealer.routes_asked == [Route.SMS, Route.MAIL]
        senders.close(())
        assert models.Sending.objects.get(id=sending).state == SendingState.DONE


def test_a_success_that_is_told_when_all_was_done_opens_nothing(shop: World) -> None:
    with worlds.at():
        dealer = Pocket()
        sending = worlds.queue(shop, worlds.friend(shop))
        worlds.send(dealer)
        senders.close(())
        report(dealer.carried[0], AttemptState.DELIVERED, "late")
        assert models.Sending.objects.get(id=sending).state == SendingState.DONE
