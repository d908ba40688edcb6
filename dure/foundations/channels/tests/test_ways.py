"""How people are reached: mail by choice, a number proved by its code, taken back at once; numbers that are given out again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.base.actors import Actor, PersonId, system
from dure.base.refusals import NotAllowed
from dure.foundations.channels import actions, models, queries, tasks
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.types import (
    AddressUnproved,
    AttemptState,
    Carried,
    NoTelephone,
    NumberMoved,
    Purpose,
    Reason,
    Route,
    Told,
)
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY, AccountClosed
from dure.kit import tx
from dure.kit.models import News

from . import sending_world as worlds
from .proving import NUMBER, ask, me, number_of, proved
from .sending_world import Pocket

BY = system("test")


@pytest.fixture
def standing(db: None) -> Iterator[worlds.Clock]:
    with worlds.at() as clock_:
        yield clock_


# Whose number it is


def test_a_number_that_somebody_else_proves_moves_and_its_old_owner_is_told(
    standing: worlds.Clock, mailoutbox: list[object]
) -> None:
    old, new = folk.person(), folk.person()
    proved(old)
    standing.move(days=200)
    proved(new)
    assert (number_of(old), number_of(new)) == ("", NUMBER)
    (lost,) = queries.reachable(old).lost
    assert "5678" in lost.shown
    assert NUMBER not in lost.shown
    assert News.objects.filter(kind__endswith="NumberMoved").count() == 1
    tasks.write_number_moved(NumberMoved(me(old), lost.shown, clock.now()), UUID(int=1))
    (letter,) = mailoutbox
    assert "5678" in str(getattr(letter, "body", ""))
    with tx.durable():
        actions.drop_lost(old)
    assert queries.reachable(old).lost == ()


@pytest.mark.parametrize("dropped", [False, True])
def test_what_somebody_told_a_dealer_holds_for_them_alone(standing: worlds.Clock, dropped: bool) -> None:
    """Numbers are given out again, and sometimes come back: whoever has one is bound by their own word and by nobody else's."""
    world = worlds.world()
    old, new = (Actor(person=worlds.friend(world, phone=False)) for _ in range(2))
    proved(old)
    texted(world, old, worlds.fails(Reason.OPTED_OUT))
    if dropped:
        with tx.durable():
            actions.drop_number(old)
        standing.move(minutes=2)
        proved(old)
        assert not texted(world, old), "taken back and proved again, it is still their own word"
        with tx.durable():
            actions.drop_number(old)
    standing.move(days=200)
    proved(new)
    assert texted(world, new), "what an earlier owner said is not held against whoever has it now"
    texted(world, new, worlds.fails(Reason.OPTED_OUT))
    standing.move(days=200)
    proved(old)
    assert not texted(world, old), "who has it back has their word back"


def texted(
    world: worlds.World, by: Actor, answer: worlds.Answering = worlds.accepts, purpose: Purpose = Purpose.INFO
) -> bool:
    """Whether a message to them was tried as a text."""
    pocket = Pocket(answer=answer)
    worlds.queue(world, me(by), purpose=purpose)
    worlds.send(pocket)
    return pocket.routes_asked == [Route.SMS]


def test_a_word_of_nobody_knows_whom_keeps_ads_away_and_nothing_else(standing: worlds.Clock) -> None:
    """From before it was noted whose it is."""
    world = worlds.world()
    by = Actor(person=worlds.friend(world, phone=False))
    proved(by)
    assert texted(world, by, purpose=Purpose.AD)
    said_by_somebody(clock.now())
    assert (texted(world, by), texted(world, by, purpose=Purpose.AD)) == (True, False)


@pytest.mark.parametrize(("said_days_after", "known"), [(1, True), (-1, False)])
def test_an_old_word_becomes_that_of_who_had_the_address_then(
    standing: worlds.Clock, said_days_after: int, known: bool
) -> None:
    by = folk.person()
    proved(by)
    said_by_somebody(clock.now() + timedelta(days=said_days_after))
    import_module("dure.foundations.channels.migrations.0011_whose_word").note_whose(apps, None)
    digest = queries.reach_hash(Route.SMS, NUMBER)
    assert bytes(models.Barrier.objects.get().whose) == (queries.owner_hash(me(by), digest) if known else b"")


def said_by_somebody(then: datetime) -> None:
    models.Barrier.objects.create(route=Route.SMS, hash=queries.reach_hash(Route.SMS, NUMBER), why="opted_out", at=then)


def test_nobody_learns_from_asking_whose_a_number_is(standing: worlds.Clock) -> None:
    proved(folk.person())
    stranger = folk.person()
    ask(stranger)
    assert number_of(stranger) == ""


