"""A child looks after a mother: nothing without her yes, the child sees that she read, and is asked to call when she did not."""

from datetime import timedelta

import pytest

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels.types import Purpose
from dure.foundations.people.tests import making as folk
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import OwnWatch, WatchClosed, WatchState

from . import making
from .making import MORNING, Said, at, hear, key, tell, told


@pytest.fixture
def ground(db: None) -> None:
    making.ground()
    making.channel()


def test_nothing_happens_before_she_agrees(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        card = actions.ask_watch(child, making.new_watch(), key=key())
        hear(Said(3))
        tell()
        assert (told(mother), queries.watches(mother), card.state) == ((), (), WatchState.ASKED)


def test_she_agrees_reads_and_the_child_sees_it(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        hear(Said(3))
        tell()
        [card] = queries.watches(child)
        assert (card.last_at, card.read_at) == (MORNING, None)
        actions.mark_read(mother, told(mother)[0].id, key=key())
        assert queries.watches(child)[0].read_at == MORNING
        assert queries.watches(mother)[0].phone == ""
        assert queries.watches(child)[0].phone == "01012345678"


def test_who_did_not_read_by_the_hour_is_to_be_called_once(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.channel_friend(child)
        making.watched(child, mother)
        hear(Said(3))
        tell()
        assert tasks.ask_calls(0) == 0
    with at(MORNING + timedelta(hours=1, minutes=20)):  # 13:00
        assert (tasks.ask_calls(0), tasks.ask_calls(0)) == (1, 0)
        [card] = queries.watches(child)
        assert card.call_at is not None
        care = [one for one in making.sendings() if one.purpose == Purpose.CARE]
        assert len(care) == 1
        assert actions.mark_called(child, card.id, key=key()).called_at is not None


def test_nobody_is_asked_to_call_for_what_was_read_or_before_the_yes(ground: None) -> None:
    with at(MORNING):
        reads, late = making.reader("읽는 이"), making.reader("늦은 이")
        child = folk.person("아이")
        making.watched(child, reads)
        hear(Said(3))
        tell()
        actions.mark_read(reads, told(reads)[0].id, key=key())
    with at(MORNING + timedelta(minutes=10)):
        making.watched(child, late)  # after the warning went out
    with at(MORNING + timedelta(hours=3)):
        assert tasks.ask_calls(0) == 0


def test_either_ends_it_and_the_number_goes(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    card = making.watched(child, mother)
    actions.end_watch(mother, card.id, key=key())
    actions.end_watch(child, card.id, key=key())
    row = models.Watch.objects.get()
    assert (row.ended_at is not None, bytes(row.phone)) == (True, b"")
    assert queries.watches(child) == ()
    assert len(queries.places(mother)) == 1  # she goes on hearing


def test_a_link_is_good_once_for_two_weeks_and_not_for_oneself(ground: None) -> None:
    with at(MORNING):
        child, mother, other = (folk.person(name) for name in ("아이", "어머니", "남"))
        card = actions.ask_watch(child, making.new_watch(), key=key())
        with pytest.raises(OwnWatch):
            actions.agree_watch(child, card.code, key=key())
        actions.agree_watch(mother, card.code, key=key())
        with pytest.raises(WatchClosed):
            actions.agree_watch(other, card.code, key=key())
        late = actions.ask_watch(child, making.new_watch(), key=key())
    with at(MORNING + permits.ASKED_LASTS), pytest.raises(WatchClosed):
        actions.agree_watch(other, late.code, key=key())


def test_asking_anew_takes_the_place_of_the_old(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    making.watched(child, mother)
    making.watched(child, mother, calls_at=15)
    assert [one.calls_at for one in queries.watches(child)] == [15]


def test_strangers_see_and_touch_nothing(ground: None) -> None:
    child, mother, stranger = (folk.person(name) for name in ("아이", "어머니", "남"))
    card = making.watched(child, mother)
    with pytest.raises(NotFound):
        queries.watch(stranger, card.id)
    for act in (actions.end_watch, actions.mark_called):
        with pytest.raises(NotAllowed):
            act(stranger, card.id, key=key())
    with pytest.raises(NotAllowed):
        actions.mark_called(mother, card.id, key=key())
