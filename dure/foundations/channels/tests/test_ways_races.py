"""Races about numbers and days, each with its twin without locks."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from dure.base import clock
from dure.base.actors import Actor, system
from dure.foundations.channels import actions, models, queries
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race

from .proving import ask, me, number_of, other_than

pytestmark = pytest.mark.django_db(transaction=True)


def proving(by: Actor, code: Callable[[], str]) -> Runner:
    said = code()

    def run(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            proof = actions.prove_number(by, said)
            meet()
        return "proved" if proof.proved else f"{proof.tries_left} left"

    return run


def asked(by: Actor) -> Callable[[], str]:
    return lambda: queries.code_of(ask(by))


def test_two_who_prove_one_number_at_one_moment() -> None:
    one, other = folk.person(), folk.person()
    assert race(proving(one, asked(one)), proving(other, asked(other))).names == ("proved", "proved")
    assert sorted((number_of(one), number_of(other)))[0] == "", "it leads to one of them"
    assert models.Reach.objects.filter(gone_at__isnull=True).count() == 1


def test_without_the_lock_only_the_constraint_stands_between_them() -> None:
    one, other = folk.person(), folk.person()
    with pytest.raises(IntegrityError):
        race(proving(one, asked(one)), proving(other, asked(other)), locked=False)


def followed() -> Runner:
    def run(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            count = actions.tidy_ways(system("test"), clock.now())
            meet()
        return f"{count} followed"

    return run


def moved_away() -> Actor:
    by = folk.person()
    with tx.durable():
        actions.choose_mail(by, True)
    Person.objects.filter(id=me(by)).update(email=f"{me(by).hex}@sample.invalid")
    return by


def test_two_workers_who_follow_accounts_at_one_moment_follow_each_once() -> None:
    by = moved_away()
    assert race(followed(), followed()).names == ("0 followed", "1 followed")
    assert models.Reach.objects.filter(person=me(by)).count() == 1


def test_without_the_lock_the_second_worker_fails_at_what_the_first_has_done() -> None:
    moved_away()
    with pytest.raises(IntegrityError):
        race(followed(), followed(), locked=False)


def test_two_taps_for_mail_at_one_moment_are_one_choice() -> None:
    def choosing(meet: Meet) -> str:
        with transaction.atomic(), tx.hosted():
            actions.choose_mail(by, True)
            meet()
        return "chosen"

    by = folk.person()
    assert race(choosing, choosing).names == ("chosen", "chosen")
    assert models.Reach.objects.filter(person=me(by)).count() == 1
    with tx.durable():
        actions.choose_mail(by, False)
    with pytest.raises(IntegrityError):
        race(choosing, choosing, locked=False)


def test_two_guesses_at_one_moment_cost_two_tries() -> None:
    for locked, left in ((True, ("3 left", "4 left")), (False, ("4 left", "4 left"))):
        by = folk.person()
        code = other_than(queries.code_of(ask(by)))
        guess = proving(by, lambda code=code: code)  # type: ignore[misc]  # bound in this turn of the loop
        assert race(guess, guess, locked=locked).names == left
        assert models.NumberAsk.objects.get(person=me(by)).tries == (2 if locked else 1)
