"""Telephone numbers asked for and proved, for tests."""

from uuid import UUID

from dure.base.actors import Actor, PersonId
from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules import ways as rules
from dure.foundations.people.tests import making as folk
from dure.kit import tx

NUMBER = "+821000005678"


def ask(by: Actor, number: str = NUMBER) -> UUID:
    with tx.durable():
        return actions.ask_number(by, number).id


def prove(by: Actor, code: str) -> bool:
    with tx.durable():
        return actions.prove_number(by, code).proved


def proved(by: Actor, number: str = NUMBER) -> None:
    assert prove(by, queries.code_of(ask(by, number)))


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**rules.CODE_DIGITS:06}"


def number_of(by: Actor) -> str:
    return queries.reachable(by).number


def me(by: Actor) -> PersonId:
    return folk.id_of(by)