def test_proving_it_again_keeps_it_and_another_number_takes_its_place(standing: worlds.Clock) -> None:
    by = folk.person()
    proved(by)
    with tx.durable():
        actions.choose_aloud(by, True)
    standing.move(minutes=2)
    proved(by)
    assert queries.reachable(by).aloud, "the same number, the same choice"
    standing.move(minutes=2)
    proved(by, "+821000009999")
    assert number_of(by) == "+821000009999"
    assert models.Reach.objects.filter(route=Route.SMS).count() == 1
    assert queries.reachable(by).aloud, "whoever cannot read texts cannot read them on a new telephone either"


def test_a_number_that_cannot_be_read_any_more_is_proved_anew(standing: worlds.Clock) -> None:
    by = folk.person()
    proved(by)
    models.Reach.objects.update(sealed=b"\x01" + b"0" * 40)
    assert number_of(by) == ""
    standing.move(minutes=2)
    proved(by)
    assert number_of(by) == NUMBER


def test_a_late_word_about_an_old_number_is_not_held_against_the_new_one(standing: worlds.Clock) -> None:
    world = worlds.world()
    person = worlds.friend(world)
    by, pocket = Actor(person=person), Pocket()
    worlds.queue(world, person)
    worlds.send(pocket)
    standing.move(minutes=5)
    proved(by)
    told = Told(
        event="late",
        key=pocket.carried[0].key,
        state=AttemptState.FAILED,
        code="3010",
        reason=Reason.NO_SUCH_ADDRESS,
        at=clock.now(),
    )
    with tx.durable():
        actions.take_report(BY, "pocket", told)
    assert number_of(by) == NUMBER


# What leads to people


def test_taken_back_is_at_once_also_for_what_waits(standing: worlds.Clock) -> None:
    world = worlds.world()
    one, other = (worlds.friend(world, phone=False) for _ in range(2))
    pocket = Pocket()
    for person, number in ((one, "+821000000101"), (other, "+821000000102")):
        proved(Actor(person=person), number)
    worlds.queue(world, one, other)
    with tx.durable():
        actions.drop_number(Actor(person=one))
    worlds.send(pocket)
    assert [carriage.to for carriage in pocket.carried] == ["+821000000102"]


def test_who_has_it_read_aloud_is_called_and_gets_no_text_and_no_ad(standing: worlds.Clock) -> None:
    world = worlds.world()
    listener, pocket = worlds.friend(world, aloud=True), Pocket()
    worlds.queue(world, listener)
    worlds.queue(world, listener, purpose=Purpose.AD)
    worlds.send(pocket)
    assert pocket.routes_asked == [Route.VOICE]


def test_who_has_not_is_not_called_for_care(standing: worlds.Clock) -> None:
    world = worlds.world()
    pocket = Pocket()
    worlds.queue(world, worlds.friend(world), purpose=Purpose.CARE)
    for _ in range(4):
        worlds.send(pocket)
        standing.move(minutes=31)
    assert pocket.routes_asked == [Route.SMS], "and hears of it by a text"


def test_nothing_is_read_aloud_at_night(standing: worlds.Clock) -> None:
    standing.at = worlds.NOON.replace(hour=14)  # 23:00 in Seoul
    world = worlds.world()
    pocket = Pocket()
    worlds.queue(world, worlds.friend(world, aloud=True))
    worlds.send(pocket)
    assert pocket.routes_asked == []
    standing.move(hours=9, minutes=1)
    worlds.send(pocket)
    assert pocket.routes_asked == [Route.VOICE]


def test_mail_goes_where_the_account_is_now_and_only_by_choice(standing: worlds.Clock) -> None:
    world = worlds.world()
    person, pocket = worlds.friend(world, phone=False), Pocket()
    by = Actor(person=person)
    worlds.queue(world, person)
    worlds.send(pocket)
    assert not pocket.carried, "nobody chose mail"
    with tx.durable():
        actions.choose_mail(by, True)
    worlds.queue(world, person)
    worlds.send(pocket)
    assert [one.route for one in pocket.carried] == [Route.MAIL]
    Person.objects.filter(id=person).update(email="new@sample.invalid")
    worlds.queue(world, person)
    worlds.send(pocket)
    assert len(pocket.carried) == 1, "the old address may be somebody else's by now"
    with tx.durable():
        assert actions.tidy_ways(BY, clock.now()) == 1
    worlds.queue(world, person)
    worlds.send(pocket)
    assert pocket.carried[-1].to == "new@sample.invalid"
    with tx.durable():
        actions.choose_mail(by, False)
    worlds.queue(world, person)
    worlds.send(pocket)
    assert len(pocket.carried) == 2


