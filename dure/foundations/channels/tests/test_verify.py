"""`dure verify` on messages: nothing is found in a sound town, and each broken promise is, with the record that breaks it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from dure.base import clock, ids
from dure.foundations.channels import commands, models
from dure.foundations.channels.types import DispatchState, Purpose
from dure.kit.verify import silent

from . import sending_world as worlds
from .sending_world import Pocket

pytestmark = pytest.mark.django_db
type Break = Callable[[], object]
"""Breaks one thing; answers the record that a finding must name."""


@pytest.fixture
def sound() -> Iterator[None]:
    """Messages of every purpose that came, failed, wait and were barred; at noon, when everything may ring."""
    with worlds.at():
        world = worlds.world()
        friends = [worlds.friend(world) for _ in range(3)]
        stranger = worlds.friend(world, ads=False)
        worlds.queue(world, *friends)
        worlds.queue(world, *friends, stranger, purpose=Purpose.AD)
        worlds.send(Pocket())
        worlds.queue(world, *friends)
        worlds.send(Pocket(answer=worlds.fails()))
        worlds.queue(world, friends[0])
        yield


def findings() -> set[tuple[str, str]]:
    return {(each.check, each.subject) for one in commands.verify_checks() for each in one.run(silent)}


def dispatch(state: DispatchState | None = None) -> models.Dispatch:
    rows = models.Dispatch.objects.order_by("id")
    found = (rows if state is None else rows.filter(state=state)).first()
    assert found
    return found


def changed(of: DispatchState, **values: object) -> Break:
    """A dispatch says something else than what became of it."""

    def act() -> object:
        row = dispatch(of)
        models.Dispatch.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def attempt(**values: object) -> Break:
    def act() -> object:
        row = models.Attempt.objects.filter(route="inbox").order_by("id").first()
        assert row
        models.Attempt.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def second_attempt() -> object:
    row = models.Attempt.objects.order_by("id").first()
    assert row
    row.id, row.key = None, "another"
    row.save(force_insert=True)
    return row.id


def message_lost() -> object:
    row = models.Message.objects.filter(dispatch_id__isnull=False).order_by("id").first()
    assert row
    tried = models.Attempt.objects.get(dispatch=row.dispatch_id, route="inbox")
    models.Message.objects.filter(id=row.id).update(dispatch_id=None)
    return tried.id


def conversation(**values: object) -> Break:
    def act() -> object:
        row = models.Conversation.objects.filter(last_position__gt=1).order_by("id").first()
        assert row
        models.Conversation.objects.filter(id=row.id).update(**values)
        return row.id

    return act


def gap() -> object:
    row = models.Conversation.objects.filter(last_position__gt=1).order_by("id").first()
    assert row
    models.Message.objects.filter(conversation=row.id, position=1).delete()
    return row.id


def miscounted() -> object:
    row = dispatch().sending
    models.Sending.objects.filter(id=row.id).update(count=row.count + 1)
    return row.id


def overspent() -> object:
    row = dispatch().sending
    models.Sending.objects.filter(id=row.id).update(paid_by="purse", begun_won=1)
    return row.id


def paid_by_nobody() -> object:
    row = models.Attempt.objects.exclude(route="inbox").select_related("dispatch").order_by("id").first()
    assert row
    models.Attempt.objects.filter(id=row.id).update(won=10)
    models.Sending.objects.filter(id=row.dispatch.sending_id).update(about=ids.new())
    return row.dispatch.sending_id


def done_too_early() -> object:
    row = dispatch(DispatchState.WAITING)
    models.Sending.objects.filter(id=row.sending_id).update(state="done")
    return row.id


BREAKS: dict[str, tuple[Break, ...]] = {
    "channels.sendings": (miscounted,),
    "channels.dispatches": (
        changed(DispatchState.WAITING, next_at=None),
        changed(DispatchState.BARRED, next_at=clock.now()),
        changed(DispatchState.BARRED, why=""),
        changed(DispatchState.BARRED, state="delivered"),
        changed(DispatchState.DELIVERED, state="opened"),
        changed(DispatchState.DELIVERED, rung=0),
        done_too_early,
    ),
    "channels.costs": (overspent, paid_by_nobody),
    "channels.attempts": (attempt(key="forged"), attempt(told_at=None), second_attempt, message_lost),
    "channels.conversations": (conversation(last_position=1), conversation(read_by_person=99), gap),
}


def test_a_sound_town_has_no_findings(sound: None) -> None:
    made_by_hand = {pair for pair in findings() if pair[0] != "channels.consents"}  # friends without a log
    assert made_by_hand == set()


@pytest.mark.parametrize(("check", "broken"), [(check, one) for check, several in BREAKS.items() for one in several])
def test_each_break_is_found_by_its_check_and_named(sound: None, check: str, broken: Break) -> None:
    with transaction.atomic():
        subject = str(broken())
        assert (check, subject) in findings()
        transaction.set_rollback(True)


def test_every_promise_is_broken_by_somebody() -> None:
    assert {*BREAKS, "channels.consents"} == {one.name for one in commands.verify_checks()}
