"""A query: who may do what in which state, and that nothing opens before its time or outside its scope."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base.clock import local
from dure.base.refusals import NotAllowed, Refusal
from dure.foundations.vault.types import LogEntry
from dure.services.checkin.rules import calendar, permits, statements, tracing
from dure.services.checkin.types import (
    CaseMissing,
    DayClosed,
    Deed,
    Epoch,
    Hour,
    KeyShare,
    LegalBasis,
    NeedsAnotherOfficer,
    NothingNew,
    NotInScope,
    NotLogged,
    NotNow,
    Officer,
    OfficerId,
    OtherOffice,
    OverQuota,
    Party,
    Query,
    QueryId,
    QueryState,
    Role,
    Scope,
    ScopeTooWide,
    SharesMissing,
    VenueId,
)

from .making import BAKERY, CLINIC, NOON, TODAY, later

OFFICE = UUID(int=6)
KIM, LEE = Officer(OfficerId(UUID(int=11)), OFFICE), Officer(OfficerId(UUID(int=12)), OFFICE)
SCOPE = Scope(TODAY, BAKERY, 9, 2)
FILED = Query(
    QueryId(UUID(int=5)), OFFICE, "2026-감염-0001", LegalBasis.INVESTIGATION, SCOPE, KIM.id, NOON, b"\x0b" * 32
)
LOGGED = replace(FILED, state=QueryState.LOGGED, decided_by=LEE.id, log_entry=7)
IN_LOG = LogEntry(7, statements.query_statement(LOGGED))
PARTS = dict.fromkeys(tracing.hours_of(SCOPE), frozenset({0}))

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
    Deed.LAPSE: {Role.AUTHORITY},
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
        Deed.FILE: lambda: tracing.file(role, query, KIM, 0, 0),
        Deed.APPROVE: lambda: tracing.approve(role, query, LEE),
        Deed.REFUSE: lambda: tracing.refuse(role, query, LEE, date(2026, 5, 2)),
        Deed.LOG: lambda: tracing.log(role, query, 7),
        Deed.RELEASE: lambda: tracing.check_release(role, query, hour, IN_LOG, NOON),
        Deed.COMBINE: lambda: tracing.combine(role, query, shares(Party.VISITS, Party.AUTHORITY), PARTS, NOON),
        Deed.TELL: lambda: tracing.tell(role, query, 3),
        Deed.CLOSE: lambda: tracing.close(role, query, date(2026, 5, 2)),
        Deed.LAPSE: lambda: tracing.lapse(role, query, NOON + timedelta(days=28)),
    }


STEPS = {
    QueryState.FILED: {Deed.FILE, Deed.APPROVE, Deed.REFUSE},
    QueryState.APPROVED: {Deed.LOG},
    QueryState.LOGGED: {Deed.RELEASE, Deed.COMBINE, Deed.LAPSE},
    QueryState.RELEASED: {Deed.RELEASE, Deed.COMBINE, Deed.TELL, Deed.LAPSE},
    QueryState.TOLD: {Deed.RELEASE, Deed.COMBINE, Deed.CLOSE, Deed.LAPSE},
    QueryState.CLOSED: set(),
    QueryState.REFUSED: set(),
}


@pytest.mark.parametrize(("state", "role"), list(product(QueryState, Role)))
def test_every_state_allows_its_steps_to_its_roles_and_nothing_else(state: QueryState, role: Role) -> None:
    decided = state not in (QueryState.FILED, QueryState.APPROVED, QueryState.REFUSED)
    query = replace(FILED, state=state, log_entry=7 if decided else None, decided_by=LEE.id if decided else None)
    for deed, do in deeds(query, role).items():
        if deed in STEPS[state] and role in EXPECTED[deed]:
            do()
        else:
            with pytest.raises((NotAllowed, NotNow, NotLogged)):
                do()


def test_a_whole_life() -> None:
    query = tracing.file(Role.OFFICER, FILED, KIM, 0, 0)
    query = tracing.log(Role.AUTHORITY, tracing.approve(Role.OFFICER, query, LEE), 7)
    for party in (Role.VISITS, Role.AUTHORITY):
        tracing.check_release(party, query, Hour(TODAY, BAKERY, 9), IN_LOG, NOON)
    query = tracing.combine(Role.AUTHORITY, query, shares(Party.VISITS, Party.AUTHORITY), PARTS, NOON)
    query = tracing.close(Role.OFFICER, tracing.tell(Role.IDENTITY, query, 12), date(2026, 5, 2))
    assert (query.state, query.told, query.log_entry, query.decided_by) == (QueryState.CLOSED, 12, 7, LEE.id)
    assert len(query.released) == 4


@given(st.sampled_from(QueryState), st.integers(0, 45 * 24))
def test_a_query_closes_by_itself_only_when_nothing_can_come_any_more(state: QueryState, hours: int) -> None:
    """Told: two weeks after its filing. Never told: when its day cannot be read any more, and says that nobody was."""
    query, at = replace(LOGGED, state=state, told=None), NOON + timedelta(hours=hours)
    readable = calendar.is_readable(SCOPE.epoch, at)
    over = {QueryState.TOLD: hours >= 14 * 24, QueryState.LOGGED: not readable, QueryState.RELEASED: not readable}
    assert tracing.may_lapse(query, at) is over.get(state, False)
    if over.get(state, False):
        closed = tracing.lapse(Role.AUTHORITY, query, at)
        assert (closed.state, closed.told, closed.closed_on) == (QueryState.CLOSED, 0, local(at).date())
    else:
        with pytest.raises(NotNow):
            tracing.lapse(Role.AUTHORITY, query, at)


@given(st.sampled_from(QueryState), st.integers(0, 45 * 24), st.integers(0, 27))
def test_a_query_on_which_nobody_decides_ends_by_itself_and_no_other(state: QueryState, hours: int, ago: int) -> None:
    """A week after its filing, or sooner when its day cannot be read any more; then nobody says yes to it."""
    scope = replace(SCOPE, epoch=Epoch(SCOPE.epoch - ago))
    query, at = replace(FILED, state=state, scope=scope), NOON + timedelta(hours=hours)
    over = state is QueryState.FILED and (hours >= 7 * 24 or not calendar.is_readable(scope.epoch, at))
    assert tracing.may_expire(query, at) is over
    if over:
        ended = tracing.expire(Role.AUTHORITY, query, at)
        assert (ended.state, ended.decided_by, ended.closed_on) == (QueryState.REFUSED, None, local(at).date())
        assert json.loads(statements.refused_statement(ended))["by_itself"] is True
        for decide in (
            lambda: tracing.approve(Role.OFFICER, ended, LEE),
            lambda: tracing.log(Role.AUTHORITY, ended, 7),
        ):
            with pytest.raises(NotNow):
                decide()
        with pytest.raises(NotAllowed):
            tracing.expire(Role.OFFICER, query, at)
    else:
        with pytest.raises(NotNow):
            tracing.expire(Role.AUTHORITY, query, at)


def test_who_filed_a_query_does_not_decide_on_it() -> None:
    def decide(officer: Officer) -> None:
        for answer in (
            lambda: tracing.approve(Role.OFFICER, FILED, officer),
            lambda: tracing.refuse(Role.OFFICER, FILED, officer, date(2026, 5, 2)),
        ):
            with pytest.raises((NeedsAnotherOfficer, OtherOffice)) as refused:
                answer()
            assert isinstance(refused.value, NeedsAnotherOfficer if officer.office == OFFICE else OtherOffice)

    decide(KIM)
    decide(Officer(LEE.id, UUID(int=7)))  # nor does an officer of another office
    for stranger in (Officer(KIM.id, UUID(int=7)), LEE):
        with pytest.raises(OtherOffice):
            tracing.file(Role.OFFICER, FILED, stranger, 0, 0)


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
        tracing.file(Role.OFFICER, replace(FILED, case=case), KIM, 0, 0)


def test_an_office_has_a_quota() -> None:
    tracing.file(Role.OFFICER, FILED, KIM, tracing.OPEN_MAX - 1, tracing.WEEK_MAX - 1)
    for open_now, this_week in ((tracing.OPEN_MAX, 0), (0, tracing.WEEK_MAX)):
        with pytest.raises(OverQuota):
            tracing.file(Role.OFFICER, FILED, KIM, open_now, this_week)


def test_a_query_is_not_filed_with_its_answers_filled_in() -> None:
    for made_up in (
        replace(FILED, log_entry=3),
        replace(FILED, decided_by=LEE.id),
        replace(FILED, state=QueryState.LOGGED),
    ):
        with pytest.raises(NotNow):
            tracing.file(Role.OFFICER, made_up, KIM, 0, 0)


# In the log before a share leaves


@pytest.mark.parametrize("party", [Role.VISITS, Role.IDENTITY, Role.AUTHORITY])
@pytest.mark.parametrize(
    "otherwise",
    [
        {"scope": replace(SCOPE, venue=CLINIC)},
        {"scope": replace(SCOPE, epoch=Epoch(TODAY - 1))},
        {"scope": replace(SCOPE, first_hour=8)},
        {"scope": replace(SCOPE, hours=3)},
        {"case": "2026-감염-0002"},
        {"basis": LegalBasis.REQUEST},
        {"office": UUID(int=7)},
        {"id": QueryId(UUID(int=8))},
        {"filed_by": OfficerId(UUID(int=13))},
        {"decided_by": OfficerId(UUID(int=13))},
        {"blinding": bytes(32)},
        {"filed_at": NOON - timedelta(days=1)},
        {"log_entry": 8},
        {"log_entry": None},
        {"decided_by": None},
        {"state": QueryState.FILED},
        {"state": QueryState.APPROVED},
    ],
)
def test_no_share_leaves_before_the_query_stands_in_the_log(party: Role, otherwise: dict[str, Any]) -> None:
    """Word for word: a query that calls itself logged, and is another one than the log shows, gets nothing."""
    asked = replace(LOGGED, **otherwise)
    for hour in tracing.hours_of(asked.scope):
        with pytest.raises(NotLogged):
            tracing.check_release(party, asked, hour, IN_LOG, NOON)
    tracing.check_release(party, LOGGED, Hour(TODAY, BAKERY, 9), IN_LOG, NOON)


def test_an_entry_that_says_something_else_releases_nothing() -> None:
    query = replace(LOGGED, told=3, closed_on=date(2026, 5, 2))
    for body in (b"", b"{}", statements.closed_statement(query), IN_LOG.body + b" ", IN_LOG.body[:-1]):
        with pytest.raises(NotLogged):
            tracing.check_release(Role.VISITS, LOGGED, Hour(TODAY, BAKERY, 9), LogEntry(7, body), NOON)


def test_nobody_who_decided_on_their_own_query_gets_a_share_with_whatever_log() -> None:
    alone = replace(LOGGED, decided_by=KIM.id)
    entry = LogEntry(7, statements.query_statement(alone))
    with pytest.raises(NeedsAnotherOfficer):
        tracing.check_release(Role.VISITS, alone, Hour(TODAY, BAKERY, 9), entry, NOON)


def test_the_log_tells_neither_venue_nor_day_nor_case_nor_officer_until_the_query_is_closed() -> None:
    said = IN_LOG.body
    hidden = (str(BAKERY), BAKERY.hex, "감염", str(KIM.id), str(LEE.id), KIM.id.hex, "first_hour", "day")
    assert not any(each.encode() in said for each in hidden)
    other = replace(LOGGED, blinding=b"\x0c" * 32)  # the same query of another chance: nothing can be tried out
    assert json.loads(statements.query_statement(other))["scope"] != json.loads(said)["scope"]
    closed = json.loads(statements.closed_statement(replace(LOGGED, told=3, closed_on=date(2026, 5, 2))))
    opening = bytes.fromhex(closed["opening"])
    assert statements.scope_commitment(opening, LOGGED).hex() == json.loads(said)["scope"]
    for venue in (CLINIC, VenueId(UUID(int=3))):
        lied = replace(LOGGED, scope=replace(SCOPE, venue=venue))
        assert statements.scope_commitment(opening, lied).hex() != json.loads(said)["scope"]
    assert LOGGED.blinding.hex() not in json.dumps(closed)  # else case and officers could be tried out


@pytest.mark.parametrize(("people", "told"), [(0, 0), (1, 5), (4, 5), (5, 5), (6, 10), (500, 500), (501, 505)])
def test_people_are_counted_in_fives_in_the_log_itself(people: int, told: int) -> None:
    said = json.loads(statements.closed_statement(replace(LOGGED, told=people, closed_on=date(2026, 5, 2))))
    assert said["told_at_most"] == statements.at_most(people) == told
    assert "told" not in said


def test_nothing_is_said_of_a_query_before_its_time() -> None:
    for statement in (statements.query_statement, statements.refused_statement, statements.closed_statement):
        with pytest.raises(NotNow):
            statement(FILED)
    with pytest.raises(ValueError, match="32 random bytes"):
        statements.query_statement(replace(LOGGED, blinding=b""))


@given(st.integers(0, 23), st.sampled_from([BAKERY, CLINIC]), st.integers(-1, 1))
def test_a_share_is_released_for_the_venue_and_hours_of_the_query_only(hour: int, venue: object, day: int) -> None:
    asked = Hour(Epoch(TODAY + day), venue, hour)  # type: ignore[arg-type]  # one of the two venues
    if venue == BAKERY and hour in (9, 10) and day == 0:
        assert tracing.check_release(Role.IDENTITY, LOGGED, asked, IN_LOG, NOON) is Party.IDENTITY
    else:
        with pytest.raises(NotInScope):
            tracing.check_release(Role.IDENTITY, LOGGED, asked, IN_LOG, NOON)


@given(st.integers(0, 60))
def test_a_query_that_outlives_the_28_days_opens_nothing_any_more(days: int) -> None:
    at: datetime = later(days=days)
    for act in (
        lambda: tracing.check_release(Role.VISITS, LOGGED, Hour(TODAY, BAKERY, 9), IN_LOG, at),
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
    two = {Hour(TODAY, BAKERY, 9): frozenset({0, 1})}
    first = [share(party, Hour(TODAY, BAKERY, 9)) for party in (Party.VISITS, Party.AUTHORITY)]
    with pytest.raises(SharesMissing):
        tracing.combine(Role.AUTHORITY, LOGGED, first, two, NOON)
    second = [replace(each, part=1) for each in first]
    tracing.combine(Role.AUTHORITY, LOGGED, first + second, two, NOON)
    with pytest.raises(NotInScope):
        tracing.combine(Role.AUTHORITY, LOGGED, first, {Hour(TODAY, CLINIC, 9): frozenset({0})}, NOON)


def test_what_was_settled_late_is_combined_again_and_nothing_twice() -> None:
    nine = Hour(TODAY, BAKERY, 9)
    once = tracing.combine(Role.AUTHORITY, LOGGED, shares(Party.VISITS, Party.AUTHORITY), PARTS, NOON)
    told = tracing.tell(Role.IDENTITY, once, 3)
    for query in (once, told):
        with pytest.raises(NothingNew):
            tracing.combine(Role.AUTHORITY, query, [], PARTS, NOON)
    late = PARTS | {nine: frozenset({0, 31})}
    with pytest.raises(SharesMissing):
        tracing.combine(Role.AUTHORITY, told, [share(Party.VISITS, nine, 31)], late, NOON)
    both = [share(party, nine, 31) for party in (Party.VISITS, Party.IDENTITY)]
    again = tracing.combine(Role.AUTHORITY, told, both, late, NOON)
    assert again.state is QueryState.RELEASED
    assert again.released > once.released
    assert (nine, 31, Party.IDENTITY) in again.released


def test_where_nobody_came_there_is_nothing_to_open() -> None:
    assert tracing.combine(Role.AUTHORITY, LOGGED, [], {}, NOON).state is QueryState.RELEASED


def test_refusals_have_codes_of_their_own() -> None:
    codes = [refusal.code for refusal in (NotLogged, NotInScope, SharesMissing, NeedsAnotherOfficer, OverQuota)]
    assert len(set(codes)) == len(codes)
    assert all(issubclass(refusal, Refusal) for refusal in (NotLogged, NotInScope))