def moves(by: Actor, address: str) -> None:
    Person.objects.filter(id=me(by)).update(email=address)


def chooses_mail(by: Actor) -> None:
    with tx.durable():
        actions.choose_mail(by, True)


def mailbox_of(by: Actor) -> str:
    return queries.ways_to([me(by)])[me(by)].by(Route.MAIL)  # type: ignore[return-value]  # of mail it is an address


def test_a_mailbox_that_is_given_out_again_leads_to_whoever_has_it_now(standing: worlds.Clock) -> None:
    first, second, third = (folk.person() for _ in range(3))
    for by, address in ((first, "a@sample.invalid"), (second, "b@sample.invalid")):
        moves(by, address)
        chooses_mail(by)
    moves(second, "c@sample.invalid")
    moves(first, "b@sample.invalid")
    moves(third, "a@sample.invalid")
    chooses_mail(third)
    said = [mailbox_of(one) for one in (first, second, third)]
    assert said == ["b@sample.invalid", "c@sample.invalid", "a@sample.invalid"], "everybody is followed"


def test_two_who_change_their_mailboxes_on_one_day_are_both_followed_at_night(standing: worlds.Clock) -> None:
    first, second = folk.person(), folk.person()
    for by, address in ((first, "a@sample.invalid"), (second, "b@sample.invalid")):
        moves(by, address)
        chooses_mail(by)
    for by, address in ((first, "parked@sample.invalid"), (second, "a@sample.invalid"), (first, "b@sample.invalid")):
        moves(by, address)
    assert tasks.tidy_ways(0) == 2
    assert (mailbox_of(first), mailbox_of(second)) == ("b@sample.invalid", "a@sample.invalid")


def test_an_address_that_is_not_proved_gets_no_mail(standing: worlds.Clock) -> None:
    by = folk.person()
    Person.objects.filter(id=me(by)).update(verified_at=None)
    with pytest.raises(AddressUnproved), tx.durable():
        actions.choose_mail(by, True)


def test_a_voice_needs_a_number(standing: worlds.Clock) -> None:
    with pytest.raises(NoTelephone), tx.durable():
        actions.choose_aloud(folk.person(), True)


# Leaving, keeping, knowing


def test_who_leaves_leaves_no_address(standing: worlds.Clock) -> None:
    by = folk.person()
    proved(by)
    with tx.durable():
        actions.choose_mail(by, True)
    standing.move(minutes=2)
    ask(by, "+821000004444")
    tasks.forget_words(AccountClosed(person=me(by), at=clock.now()), UUID(int=1))
    assert not models.Reach.objects.filter(person=me(by)).exists()
    assert not models.NumberAsk.objects.exists()


def test_the_export_says_it_in_clear(standing: worlds.Clock) -> None:
    by = folk.person()
    proved(by)
    assert NUMBER in str(queries.ways_export(me(by)))


def test_what_is_over_is_forgotten_at_night(standing: worlds.Clock) -> None:
    old, new = folk.person(), folk.person()
    proved(old)
    standing.move(minutes=2)
    proved(new)
    ask(folk.person(), "+821000004444")
    standing.at += rules.LOST_KEPT + timedelta(days=1)
    assert tasks.tidy_ways(0) == 2
    assert (number_of(new), queries.reachable(old).lost) == (NUMBER, ())


@pytest.mark.parametrize(
    "action",
    [
        lambda by: actions.ask_number(by, NUMBER),
        lambda by: actions.prove_number(by, "123456"),
        lambda by: actions.choose_mail(by, True),
        lambda by: actions.choose_aloud(by, True),
        actions.drop_number,
        actions.drop_lost,
        lambda by: actions.note_code(by, UUID(int=1), Carried.TAKEN),
        lambda by: actions.forget_ways(by, PersonId(UUID(int=1))),
        lambda by: actions.tidy_ways(by, clock.now()),
    ],
)
def test_nobody_in_particular_chooses_nothing(standing: worlds.Clock, action: object) -> None:
    assert callable(action)
    with pytest.raises(NotAllowed), tx.durable():
        action(NOBODY)


def test_the_back_office_sees_the_end_of_an_address_only(standing: worlds.Clock) -> None:
    by = folk.person()
    proved(by)
    with tx.durable():
        actions.choose_mail(by, True)
    shown = {row.route: queries.masked_address(row.id) for row in models.Reach.objects.all()}
    assert shown[Route.SMS] == "•••5678"
    name, _, domain = shown[Route.MAIL].partition("@")
    assert domain
    assert len(name) == 4
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(id=me(folk.steward())))
    page = client.get(reverse("admin:channels_reach_changelist"))
    assert page.status_code == 200
    assert "•••5678" in page.content.decode()
    assert NUMBER not in page.content.decode()
