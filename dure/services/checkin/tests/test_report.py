"""The transparency report: counts from log entries only, with a floor; and every way in which a party's log can betray it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.services.checkin.rules import calendar, report, statements
from dure.services.checkin.types import (
    Epoch,
    LegalBasis,
    OfficerId,
    Party,
    Query,
    QueryId,
    QueryState,
    Scope,
)

from .making import BAKERY, NOON, TODAY

FIRST = Epoch(TODAY - 40)
USES = [(party, use) for party, uses in report.KEYS.items() for use in sorted(uses)]
type Logs = dict[Party, list[bytes]]


def told(kind: str, party: Party, use: str, epoch: int, **more: Any) -> bytes:
    """A statement of the vault about a key, with fields that a report does not know as well."""
    day = calendar.day_of(Epoch(epoch)).isoformat()
    said = {"kind": kind, "party": party.value, "purpose": use, "day": day, "commitment": f"{epoch:08x}", "use": "row"}
    return json.dumps(said | more).encode()


def kept_well(first: int = FIRST, today: int = TODAY) -> Logs:
    """The logs of three parties that made and destroyed all keys on their days."""
    logs: Logs = {party: [] for party in Party}
    for epoch in range(first, today + 1):
        for party, use in USES:
            logs[party].append(told("key.made", party, use, epoch))
            gone = epoch - calendar.DAYS_KEPT
            if gone >= first:
                on = calendar.day_of(Epoch(epoch)).isoformat()
                logs[party].append(told("key.destroyed", party, use, gone, on=on))
    return logs


def query(number: int, people: int | None = None) -> Query:
    """A query that was logged, and closed if people were told."""
    closed = {} if people is None else {"told": people, "closed_on": NOON.date(), "state": QueryState.CLOSED}
    return Query(
        QueryId(UUID(int=number)),
        UUID(int=6),
        "2026-감염-0001",
        LegalBasis.INVESTIGATION,
        Scope(Epoch(TODAY - 1), BAKERY, 9, 2),
        OfficerId(UUID(int=11)),
        NOON,
        number.to_bytes(32),
        decided_by=OfficerId(UUID(int=12)),
        **closed,  # type: ignore[arg-type]  # values are given above
    )


def made(logs: Logs, first: Epoch = FIRST, last: Epoch = TODAY) -> report.Report:
    return report.report(logs, first, last, TODAY)


def test_all_days_that_are_due_are_gone_and_nothing_is_odd() -> None:
    found = made(kept_well())
    assert found.odd == ()
    assert found.destroyed_days == len([day for day in found.days if day.due]) == 13
    assert [day.epoch for day in found.days if day.due] == list(range(FIRST, TODAY - 27))
    assert all(day.is_gone == day.due for day in found.days)


def test_queries_are_counted_and_people_in_fives() -> None:
    logs = kept_well()
    mine = logs[Party.AUTHORITY]
    for number, people in enumerate((None, 0, 1, 12), 1):
        mine.append(statements.query_statement(query(number, people)))
        if people is not None:
            mine.append(statements.closed_statement(query(number, people)))
    mine.append(statements.refused_statement(query(9, 0)))
    found = made(logs)
    assert (found.logged, found.closed, found.refused, found.hours) == (4, 3, 1, 8)
    assert found.told_at_most == 0 + 5 + 15
    assert found.odd == ()
    assert made(logs, last=Epoch(TODAY - 1)).logged == 0


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("not_destroyed", lambda all_: [body for body in all_ if _not_gone(body, TODAY - 30)]),
        ("never_made", lambda all_: [body for body in all_ if _day(body) != TODAY - 3]),
        ("made_twice", lambda all_: [*all_, told("key.made", Party.VISITS, "shares", TODAY, commitment="ff")]),
        ("destroyed_unknown", lambda all_: [*all_, _destroyed(TODAY - 30, -2, commitment="ff")]),
        ("destroyed_early", lambda all_: [*all_, _destroyed(TODAY - 5, -1)]),
        (
            "destroyed_late",
            lambda all_: [*(body for body in all_ if _not_gone(body, TODAY - 30)), _destroyed(TODAY - 30, 0)],
        ),
    ],
)
def test_a_log_that_says_something_else_than_it_should_is_named(what: str, change: Any) -> None:
    logs = kept_well()
    logs[Party.VISITS] = change(logs[Party.VISITS])
    odd = made(logs).odd
    assert {one.what for one in odd} == {what}
    assert all(one.subject.startswith("visits shares") for one in odd)


def test_queries_that_were_closed_unlogged_twice_otherwise_or_never_are_named() -> None:
    logs = kept_well()
    long_ago = replace(query(5), filed_at=NOON - timedelta(days=31))
    closed = json.loads(statements.closed_statement(query(4, 1)))
    logs[Party.AUTHORITY] += [
        statements.closed_statement(query(3, 1)),
        *[statements.query_statement(query(4))] * 2,
        json.dumps(closed | {"hours": 8}).encode(),
        statements.query_statement(long_ago),
    ]
    assert [one.what for one in made(logs).odd] == [
        "closed_otherwise",
        "closed_unlogged",
        "open_too_long",
        "told_twice",
    ]


def test_an_answer_to_a_query_that_is_not_in_the_log_is_named() -> None:
    logs = kept_well()
    there, hidden = replace(query(6), log_entry=3), replace(query(7), log_entry=4)
    logs[Party.AUTHORITY].append(statements.query_statement(there))
    for asked in (there, hidden):
        logs[Party.VISITS].append(statements.answered_statement(asked, Party.VISITS))
    logs[Party.IDENTITY].append(statements.answered_statement(hidden, Party.IDENTITY))
    assert made(logs).odd == (
        report.Odd("answered_unlogged", f"identity {hidden.id}"),
        report.Odd("answered_unlogged", f"visits {hidden.id}"),
    )


def test_a_report_begins_with_the_first_day_of_which_a_key_was_told() -> None:
    assert report.span_of({}, TODAY) is None
    assert report.span_of(kept_well(), TODAY) == (FIRST, TODAY)
    assert report.span_of(kept_well(TODAY - 200), TODAY) == (TODAY - 55, TODAY)
    assert report.span_of({Party.VISITS: [told("key.made", Party.VISITS, "shares", TODAY, day="x")]}, TODAY) is None


@given(st.lists(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)), max_size=5))
def test_entries_of_others_are_passed_over(strange: list[bytes]) -> None:
    known = query(1)
    half = [b"[]", b"{}", b"1", b'{"kind":[]}', b'{"kind":"query.logged","query":1}', b'{"kind":"key.made"}']
    dated = {"query": "x", "filed_on": "2026-02-30", "hours": 1, "kind": "query.logged"}
    counted = {"query": "x", "filed_on": "2026-02-03", "hours": True, "kind": "query.logged"}
    logs: Logs = {party: [*strange, *half] for party in Party}
    logs[Party.AUTHORITY] += [
        statements.query_statement(known),
        *(json.dumps(each).encode() for each in (dated, counted)),
    ]
    assert made(logs, first=TODAY).logged == 1


def test_a_report_has_an_end() -> None:
    for last in (FIRST - 1, FIRST + report.LENGTH_DAYS_MAX):
        with pytest.raises(ValueError, match="1 to 400 days"):
            report.report({}, FIRST, Epoch(last), TODAY)


def test_an_empty_log_is_no_destruction() -> None:
    found = made({})
    assert found.destroyed_days == 0
    assert {one.what for one in found.odd} == {"never_made"}


def _day(body: bytes) -> int:
    return int(json.loads(body)["commitment"], 16)


def _not_gone(body: bytes, epoch: int) -> bool:
    return not (json.loads(body)["kind"] == "key.destroyed" and _day(body) == epoch)


def _destroyed(epoch: int, ago: int, **more: str) -> bytes:
    on = calendar.day_of(Epoch(TODAY + ago)).isoformat()
    return told("key.destroyed", Party.VISITS, "shares", epoch, on=on, **more)
