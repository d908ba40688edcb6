"""A query: who may do what in which state, and that nothing opens before its time or outside its scope."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.refusals import NotAllowed, Refusal
from dure.services.checkin.rules import calendar, permits, tracing
from dure.services.checkin.types import (
    CaseMissing,
    DayClosed,
    Deed,
    Epoch,
    Hour,
    KeyShare,
    LegalBasis,
    NeedsAnotherOfficer,
    NotInScope,
    NotLogged,
    NotNow,
    OfficerId,
    OverQuota,
    Party,
    Query,
    QueryId,
    QueryState,
    Role,
    Scope,
    ScopeTooWide,
    SharesMissing,
)

from .making import BAKERY, CLINIC, NOON, TODAY, later

KIM, LEE = OfficerId(UUID(int=11)), OfficerId(UUID(int=12))
SCOPE = Scope(TODAY, BAKERY, 9, 2)
FILED = Query(QueryId(UUID(int=5)), UUID(int=6), "2026-감염-0001", LegalBasis.INVESTIGATION, SCOPE, KIM, NOON)
LOGGED = replace(FILED, state=QueryState.LOGGED, decided_by=LEE, log_entry=7)
PARTS = dict.fromkeys(tracing.hours_of(SCOPE), 1)

EXPECTED = {
    Deed.FILE: {Role.OFFICER},
    Deed.APPROVE: {Role.OFFICER},
    Deed.REFUSE: {Role.OFFICER},
    Deed.CLOSE: {Role.OFFICER},
    Deed.READ: {Role.OFFICER, Role.AUDITOR},
    Deed.LOG: {Role.AUTHORITY},
    Deed.RELEASE: {Role.AUTHORITY, Role.VISITS, Role.IDENTITY},
    Deed.COMBINE: {Role.AUTHORITY},
    Deed.TELL: {Role.IDENTITY},
    Deed.READ_LOG: set(Role),
}


def share(party: Party, hour: Hour, part: int = 0, query: QueryId = FILED.id) -> KeyShare:
    return KeyShare(query, party, hour, part, b"share")


def shares(*parties: Party) -> list[KeyShare]:
    return [share(party, hour) for party in parties for hour in PARTS]


@pytest.mark.parametrize(("role", "deed"), list(product(Role, Deed)))
def test_nobody_may_anything_that_is_not_listed(role: Role, deed: Deed) -> None:
    if role in EXPECTED[deed]:
        permits.may(role, deed)
    else:
        with pytest.raises(NotAllowed):
            permits.may(role, deed)


def deeds(query: Query, role: Role) -> dict[Deed, Callable[[], object]]:
    hour = tracing.hours_of(query.scope)[0]
    return {
        Deed.FILE: lambda: tracing.file(role, query, 0, 0),
        Deed.APPROVE: lambda: tracing.approve(role, query, LEE),
        Deed.REFUSE: lambda: tracing.refuse(role, query, LEE),
        Deed.LOG: lambda: tracing.log(role, query, 7),
        Deed.RELEASE: lambda: tracing.check_release(role, query, hour, NOON),
        Deed.COMBINE: lambda: tracing.combine(role, query, shares(Party.VISITS, Party.AUTHORITY), PARTS, NOON),
        Deed.TELL: lambda: tracing.tell(role, query, 3),
        Deed.CLOSE: lambda: tracing.close(role, query, date(2026, 5, 2)),
    }


STEPS = {
    QueryState.FILED: {Deed.FILE, Deed.APPROVE, Deed.REFUSE},
    QueryState.APPROVED: {Deed.LOG},
    QueryState.LOGGED: {Deed.RELEASE, Deed.COMBINE},
    QueryState.RELEASED: {Deed.RELEASE, Deed.TELL},
    QueryState.TOLD: {Deed.CLOSE},
    QueryState.CLOSED: set(),
    QueryState.REFUSED: set(),
}


@pytest.mark.parametrize(("state", "role"), list(product(QueryState, Role)))
def test_every_state_allows_its_steps_to_its_roles_and_nothing_else(state: QueryState, role: Role) -> None:
    decided = state not in (QueryState.FILED, QueryState.APPROVED, QueryState.REFUSED)
    query = replace(FILED, state=state, log_entry=7 if decided else None)
    for deed, do in deeds(query, role).items():
        if deed in STEPS[state] and role in EXPECTED[deed]:
            do()
        else:
            with pytest.raises((NotAllowed, NotNow, NotLogged)):
                do()


def test_a_whole_life() -> None:
    query = tracing.file(Role.OFFICER, FILED, 0, 0)
    query = tracing.log(Role.AUTHORITY, tracing.approve(Role.OFFICER, query, LEE), 7)
    for party in (Role.VISITS, Role.AUTHORITY):
        tracing.check_release(party, query, Hour(TODAY, BAKERY, 9), NOON)
    query = tracing.combine(Role.AUTHORITY, query, shares(Party.VISITS, Party.AUTHORITY), PARTS, NOON)
    query = tracing.close(Role.OFFICER, tracing.tell(Role.IDENTITY, query, 12), date(2026, 5, 2))
    assert (query.state, query.told, query.log_entry, query.decided_by) == (QueryState.CLOSED, 12, 7, LEE)
    assert len(query.released) == 4


def test_who_filed_a_query_does_not_decide_on_it() -> None:
    for decide in (tracing.approve, tracing.refuse):
        with pytest.raises(NeedsAnotherOfficer):
            decide(Role.OFFICER, FILED, KIM)


@given(st.integers(-3, 30), st.integers(-3, 30), st.integers(-40, 40), st.integers(0, 86_399))
def test_a_scope_is_at_most_eight_hours_that_are_over_and_not_too_old(
    first: int, hours: int, days: int, second: int
) -> None:
    scope = Scope(Epoch(TODAY - days), BAKERY, first, hours)
    at = calendar.starts_at(TODAY) + timedelta(seconds=second)
    over = calendar.starts_at(scope.epoch) + timedelta(hours=first + hours) <= at
    good = 1 <= hours <= 8 and first >= 0 and first + hours <= 24 and 0 <= days < 28 and over
    try:
        tracing.check_scope(scope, at)
        assert good
    except (ScopeTooWide, DayClosed):
        assert not good


@pytest.mark.parametrize("case", ["", "  ", "abc", "20", "=1+2-A", "2026 감염 1", "2" * 41, "-2026"])
def test_a_query_without_the_number_of_a_case_is_refused(case: str) -> None:
    with pytest.raises(CaseMissing):
        tracing.file(Role.OFFICER, replace(FILED, case=case), 0, 0)


def test_an_office_has_a_quota() -> None:
    tracing.file(Role.OFFICER, FILED, tracing.OPEN_MAX - 1, tracing.WEEK_MAX - 1)
    for open_now, this_week in ((tracing.OPEN_MAX, 0), (0, tracing.WEEK_MAX)):
        with pytest.raises(OverQuota):
            tracing.file(Role.OFFICER, FILED, open_now, this_week)


def test_a_query_is_not_filed_with_its_answers_filled_in() -> None:
    for made_up in (
        replace(FILED, log_entry=3),
        replace(FILED, decided_by=LEE),
        replace(FILED, state=QueryState.LOGGED),
    ):
        with pytest.raises(NotNow):
            tracing.file(Role.OFFICER, made_up, 0, 0)


@pytest.mark.parametrize("state", [QueryState.FILED, QueryState.APPROVED])
def test_no_share_leaves_before_the_query_stands_in_the_log(state: QueryState) -> None:
    for entry in (None, 7):
        with pytest.raises(NotLogged):
            tracing.check_release(
                Role.VISITS, replace(FILED, state=state, log_entry=entry), Hour(TODAY, BAKERY, 9), NOON
            )
    with pytest.raises(NotLogged):
        tracing.check_release(Role.VISITS, replace(LOGGED, log_entry=None), Hour(TODAY, BAKERY, 9), NOON)


@given(st.integers(0, 23), st.sampled_from([BAKERY, CLINIC]), st.integers(-1, 1))
def test_a_share_is_released_for_the_venue_and_hours_of_the_query_only(hour: int, venue: object, day: int) -> None:
    asked = Hour(Epoch(TODAY + day), venue, hour)  # type: ignore[arg-type]  # one of the two venues
    if venue == BAKERY and hour in (9, 10) and day == 0:
        assert tracing.check_release(Role.IDENTITY, LOGGED, asked, NOON) is Party.IDENTITY
    else:
        with pytest.raises(NotInScope):
            tracing.check_release(Role.IDENTITY, LOGGED, asked, NOON)


@given(st.integers(0, 60))
def test_a_query_that_outlives_the_28_days_opens_nothing_any_more(days: int) -> None:
    at: datetime = later(days=days)
    for act in (
        lambda: tracing.check_release(Role.VISITS, LOGGED, Hour(TODAY, BAKERY, 9), at),
        lambda: tracing.combine(Role.AUTHORITY, LOGGED, shares(Party.VISITS, Party.IDENTITY), PARTS, at),
    ):
        if days < 28:
            act()
        else:
            with pytest.raises(DayClosed):
                act()


@given(st.frozensets(st.sampled_from(Party)), st.frozensets(st.sampled_from(Party)))
def test_two_parties_have_to_give_their_share_for_every_hour(nine: frozenset[Party], ten: frozenset[Party]) -> None:
    given = [share(party, Hour(TODAY, BAKERY, 9)) for party in nine]
    given += [share(party, Hour(TODAY, BAKERY, 10)) for party in ten]
    try:
        tracing.combine(Role.AUTHORITY, LOGGED, given + given, PARTS, NOON)
        assert min(len(nine), len(ten)) >= 2
    except SharesMissing:
        assert min(len(nine), len(ten)) < 2


@pytest.mark.parametrize(
    "wrong",
    [
        share(Party.VISITS, Hour(TODAY, CLINIC, 9)),
        share(Party.VISITS, Hour(TODAY, BAKERY, 11)),
        share(Party.VISITS, Hour(TODAY, BAKERY, 9), query=QueryId(UUID(int=99))),
    ],
)
def test_a_share_of_another_query_venue_or_hour_is_refused(wrong: KeyShare) -> None:
    with pytest.raises(NotInScope):
        tracing.combine(Role.AUTHORITY, LOGGED, [*shares(Party.VISITS, Party.AUTHORITY), wrong], PARTS, NOON)


def test_every_part_of_an_hour_needs_its_own_shares() -> None:
    two = {Hour(TODAY, BAKERY, 9): 2}
    first = [share(party, Hour(TODAY, BAKERY, 9)) for party in (Party.VISITS, Party.AUTHORITY)]
    with pytest.raises(SharesMissing):
        tracing.combine(Role.AUTHORITY, LOGGED, first, two, NOON)
    second = [replace(each, part=1) for each in first]
    tracing.combine(Role.AUTHORITY, LOGGED, first + second, two, NOON)
    with pytest.raises(NotInScope):
        tracing.combine(Role.AUTHORITY, LOGGED, first, {Hour(TODAY, CLINIC, 9): 1}, NOON)


def test_refusals_have_codes_of_their_own() -> None:
    codes = [refusal.code for refusal in (NotLogged, NotInScope, SharesMissing, NeedsAnotherOfficer, OverQuota)]
    assert len(set(codes)) == len(codes)
    assert all(issubclass(refusal, Refusal) for refusal in (NotLogged, NotInScope))
