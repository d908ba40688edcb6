"""What the public log says of queries, byte for byte, so that anybody makes the same bytes and compares.

Before a share leaves, it says that an office asks: on which legal basis, for how many hours, and two commitments. They bind the
office to one venue, day and hours, and to a case and two officers, without telling any of it. When the query is closed, the first
one is opened; case and officers stay with the office and its auditor. Counts of people are told in fives only.
"""

import json
from datetime import date
from typing import Final
from uuid import UUID

from dure.base.clock import local
from dure.services.checkin.types import Epoch, NotNow, Party, Query

from .calendar import day_of
from .secrets import KEY_BYTES, derived

LOGGED: Final = "query.logged"
REFUSED: Final = "query.refused"
CLOSED: Final = "query.closed"
ANSWERED: Final = "query.answered"
FLOOR: Final = 5  # of people; fewer are "at most five"


def query_statement(query: Query) -> bytes:
    """The entry that has to stand in the log before a share of this query leaves. Raises NotNow when nobody decided on it yet."""
    if query.decided_by is None:
        raise NotNow(state=query.state)
    officers = query.filed_by.bytes + query.decided_by.bytes
    return _said(
        LOGGED,
        query=str(query.id),
        office=str(query.office),
        basis=query.basis.value,
        filed_on=local(query.filed_at).date().isoformat(),
        hours=query.scope.hours,
        scope=scope_commitment(scope_opening(query), query).hex(),
        file=derived(_blinding(query, b"file"), b"file", query.id.bytes, query.case.encode(), officers).hex(),
    )


def refused_statement(query: Query) -> bytes:
    """That an office's second officer said no, or that none decided and it ended by itself. Raises NotNow."""
    if query.closed_on is None:
        raise NotNow(state=query.state)
    return _said(
        REFUSED,
        query=str(query.id),
        office=str(query.office),
        refused_on=query.closed_on.isoformat(),
        **({"by_itself": True} if query.decided_by is None else {}),
    )


def closed_statement(query: Query, *, by_itself: bool = False) -> bytes:
    """What the query was about, and how many people were told, at most. With it the first commitment opens.

    `by_itself`: no officer closed it. Raises NotNow.
    """
    if query.told is None or query.closed_on is None:
        raise NotNow(state=query.state)
    scope = query.scope
    return _said(
        CLOSED,
        query=str(query.id),
        venue=str(scope.venue),
        day=day_of(scope.epoch).isoformat(),
        first_hour=scope.first_hour,
        hours=scope.hours,
        opening=scope_opening(query).hex(),
        told_at_most=at_most(query.told),
        unknown_at_most=at_most(query.unknown),
        closed_on=query.closed_on.isoformat(),
        **({"by_itself": True} if by_itself else {}),
    )


def answered_key(query: UUID) -> str:
    """Under what the log of a party that is asked tells that it answered a query, once."""
    return f"{ANSWERED}|{query}"


def answered_statement(query: Query, party: Party) -> bytes:
    """That a party answered a query, and which entry of the authority's log it saw before. Raises NotNow."""
    if query.log_entry is None:
        raise NotNow(state=query.state)
    return _said(ANSWERED, query=str(query.id), party=party.value, entry=query.log_entry)


def told_mark(handles: bytes, query: UUID, handle: bytes) -> bytes:
    """What says that a person was told for a query: to who has the day's key, while it lives."""
    return derived(handles, b"told", query.bytes, handle)


def scope_opening(query: Query) -> bytes:
    """32 bytes with which anybody checks for which venue, day and hours a query was logged; told when it is closed."""
    return _blinding(query, b"scope")


def scope_commitment(opening: bytes, query: Query) -> bytes:
    """What the log says instead of venue, day and hours. 32 random bytes are in it: venues cannot be tried out."""
    scope = query.scope
    said = scope.epoch.to_bytes(2) + scope.venue.bytes + bytes([scope.first_hour, scope.hours])
    return derived(opening, b"scope", query.id.bytes, said)


def at_most(people: int) -> int:
    """A count as it is told: the next multiple of five. A report adds up what the log says, so it knows no smaller one either."""
    return -(-people // FLOOR) * FLOOR


def _blinding(query: Query, use: bytes) -> bytes:
    if len(query.blinding) != KEY_BYTES:
        raise ValueError("a query has 32 random bytes of its own")
    return derived(query.blinding, b"blinding", use)


def _said(kind: str, **fields: str | int) -> bytes:
    return json.dumps({"kind": kind, **fields}, sort_keys=True, separators=(",", ":")).encode()


# Of days that end, by the visit party.
FORGOTTEN: Final = "day.forgotten"
DROPPED: Final = "day.destroyed"


def forgotten_key(epoch: Epoch) -> str:
    """Under what the log tells that what was spent on a day is forgotten, once."""
    return f"{FORGOTTEN}|{day_of(epoch).isoformat()}"


def forgotten_statement(epoch: Epoch, on: date) -> bytes:
    """That nobody can be told any more which codes of a day were taken."""
    return _said(FORGOTTEN, day=day_of(epoch).isoformat(), on=on.isoformat())


def dropped_key(epoch: Epoch) -> str:
    """Under what the log tells that a day's visits are gone, once."""
    return f"{DROPPED}|{day_of(epoch).isoformat()}"


def dropped_statement(epoch: Epoch, on: date) -> bytes:
    """That the visits of a day are gone, and with them what stayed of their seeds."""
    return _said(DROPPED, day=day_of(epoch).isoformat(), on=on.isoformat())
