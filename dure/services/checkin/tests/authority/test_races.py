"""Two at once at the authority, each with its twin without locks: the office's limit, two decisions, two workers."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import transaction

from dure.base.actors import Actor
from dure.kit import tx
from dure.kit.testing import Meet, Runner, race
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.actions.authority.collecting import Collected
from dure.services.checkin.actions.authority.pursuing import keep, keep_told
from dure.services.checkin.models.authority import tables
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import tracing
from dure.services.checkin.tests.making import BAKERY
from dure.services.checkin.types import Epoch, Hour, KeyShare, Party, QueryId, QueryState, Role
from dure.services.checkin.types.offices import Counted

from .standing import PROGRAM, asked, key, logged, officer, today

pytestmark = pytest.mark.django_db(transaction=True)


def held(work: Callable[[], object]) -> Runner:
    """`work` in a transaction that stays open until the other runner is there, too."""

    def run(meet: Meet) -> object:
        with transaction.atomic(), tx.hosted():
            said = work()
            meet()
        return said

    return run


def file_two(kim: Actor, lee: Actor, *, locked: bool) -> tuple[str, ...]:
    """The last query that an office may have open, filed by two officers at once."""
    for _ in range(tracing.OPEN_MAX - 1):
        actions.file(kim, asked(), key=key())
    return race(held(filing(kim)), held(filing(lee)), locked=locked, together=True).names


def filing(by: Actor) -> Callable[[], str]:
    def work() -> str:
        actions.file(by, asked(), key=key())
        return "filed"

    return work


def test_two_officers_do_not_go_past_the_limit_together() -> None:
    assert file_two(officer(), officer(), locked=True) == ("OverQuota", "filed")


def test_without_the_lock_of_the_office_they_would() -> None:
    assert file_two(officer(), officer(), locked=False) == ("filed", "filed")


def decide_two(*, locked: bool) -> tuple[str, ...]:
    """Two colleagues approve the same query at once: the log may name one of them only."""
    kim, lee, han = officer(), officer(), officer()
    query = actions.file(kim, asked(), key=key())
    return race(held(approving(lee, query)), held(approving(han, query)), locked=locked, together=True).names


def approving(by: Actor, query: UUID) -> Callable[[], str]:
    def work() -> str:
        actions.approve(by, query)
        return "approved"

    return work


def test_of_two_decisions_at_once_one_counts() -> None:
    assert decide_two(locked=True) == ("NotNow", "approved")


def test_without_the_lock_of_the_query_both_would() -> None:
    assert decide_two(locked=False) == ("approved", "approved")


def opened(query: UUID) -> Collected:
    hour = Hour(Epoch(today() - 1), BAKERY, 9)
    shares = tuple(KeyShare(QueryId(query), party, hour, 0, b"share") for party in (Party.VISITS, Party.AUTHORITY))
    return Collected(shares, {hour: frozenset({0})}, {(hour, 0): (b"s" * 64,)})


def combine_two(*, locked: bool) -> tuple[str, ...]:
    query = logged(officer(), officer())
    two = [held(lambda: keep(PROGRAM, query, opened(query), Role.AUTHORITY)) for _ in range(2)]
    return race(*two, locked=locked, together=True).names


def test_two_workers_keep_what_was_opened_once() -> None:
    assert combine_two(locked=True) == ("1", "NothingNew")
    assert tables.Extract.objects.count() == 1


def test_without_the_lock_the_database_still_keeps_it_once_but_by_breaking() -> None:
    with pytest.raises(Exception, match="checkin_released_part_once"):
        combine_two(locked=False)


def test_a_second_worker_with_the_same_answer_counts_nobody_again() -> None:
    query = logged(officer(), officer())
    keep(PROGRAM, query, opened(query), Role.AUTHORITY)
    rows, _ = queries.extract(query)
    assert [keep_told(query, 0, rows, Counted(5, 5)) for _ in range(2)] == [Counted(5, 5)] * 2
    found = queries.row(query)
    assert (found.state, found.told, found.unknown, found.rounds) == (QueryState.TOLD.value, 5, 5, 1)
