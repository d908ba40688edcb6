"""A query, from its filing to its end.

filed -> approved (by another officer of the office) -> logged -> released (two shares for every part of every hour) -> told ->
closed; filed -> refused, by another officer, or by itself when none decided. What was settled late makes new parts: released and
told again, before it is closed.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from dure.base.clock import local
from dure.foundations.vault.types import LogEntry
from dure.services.checkin.types import (
    CaseMissing,
    Deed,
    Hour,
    KeyShare,
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
    QueryState,
    Role,
    Scope,
    ScopeTooWide,
    SharesMissing,
)

from .calendar import demand_readable, is_readable, starts_at
from .permits import PARTY_OF, may
from .statements import query_statement

HOURS_MAX: Final = 8  # of one venue on one day, in one query
OPEN_MAX: Final = 5  # queries of an office that are not closed
WEEK_MAX: Final = 20  # queries of an office in seven days
UNCLOSED_DAYS_MAX: Final = 14  # after its filing; what comes late comes within a day
UNDECIDED_DAYS_MAX: Final = 7  # after its filing; then nobody decides on it any more
SHARES_NEEDED: Final = 2
_CASE: Final = re.compile(r"[0-9A-Z가-힣][0-9A-Z가-힣-]{3,39}")
_STEPS: Final[Mapping[Deed, tuple[frozenset[QueryState], QueryState]]] = {
    Deed.APPROVE: (frozenset({QueryState.FILED}), QueryState.APPROVED),
    Deed.REFUSE: (frozenset({QueryState.FILED}), QueryState.REFUSED),
    Deed.LOG: (frozenset({QueryState.APPROVED}), QueryState.LOGGED),
    Deed.COMBINE: (frozenset({QueryState.LOGGED, QueryState.RELEASED, QueryState.TOLD}), QueryState.RELEASED),
    Deed.TELL: (frozenset({QueryState.RELEASED}), QueryState.TOLD),
    Deed.CLOSE: (frozenset({QueryState.TOLD}), QueryState.CLOSED),
    Deed.LAPSE: (frozenset({QueryState.LOGGED, QueryState.RELEASED, QueryState.TOLD}), QueryState.CLOSED),
}


def file(role: Role, query: Query, officer: Officer, open_now: int, this_week: int) -> Query:
    """A query as an officer files it, for an office with so many open, and so many filed in the seven days before.

    Raises NotAllowed, OtherOffice, CaseMissing, ScopeTooWide, DayClosed, OverQuota, NotNow.
    """
    may(role, Deed.FILE)
    if (officer.id, officer.office) != (query.filed_by, query.office):
        raise OtherOffice()
    if query.state is not QueryState.FILED or query.decided_by or query.log_entry is not None or query.released:
        raise NotNow(state=query.state)
    if not _CASE.fullmatch(query.case):
        raise CaseMissing()
    check_scope(query.scope, query.filed_at)
    if open_now >= OPEN_MAX:
        raise OverQuota(limit=OPEN_MAX)
    if this_week >= WEEK_MAX:
        raise OverQuota(limit=WEEK_MAX)
    return query


def check_scope(scope: Scope, at: datetime) -> None:
    """Raises ScopeTooWide, DayClosed. The hours have to be over: nobody is watched while they come in."""
    last = scope.first_hour + scope.hours
    if not (1 <= scope.hours <= HOURS_MAX and scope.first_hour >= 0 and last <= 24):
        raise ScopeTooWide(hours_max=HOURS_MAX)
    demand_readable(scope.epoch, at)
    if at < starts_at(scope.epoch) + timedelta(hours=last):
        raise ScopeTooWide(hours_max=HOURS_MAX)


def hours_of(scope: Scope) -> tuple[Hour, ...]:
    """Every hour that a scope takes in."""
    return tuple(
        Hour(scope.epoch, scope.venue, hour) for hour in range(scope.first_hour, scope.first_hour + scope.hours)
    )


def approve(role: Role, query: Query, officer: Officer) -> Query:
    """The second officer's yes. Raises NotAllowed, NotNow, NeedsAnotherOfficer, OtherOffice."""
    return replace(_stepped(role, query, Deed.APPROVE), decided_by=_another(query, officer))


def refuse(role: Role, query: Query, officer: Officer, day: date) -> Query:
    """The second officer's no. Raises NotAllowed, NotNow, NeedsAnotherOfficer, OtherOffice."""
    return replace(_stepped(role, query, Deed.REFUSE), decided_by=_another(query, officer), closed_on=day)


def log(role: Role, query: Query, entry: int) -> Query:
    """Now it stands in the public log, as entry number `entry`. Raises NotAllowed, NotNow."""
    return replace(_stepped(role, query, Deed.LOG), log_entry=entry)


def check_release(role: Role, query: Query, hour: Hour, entry: LogEntry, at: datetime) -> Party:
    """Whether the party of this role may give its share of this hour now; the party.

    `entry`: what the authority's log was shown to hold, by a proof up to a signed head: the vault says so, nobody who asks. It
    has to be this query, word for word; that the query calls itself logged counts for nothing.

    Raises NotAllowed, NotLogged, NeedsAnotherOfficer, NotNow, NotInScope, DayClosed.
    """
    may(role, Deed.RELEASE)
    if query.state in (QueryState.FILED, QueryState.APPROVED) or query.decided_by is None:
        raise NotLogged()
    if not hmac.compare_digest(entry.body, query_statement(query)) or entry.index != query.log_entry:
        raise NotLogged()
    if query.decided_by == query.filed_by:
        raise NeedsAnotherOfficer()
    if query.state not in (QueryState.LOGGED, QueryState.RELEASED, QueryState.TOLD):
        raise NotNow(state=query.state)
    if hour not in hours_of(query.scope):
        raise NotInScope()
    demand_readable(hour.epoch, at)
    return PARTY_OF[role]


