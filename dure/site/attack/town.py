"""A town for each seed: made once, copied for every seed; and who is who in it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from dure.base import clock, ids
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.foundations.places import demo as county
from dure.kit import delivery
from dure.services.giving import actions, queries
from dure.services.giving.types import BudgetLine, CauseDraft, Topic, VettingMark, Yes
from dure.site.wiring import wiring

BEGINS: Final = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
DONORS: Final = 48
FUND_WON: Final = (3_000, 50_000)  # two funds: one that is soon empty
BOXES: Final = (
    (100_000, 8, False),
    (300_000, 14, True),
    (1_000_000, 30, False),
    (2_000_000, 60, False),
)  # goal, days, emergency


class Time:
    """The clock of a simulation: stands still during a statement, jumps between them as the seed says."""

    def __init__(self) -> None:
        self.at = BEGINS

    def __call__(self) -> datetime:
        return self.at

    def milliseconds(self) -> int:
        return int(self.at.timestamp() * 1_000)


@dataclass(frozen=True, slots=True)
class People:
    """Who acts."""

    donors: tuple[Actor, ...]
    owner: Actor
    staff: Actor
    stewards: tuple[Actor, ...]


@contextmanager
def virtual(time: Time, chance: Random) -> Iterator[None]:
    """In this block all time and all ids follow from the seed."""
    with ExitStack() as block:
        block.enter_context(clock.read_from(time))
        block.enter_context(ids.minted_by(ids.Mint(time.milliseconds, chance.randbytes)))
        yield


def furnish() -> None:
    """People, boxes, funds, by the real actions. Django is set up on an empty database."""
    call_command("migrate", interactive=False, verbosity=0)
    with virtual(Time(), Random(0)):  # noqa: S311 - chance, not secrecy
        county.load()
        folk.load()
        crowd = folk.crowd(DONORS, lambda _: None)
        steward = people.actor(folk.STEWARDS[0].id)
        for number, won in enumerate(FUND_WON):
            fund = actions.open_fund(steward, f"기금 {number + 1}", None, key=f"fund:{number}")
            actions.top_up(steward, fund, won, f"예시 {number + 1}", key=f"fund:{number}:deposit")
        for number in range(len(BOXES)):
            _open(number, [people.actor(person) for person in crowd])
        delivery.run_until_idle(wiring)
    connections.close_all()


def _open(number: int, crowd: list[Actor]) -> None:
    goal, days, emergency = BOXES[number]
    content = CauseDraft(
        title=f"공격받는 모금함 {number + 1}",
        story="모의 공격을 위한 예시입니다. 실제로 일어난 일이 아니며 누구도 돈을 내지 않습니다.",
        beneficiary="가상의 이웃",
        topic=Topic.DISASTER,
        region=folk.SOLNAE,
        goal=goal,
        days_open=days,
        partner=folk.NGO,
        lines=(BudgetLine("이불과 끼니", goal),),
        emergency=emergency,
    )
    proposer = crowd[-1 - number]
    cause = actions.draft(proposer, content, key=f"{number}:draft")
    actions.propose(proposer, cause, key=f"{number}:propose")
    actions.answer_as_partner(people.actor(folk.OWNERS[0].id), cause, True, key=f"{number}:answer")
    for person in crowd[: settings.DURE.agreements_needed]:
        actions.agree(person, cause, key=f"{number}:agree")
    steward = people.actor(folk.STEWARDS[0].id)
    actions.register_collection(steward, cause, f"예시 {number + 1}", key=f"{number}:register")
    yes = Yes(queries.vetting_round(cause), tuple(VettingMark), emergency=emergency)
    actions.approve(steward, cause, yes, key=f"{number}:approve")


def who() -> People:
    """The people of the town, with the roles they hold."""
    donors = folk.crowd(DONORS, lambda _: None)
    return People(
        donors=tuple(people.actor(person) for person in donors),
        owner=people.actor(folk.OWNERS[0].id),
        staff=people.actor(folk.STAFF.id),
        stewards=tuple(people.actor(sample.id) for sample in folk.STEWARDS),
    )


def copy(server: "psycopg.Connection[Any]", template: str, name: str) -> None:
    """Begin anew: a fresh copy of the furnished town."""
    connections.close_all()
    server.execute(psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name)))
    server.execute(
        psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            psycopg.sql.Identifier(name), psycopg.sql.Identifier(template)
        )
    )


def later(seconds: float) -> timedelta:
    """So much time."""
    return timedelta(seconds=seconds)
