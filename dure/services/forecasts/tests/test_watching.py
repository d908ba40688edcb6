"""A child looks after a mother: nothing without her yes, the child sees that she read, and is asked to call when she did not."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import cast

import pytest

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels.types import Purpose, SendingState
from dure.foundations.channels.types.ladders import SentLine
from dure.foundations.people import actions as accounts
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin
from dure.kit import tx
from dure.services.forecasts import actions, models, queries, tasks
from dure.services.forecasts.rules import permits
from dure.services.forecasts.types import Field, ImpactLevel, NewPlace, OwnWatch, Seen, WatchClosed, WatchState

from . import making
from .making import BY, MORNING, NORTH, SOUTH, Said, at, hear, key, tell, told

LOW = ImpactLevel.ATTENTION
CALLED_AT = MORNING + timedelta(hours=1, minutes=20)  # 13:00


def seen(child: Actor) -> Seen:
    """What a child sees of the one they look after."""
    [card] = queries.watches(child)
    assert card.seen is not None
    return card.seen


def cares() -> list[SentLine]:
    """Messages that ask somebody to call."""
    return [one for one in making.sendings() if one.purpose == Purpose.CARE]


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
        assert seen(child) == Seen(ImpactLevel.CAUTION, MORNING, holds=True)
        actions.mark_read(mother, told(mother)[0].id, key=key())
        assert seen(child) == Seen(ImpactLevel.CAUTION, MORNING, read_at=MORNING)
        assert queries.watches(mother)[0].seen is None
        assert queries.watches(mother)[0].phone == ""
        assert queries.watches(child)[0].phone == "01012345678"


def test_who_did_not_read_by_the_hour_is_to_be_called_once(ground: None) -> None:
    """The child only watches, and hears of it all the same."""
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        hear(Said(3))
        tell()
        assert tasks.ask_calls(0) == 0
    with at(CALLED_AT):
        assert (tasks.ask_calls(0), tasks.ask_calls(0)) == (1, 0)
        [card] = queries.watches(child)
        assert seen(child).call_at == CALLED_AT
        [care] = cares()
        assert (care.count, care.expires_at) == (1, told(mother)[0].changes[0].expires)
        assert making.is_to(child, care)
        assert queries.reaches(child)
        actions.mark_called(child, card.id, key=key())
        assert (seen(child).call_at, seen(child).called_at) == (None, CALLED_AT)
        assert cares()[0].state is SendingState.STOPPED


def test_two_warnings_are_one_message(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(minutes=20)):
        hear(Said(4, issued="202607201150"))
        tell()
    with at(CALLED_AT):
        assert tasks.ask_calls(0) == 1
        assert (models.Call.objects.count(), len(cares())) == (2, 1)
        actions.mark_read(mother, told(mother)[1].id, key=key())  # the older one only
        assert (seen(child).call_at, cares()[0].state) == (CALLED_AT, SendingState.OPEN)
        actions.mark_read(mother, told(mother)[0].id, key=key())
        assert (seen(child).call_at, cares()[0].state) == (None, SendingState.STOPPED)


@pytest.mark.parametrize("how", ["read", "taken back", "easing", "dropped", "ended", "asked anew", "closed account"])
def test_nobody_is_asked_to_call_any_more_when_it_makes_no_sense(ground: None, how: str) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        card = making.watched(child, mother)
        hear(Said(3))
        tell()
    with at(CALLED_AT):
        assert tasks.ask_calls(0) == 1
    with at(CALLED_AT + timedelta(hours=1)):
        match how:
            case "read":
                actions.mark_read(mother, told(mother)[0].id, key=key())
            case "taken back":
                hear(Said(2, zone="SAMPLE02", issued="202607201350"))
            case "easing":
                hear(Said(2, issued="202607201350"))
            case "dropped":
                actions.drop_place(mother, queries.places(mother)[0].id, key=key())
            case "ended":
                actions.end_watch(mother, card.id, key=key())
            case "asked anew":
                making.watched(child, mother)
            case "closed account":
                actions.forget_person(BY, making.person_of(mother))
        assert all(card.seen is None or card.seen.call_at is None for card in queries.watches(child))
        assert tasks.ask_calls(0) == 0
        assert cares()[0].state is SendingState.STOPPED


def test_what_goes_on_is_not_stopped(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        hear(Said(3))
        tell()
    with at(CALLED_AT):
        tasks.ask_calls(0)
    with at(CALLED_AT + timedelta(hours=1)):
        hear(Said(4, issued="202607201350"))  # worse
        tasks.ask_calls(0)
        assert (seen(child).call_at, cares()[0].state) == (CALLED_AT, SendingState.OPEN)


@pytest.mark.parametrize("later", ["202607201220", "202607201221"])
def test_nobody_is_asked_to_call_for_what_was_over_by_the_hour(ground: None, later: str) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        hear(Said(3))
        tell()
    with at(MORNING + timedelta(minutes=50)):
        hear(Said(2, issued=later))
    with at(CALLED_AT):
        assert (tasks.ask_calls(0), cares()) == (0, [])
        assert (seen(child).last_at, seen(child).holds, seen(child).call_at) == (MORNING, False, None)


def test_the_child_sees_what_was_agreed_and_nothing_else(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        making.watched(child, mother)
        for place in (NewPlace(SOUTH, Field.HEALTH, ImpactLevel.CAUTION), NewPlace(NORTH, Field.FARMING, LOW)):
            actions.choose_place(mother, place, key=key())
        hear(Said(4, zone="SAMPLE02"), Said(4, field=4))
        tell()
        assert len(told(mother)) == 1
        assert seen(child) == Seen(ImpactLevel.CAUTION)
    with at(CALLED_AT):
        assert tasks.ask_calls(0) == 0
        actions.choose_place(mother, NewPlace(NORTH, Field.HEALTH, ImpactLevel.DANGER), key=key())
        assert seen(child) == Seen(ImpactLevel.DANGER)  # she hears of less now, and the child knows
        actions.drop_place(mother, queries.places(mother)[0].id, key=key())
        assert seen(child) == Seen(None)


def test_what_is_below_the_level_that_was_agreed_is_hers(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), making.reader("어머니", level=LOW, hour=12)
        making.watched(child, mother, place=NewPlace(NORTH, Field.HEALTH, ImpactLevel.WARNING))
        assert queries.places(mother)[0].level is LOW  # nobody hears less by agreeing
        hear(Said(2))
    with at(MORNING + timedelta(minutes=20)):
        tell()
        assert len(told(mother)) == 1
    with at(CALLED_AT + timedelta(days=1)):
        assert tasks.ask_calls(0) == 0
        assert seen(child) == Seen(LOW)


def test_who_agrees_keeps_their_hour_and_hears_more_if_it_is_agreed(ground: None) -> None:
    child, mother = folk.person("아이"), making.reader("어머니", level=ImpactLevel.DANGER, hour=19)
    making.watched(child, mother)
    reader = queries.reader(mother)
    assert (reader and reader.hour, queries.places(mother)[0].level) == (19, ImpactLevel.CAUTION)
    new = folk.person("아버지")
    making.watched(child, new, reads_at=6)
    reader = queries.reader(new)
    assert (reader and reader.hour) == 6


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


def test_asking_anew_takes_the_place_of_the_old_and_its_number_goes(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    old = making.watched(child, mother)
    making.watched(child, mother, calls_at=15)
    assert [one.calls_at for one in queries.watches(child)] == [15]
    assert bytes(models.Watch.objects.get(id=old.id).phone) == b""


def test_a_link_that_nobody_answers_is_forgotten(ground: None) -> None:
    with at(MORNING):
        child, mother = folk.person("아이"), folk.person("어머니")
        agreed = making.watched(child, mother)
        open_ = actions.ask_watch(child, making.new_watch(), key=key())
    for days, phones, links in ((13, 2, 2), (14, 1, 2), (30, 1, 2), (31, 1, 1)):
        with at(MORNING + timedelta(days=days)):
            tasks.sweep(0)
            assert models.Watch.objects.exclude(phone=b"").count() == phones, days
            assert models.Watch.objects.count() == links, days
    assert {row.id for row in models.Watch.objects.all()} == {agreed.id} != {open_.id}


def test_the_number_is_in_the_export_of_who_typed_it(ground: None) -> None:
    child, mother = folk.person("아이"), folk.person("어머니")
    making.watched(child, mother)
    for by, phone in ((child, "01012345678"), (mother, "")):
        rows = cast("Iterable[Mapping[str, object]]", queries.export_of(making.person_of(by))["watches"])
        [row] = rows
        assert (row["phone"], row["calls_at"]) == (phone, 13)


def test_who_said_yes_before_there_was_a_channel_is_brought_along(db: None) -> None:
    making.ground()
    child, mother = folk.person("아이"), folk.person("어머니")
    making.watched(child, mother)
    closed = making.reader("떠난 이")
    with tx.durable():
        accounts.close_account(closed, Origin(face="page"))
    channel = making.channel()
    assert not queries.reaches(child)
    assert actions.bring_friends(BY, most=1) == 2
    assert queries.reaches(child)
    assert queries.reaches(mother)
    with tx.durable():
        channels.leave(mother, channel.id)
    assert actions.bring_friends(BY) == 0
    tasks.resolve_places(0)
    assert not queries.reaches(mother)  # who left is left alone


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