def check_approved(role: Role, query: Query) -> None:
    """Whether the program may write a query into the log now. Raises NotAllowed, NotNow."""
    _stepped(role, query, Deed.LOG)


def check_open(query: Query, at: datetime) -> None:
    """Whether what came late for a query can still be read. Raises DayClosed."""
    demand_readable(query.scope.epoch, at)


def is_shown(query: Query) -> tuple[OfficerId, int]:
    """Who decided on a query, and which entry of the log it is: what a party that is asked has to see. Raises NotLogged."""
    if query.decided_by is None or query.log_entry is None:
        raise NotLogged()
    return query.decided_by, query.log_entry


def combine(
    role: Role, query: Query, shares: Iterable[KeyShare], parts: Mapping[Hour, frozenset[int]], at: datetime
) -> Query:
    """Two parties' shares are there for every part of every hour in which somebody came.

    `parts`: which parts each hour has, as the visit party says; none at all means that nobody came, and is released as such. A
    part that it leaves out stays closed: nobody else knows of it. Again, when something was settled late: with new parts.

    Raises NotAllowed, NotNow, NothingNew, NotInScope, SharesMissing, DayClosed.
    """
    done = _stepped(role, query, Deed.COMBINE)
    if query.log_entry is None:
        raise NotLogged()
    demand_readable(query.scope.epoch, at)
    scope = hours_of(query.scope)
    if not set(parts) <= set(scope):
        raise NotInScope()
    given: dict[tuple[Hour, int], set[Party]] = {}
    for share in shares:
        if share.query != query.id or share.hour not in scope:
            raise NotInScope()
        given.setdefault((share.hour, share.part), set()).add(share.party)
    for hour, part, party in query.released:
        given.setdefault((hour, part), set()).add(party)
    wanted = {(hour, part) for hour, numbers in parts.items() for part in numbers}
    if query.state is not QueryState.LOGGED and wanted <= {(hour, part) for hour, part, _ in query.released}:
        raise NothingNew()
    for each in sorted(wanted):
        have = frozenset(given.get(each, set()))
        if len(have) < SHARES_NEEDED:
            raise SharesMissing(have=have)
    return replace(done, released=frozenset((hour, part, who) for (hour, part), all_ in given.items() for who in all_))


def tell(role: Role, query: Query, told: int, unknown: int = 0) -> Query:
    """The identity party has told so many contacts, in all rounds, and knew nobody for so many handles.

    Raises NotAllowed, NotNow.
    """
    if told < 0 or unknown < 0:
        raise ValueError("no fewer than none")
    return replace(_stepped(role, query, Deed.TELL), told=told, unknown=unknown)


def close(role: Role, query: Query, day: date) -> Query:
    """What was opened is destroyed with the query's own key; only the counts stay. Raises NotAllowed, NotNow."""
    return replace(_stepped(role, query, Deed.CLOSE), closed_on=day)


def lapses_at(query: Query) -> datetime:
    """When a query whose people are told closes by itself."""
    return query.filed_at + timedelta(days=UNCLOSED_DAYS_MAX)


def may_lapse(query: Query, at: datetime) -> bool:
    """Whether a query that nobody closes closes by itself now: told, and filed long ago; or its day can be read no more."""
    if query.state is QueryState.TOLD and at >= lapses_at(query):
        return True
    waits = query.state in (QueryState.LOGGED, QueryState.RELEASED)
    return waits and not is_readable(query.scope.epoch, at)


def lapse(role: Role, query: Query, at: datetime) -> Query:
    """A query that nobody closed, closed by itself; of one that was never told nobody is told. Raises NotAllowed, NotNow."""
    done = _stepped(role, query, Deed.LAPSE)
    if not may_lapse(query, at):
        raise NotNow(state=query.state)
    return replace(done, told=query.told or 0, closed_on=local(at).date())


def expires_at(query: Query) -> datetime:
    """When a query on which no second officer decided ends by itself."""
    return query.filed_at + timedelta(days=UNDECIDED_DAYS_MAX)


def may_expire(query: Query, at: datetime) -> bool:
    """Whether a query on which nobody decided ends now: filed long ago, or its day can be read no more."""
    over = at >= expires_at(query) or not is_readable(query.scope.epoch, at)
    return query.state is QueryState.FILED and over


def expire(role: Role, query: Query, at: datetime) -> Query:
    """A query on which no second officer decided, ended by itself: refused, by nobody. Raises NotAllowed, NotNow."""
    may(role, Deed.LAPSE)
    if not may_expire(query, at):
        raise NotNow(state=query.state)
    return replace(query, state=QueryState.REFUSED, closed_on=local(at).date())


def _stepped(role: Role, query: Query, deed: Deed) -> Query:
    may(role, deed)
    allowed, after = _STEPS[deed]
    if query.state not in allowed:
        raise NotNow(state=query.state)
    return replace(query, state=after)


def _another(query: Query, officer: Officer) -> OfficerId:
    if officer.office != query.office:
        raise OtherOffice()
    if officer.id == query.filed_by:
        raise NeedsAnotherOfficer()
    return officer.id
