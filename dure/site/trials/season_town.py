"""A season's town: people, projects and paid deposits, put up in batches; what is tried is what follows over HTTP.

The deposits are booked by the database's own triggers, as transfers of one leg each. Their provider is one that exists on paper:
until refunds are asked for, nobody asks it.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg

from dure.base import clock, ids
from dure.base.actors import Actor, system
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import Limit, NewAccount, account_id
from dure.foundations.people import demo as folk
from dure.foundations.people import queries as people
from dure.kit import tx
from dure.kit.importing import Progress
from dure.services.pledges import actions, queries
from dure.services.pledges.types import NewSeason, Season
from dure.site import boot

from . import friends, season_people
from .season_people import Habit

STARTS_ON: Final = date(2020, 3, 23)  # as the original's second season; it ends on June 30th
PUT_UP_ON: Final = date(2020, 3, 1)
DEPOSIT, FEE_PERCENT = 10_000, 5
PROVIDER: Final = "toss"
BY: Final = system("simulate.season2")
KINDS: Final = ("check", "text", "number")
FIVE_DAYS_ONE_IN, EARLY_ONE_IN = 4, 10  # projects of five days a week; of the morning only
EARLY: Final = (300, 600)  # minutes of the day
DAY_MINUTES: Final = 1_440
_PEOPLE = """COPY people_person (id, email, name, password, is_superuser, region, language, is_active, is_staff, joined_at,
  verified_at) FROM STDIN"""
_PROJECTS = """COPY pledges_project (id, code, season_id, leader_id, title, promise, how, proof, unit, capacity, days_a_week,
  window_start, window_until, state, proposed_at) FROM STDIN"""
_PAYMENTS = """COPY ledger_payment (id, "order", provider, purpose, ref, payer_id, key, amount, tax_free, currency, title,
  return_to, state, payment_key, declined, account, posting, waiting, created_at, expires_at, captured_at, asks) FROM STDIN"""
_ACCOUNTS = 'COPY ledger_account (id, code, currency, "limit", opened_at) FROM STDIN'
_TRANSFERS = "COPY ledger_transfer (id, posting, debit, credit, amount, currency, kind, funder, ref, at) FROM STDIN"
_PLEDGES = """COPY pledges_pledge (id, project_id, person_id, state, deposit, gives, receiver_id, payment, asked_at, held_at)
  FROM STDIN"""
_CONSENTS = "COPY pledges_consent_step (id, pledge_id, gives, receiver_id, at) FROM STDIN"
_LOOKED_AT = (
    "people_person, pledges_project, pledges_pledge, ledger_payment, ledger_account, ledger_balance, ledger_transfer"
)


@dataclass(frozen=True, slots=True)
class Joined:
    """One person in one project."""

    person: UUID
    pledge: UUID
    payment: UUID
    project: int
    habit: Habit


@dataclass(frozen=True, slots=True)
class Circle:
    """A project: what its people prove, and when."""

    id: UUID
    leader: UUID
    kind: str
    days_a_week: int
    is_early: bool


@dataclass(frozen=True, slots=True)
class Ground:
    """A season that can begin."""

    season: Season
    steward: Actor
    circles: tuple[Circle, ...]
    joined: tuple[Joined, ...]
    provider: str = PROVIDER


def moment(day: int, minutes: int) -> datetime:
    """So many minutes after midnight of a day of the season; the first day is 1."""
    return datetime.combine(STARTS_ON + timedelta(days=day - 1), time(), tzinfo=clock.SEOUL) + timedelta(
        minutes=minutes
    )


@contextmanager
def at(when: datetime) -> Iterator[None]:
    """In this block it is that instant, in this process."""
    with clock.read_from(lambda: when):
        yield


def put_up(count: int, projects: int, days: int, chance: random.Random, shown: Progress) -> Ground:
    """Open the season by its actions, and fill it straight in the tables."""
    now = datetime.combine(PUT_UP_ON, time(12), tzinfo=clock.SEOUL)
    with at(now):
        folk.load()
        friends.vouch(boot.keeper_url(), folk.OTHER_NGO)
        steward = people.actor(folk.STEWARDS[0].id)
        new = NewSeason(
            name="둘째 백일 (모의)",
            starts_on=STARTS_ON,
            propose_until=STARTS_ON - timedelta(days=3),
            join_until=STARTS_ON - timedelta(days=1),
            deposit=DEPOSIT,
            fee_percent=FEE_PERCENT,
            receivers=(folk.NGO, folk.OTHER_NGO),
        )
        season = actions.open_season(steward, new, key="season2")
        with tx.durable():
            provider = ledger.open_account(BY, NewAccount(f"provider:{PROVIDER}", Limit.NONE), now).id
        shown.begin("people, projects and deposits, in batches", count)
        joined = tuple(
            Joined(ids.new(), ids.new(), ids.new(), place, season_people.habit(days, chance))
            for place in season_people.sizes(count, projects, chance)
        )
        circles = tuple(_circle(number, joined[number].person) for number in range(projects))
    with psycopg.connect(boot.keeper_url()) as connection, connection.cursor() as cursor:
        _fill(cursor, _PEOPLE, (_person(one, number, now) for number, one in enumerate(joined)))
        _fill(cursor, _PROJECTS, (_project(one, number, season, now) for number, one in enumerate(circles)))
        _fill(cursor, _PAYMENTS, (_payment(one, now) for one in joined))
        _fill(cursor, _ACCOUNTS, (_account(one, now) for one in joined))
        _fill(cursor, _TRANSFERS, (_transfer(one, provider, circles, now) for one in joined))
        _fill(cursor, _PLEDGES, (_pledge(one, season, circles, now) for one in joined))
        _fill(cursor, _CONSENTS, (_consent(one, season, now) for one in joined))
        shown.advance(count)
    with psycopg.connect(boot.keeper_url(), autocommit=True) as connection:
        connection.execute(f"VACUUM (ANALYZE) {_LOOKED_AT}".encode())
    return Ground(season, steward, circles, joined)


def receiver_of(one: Joined, season: Season) -> UUID | None:
    """The receiver that this person agreed to, if any."""
    return season.receivers[one.project % len(season.receivers)].id if one.habit.gives else None


def _circle(number: int, leader: UUID) -> Circle:
    days = 5 if number % FIVE_DAYS_ONE_IN == 1 else season_people.WEEK_DAYS
    return Circle(ids.new(), leader, KINDS[number % len(KINDS)], days, number % EARLY_ONE_IN == 2)


def _fill(cursor: Any, statement: str, rows: Iterator[Sequence[object]]) -> None:
    with cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _person(one: Joined, number: int, now: datetime) -> Sequence[object]:
    return one.person, f"season{number}@sample.invalid", f"참가 {number}", "!", False, "", "ko", True, False, now, now


def _project(one: Circle, number: int, season: Season, now: datetime) -> Sequence[object]:
    title, unit = f"백일 {number + 1} (모의)", "쪽" if one.kind == "number" else ""
    start, until = EARLY if one.is_early else (0, DAY_MINUTES)
    words = (title, "날마다 하나씩 해요 (모의)", "한 것을 남겨요 (모의)", one.kind, unit)
    rest = (10_000, one.days_a_week, start, until, "open", now)
    return one.id, ids.speakable(), season.id, one.leader, *words, *rest


def _payment(one: Joined, now: datetime) -> Sequence[object]:
    order, account = f"dure-{one.payment.hex}", account_id(queries.account_code(one.pledge))
    asked = (order, PROVIDER, actions.PURPOSE, one.pledge, one.person, f"season2:{one.pledge}", DEPOSIT, DEPOSIT, "KRW")
    state = ("백일", "/pledges/paid/", "captured", f"paper_{one.payment.hex}", "", account, one.pledge, False)
    return one.payment, *asked, *state, now, now + timedelta(hours=1), now, 0


def _account(one: Joined, now: datetime) -> Sequence[object]:
    code = queries.account_code(one.pledge)
    return account_id(code), code, "KRW", Limit.DEBITS_MUST_NOT_EXCEED_CREDITS.value, now


def _transfer(one: Joined, provider: UUID, circles: Sequence[Circle], now: datetime) -> Sequence[object]:
    into, project = account_id(queries.account_code(one.pledge)), circles[one.project].id
    return one.pledge, one.pledge, provider, into, DEPOSIT, "KRW", "deposit", one.person, project, now


def _pledge(one: Joined, season: Season, circles: Sequence[Circle], now: datetime) -> Sequence[object]:
    agreed = (one.habit.gives, receiver_of(one, season))
    return one.pledge, circles[one.project].id, one.person, "joined", DEPOSIT, *agreed, one.payment, now, now


def _consent(one: Joined, season: Season, now: datetime) -> Sequence[object]:
    return ids.new(), one.pledge, one.habit.gives, receiver_of(one, season), now
