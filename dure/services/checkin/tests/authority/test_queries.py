"""A query on the authority's real tables: who may what, in which order, and what the log says before anything is asked."""

import json
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, transaction

from dure.base.actors import NOBODY, Actor, PlatformRole, system
from dure.base.refusals import BadValue, KeyReused, NotAllowed, NotFound
from dure.foundations.vault import queries as vault
from dure.kit import peers
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.models.authority import tables
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import statements, tracing
from dure.services.checkin.tests.other_two import Others
from dure.services.checkin.types import (
    CaseMissing,
    DayClosed,
    NeedsAnotherOfficer,
    NotNow,
    OtherOffice,
    OverQuota,
    QueryState,
    ScopeTooWide,
)
from dure.services.checkin.types.offices import OtherOfficer
from dure.services.checkin.types.query_messages import ContactsTold

from . import standing
from .standing import DAY, NOON, OFFICE, OTHER_OFFICE, PROGRAM, SHELL, asked, key, make_keys, officer, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def others(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Others:
    """The other two parties, who answer."""
    there = standing.others()
    settings.DURE = replace(settings.DURE, peers=there.peers())
    monkeypatch.setattr(peers, "_line", there.line)
    return there


def told() -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in vault.entries("authority", 0, 50)]


def state(query: UUID) -> QueryState:
    return queries.query(query).state


# People


@pytest.mark.parametrize(
    "by", [NOBODY, system("site.task"), system("party.identity"), person(PlatformRole.STEWARD), person()]
)
def test_only_the_shell_appoints_officers(by: Actor) -> None:
    who = person().person
    assert who
    for refused in (lambda: actions.appoint_officer(by, who, OFFICE), lambda: actions.dismiss_officer(by, who)):
        with pytest.raises(NotAllowed):
            refused()


def test_an_officer_acts_for_one_office_which_stands_in_the_log() -> None:
    kim = officer()
    assert kim.person
    assert actions.appoint_officer(SHELL, kim.person, f" {OFFICE} ").office.name == OFFICE
    with pytest.raises(OtherOfficer):
        actions.appoint_officer(SHELL, kim.person, OTHER_OFFICE)
    with pytest.raises(BadValue):
        actions.appoint_officer(SHELL, kim.person, "줄\n바꿈")
    assert [(said["kind"], said["name"]) for said in told()] == [("office.opened", OFFICE)]
    actions.dismiss_officer(SHELL, kim.person)
    with pytest.raises(NotFound):
        actions.dismiss_officer(SHELL, kim.person)
    with pytest.raises(NotAllowed):
        actions.file(kim, asked(), key=key())


WHO = ("officer", "colleague", "stranger", "steward", "auditor", "citizen", "program", "identity")
MAY = {
    "file": {"officer", "colleague", "stranger"},
    "approve": {"colleague"},
    "refuse": {"colleague"},
    "log": {"program"},
    "combine": {"program"},
    "tell": {"program"},
    "look_again": {"officer", "colleague"},
    "close": {"officer", "colleague"},
    "read": {"officer", "colleague", "auditor"},
}
BEFORE = {
    "approve": QueryState.FILED,
    "refuse": QueryState.FILED,
    "log": QueryState.APPROVED,
    "combine": QueryState.LOGGED,
    "tell": QueryState.RELEASED,
    "look_again": QueryState.TOLD,
    "close": QueryState.TOLD,
}


@pytest.mark.parametrize(("deed", "who"), list(product(MAY, WHO)))
def test_nobody_does_anything_that_is_not_theirs(deed: str, who: str, others: Others) -> None:
    kim, lee = officer(), officer()
    by: Actor = {
        "officer": kim,
        "colleague": lee,
        "stranger": officer(OTHER_OFFICE),
        "steward": person(PlatformRole.STEWARD),
        "auditor": person(PlatformRole.AUDITOR),
        "citizen": person(),
        "program": PROGRAM,
        "identity": system("party.identity"),
    }[who]
    make_keys()
    query = actions.file(kim, asked(), key=key())
    _bring(query, lee, BEFORE.get(deed, QueryState.FILED))
    deeds: dict[str, Any] = {
        "file": lambda: actions.file(by, asked(), key=key()),
        "read": lambda: queries.file(by, query),
        **{name: lambda name=name: getattr(actions, name)(by, query) for name in BEFORE},
    }
    if who in MAY[deed]:
        deeds[deed]()
    else:
        with pytest.raises((NotAllowed, OtherOffice, NeedsAnotherOfficer)):
            deeds[deed]()


def _bring(query: UUID, lee: Actor, to: QueryState) -> None:
    steps = {
        QueryState.APPROVED: lambda: actions.approve(lee, query),
        QueryState.LOGGED: lambda: actions.log(PROGRAM, query),
        QueryState.RELEASED: lambda: actions.combine(PROGRAM, query),
        QueryState.TOLD: lambda: actions.tell(PROGRAM, query),
    }
    for at, step in steps.items():
        if state(query) is to:
            return
        step()
        assert state(query) is at


# Filing and deciding


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"case": "열 칸"}, CaseMissing),
        ({"hours": 9}, ScopeTooWide),
        ({"ago": 0, "first_hour": 11, "hours": 2}, ScopeTooWide),
        ({"ago": -1}, DayClosed),
        ({"ago": 28}, DayClosed),
    ],
)
def test_what_cannot_be_asked_is_not_filed(said: dict[str, Any], refused: Any) -> None:
    with pytest.raises(refused):
        actions.file(officer(), asked(**said), key=key())
    assert not tables.Query.objects.exists()


def test_the_same_form_twice_is_one_query_and_another_one_under_its_key_none() -> None:
    kim, once = officer(), key()
    assert actions.file(kim, asked(), key=once) == actions.file(kim, asked(), key=once)
    with pytest.raises(KeyReused):
        actions.file(kim, asked(hours=1), key=once)
    assert tables.Query.objects.count() == 1


def test_an_office_has_so_many_open_queries_and_another_office_its_own() -> None:
    kim = officer()
    for _ in range(tracing.OPEN_MAX):
        actions.file(kim, asked(), key=key())
    with pytest.raises(OverQuota):
        actions.file(officer(), asked(), key=key())
    actions.file(officer(OTHER_OFFICE), asked(), key=key())


def test_a_refused_query_asks_nobody_and_is_counted_in_the_log(others: Others) -> None:
    kim, lee = officer(), officer()
    query = actions.file(kim, asked(), key=key())
    actions.refuse(lee, query)
    assert state(query) is QueryState.REFUSED
    assert "by_itself" not in told()[-1]
    with pytest.raises(NotNow):
        actions.approve(lee, query)
    assert actions.pursue(PROGRAM) == 0
    assert others.heard == []
    assert [said["kind"] for said in told()] == ["office.opened", "query.refused"]


# The program


def test_a_query_is_in_the_log_before_anybody_is_asked_and_opens_what_was_asked_for(others: Others) -> None:
    kim, lee = officer(), officer()
    epoch = make_keys()
    there = [*others.write(epoch, 9, 3), *others.write(epoch, 10, 7, part=1)]
    others.write(epoch, 11, 4)  # outside of the hours that are asked for
    others.told = ContactsTold(15, 5)
    query = actions.file(kim, asked(), key=key())
    assert actions.pursue(PROGRAM) == 0
    assert others.heard == []
    actions.approve(lee, query)
    assert others.heard == []
    actions.pursue(PROGRAM)
    first = others.heard[0][1]["query"]
    assert json.loads(vault.entries("authority", first["log_entry"], 1)[0].body)["kind"] == statements.LOGGED
    assert [name for name, _ in others.heard] == ["visits.release", "visits.release", "identity.tell"]
    assert [said["hour"] for name, said in others.heard if name == "visits.release"] == [9, 10]
    assert sorted(others.told_handles()) == sorted(there)
    found = queries.query(query)
    assert (found.state, found.told, found.unknown) == (QueryState.TOLD, 15, 5)
    assert {(hour.hour, part) for hour, part, _ in found.released} == {(9, 0), (10, 1)}
    assert not tables.Extract.objects.exists(), "what was opened stays no longer than it has to"


def test_nobody_was_there_and_nobody_is_asked_for(others: Others) -> None:
    query = _approved()
    actions.pursue(PROGRAM)
    assert (state(query), queries.query(query).told) == (QueryState.TOLD, 0)
    assert "identity.tell" not in [name for name, _ in others.heard]


def test_without_the_visit_partys_share_the_identity_partys_does(others: Others) -> None:
    epoch = make_keys()
    there = others.write(epoch, 9, 2, own_share=False)
    query = _approved()
    actions.pursue(PROGRAM)
    assert sorted(others.told_handles()) == sorted(there)
    assert "identity.release" in [name for name, _ in others.heard]
    assert {party.value for _, _, party in queries.query(query).released} == {"authority", "identity"}


def test_not_one_byte_opens_without_a_second_share(others: Others) -> None:
    epoch = make_keys()
    others.write(epoch, 9, 2, own_share=False)
    others.refuses["identity.release"] = "not_in_scope"
    query = _approved()
    actions.pursue(PROGRAM)
    row = queries.row(query)
    assert (row.state, row.trouble) == (QueryState.LOGGED.value, "peer_refused")
    assert not tables.Extract.objects.exists()
    assert others.told_handles() == []


def test_what_keeps_one_query_waiting_stops_no_other_and_is_tried_again(others: Others) -> None:
    epoch = make_keys()
    others.write(epoch, 9, 1)
    first, second = _approved(), _approved()
    others.away = frozenset({"identity"})
    actions.pursue(PROGRAM)
    assert [queries.row(one).trouble for one in (first, second)] == ["peer_silent"] * 2
    assert [state(one) for one in (first, second)] == [QueryState.RELEASED] * 2
    others.away = frozenset()
    actions.pursue(PROGRAM)
    assert [state(one) for one in (first, second)] == [QueryState.TOLD] * 2
    assert [queries.row(one).trouble for one in (first, second)] == [""] * 2


def test_what_was_settled_late_is_told_in_a_second_round_and_nothing_else(others: Others) -> None:
    kim = officer()
    epoch = make_keys()
    others.write(epoch, 9, 2)
    query = _approved(kim)
    actions.pursue(PROGRAM)
    actions.look_again(kim, query)
    assert actions.pursue(PROGRAM) == 1
    assert state(query) is QueryState.TOLD, "nothing came late"
    others.heard.clear()
    late = others.write(epoch, 9, 1, part=30)
    actions.look_again(kim, query)
    actions.pursue(PROGRAM)
    assert others.told_handles() == late
    assert [said["round"] for name, said in others.heard if name == "identity.tell"] == [1]
    assert queries.query(query).told == 10
    assert not queries.row(query).look_again


def test_a_false_share_is_named_and_opens_nothing(others: Others) -> None:
    epoch = make_keys()
    others.write(epoch, 9, 2)
    [part] = others.hours[9].parts
    changed = bytearray(part.share)
    changed[-6] ^= 1
    others.hours[9] = type(others.hours[9])(
        (type(part)(part.part, bytes(changed), part.identity, part.authority, part.commitments, part.rows),)
    )
    query = _approved()
    actions.pursue(PROGRAM)
    assert state(query) is QueryState.LOGGED
    assert queries.row(query).trouble in ("false_share", "share_unfit")
    assert not tables.Extract.objects.exists()


def test_after_28_days_a_query_that_waited_opens_nothing(others: Others) -> None:
    epoch = make_keys()
    others.write(epoch, 9, 2)
    query = _approved()
    with time_machine.travel(NOON + 28 * DAY, tick=True):
        actions.pursue(PROGRAM)
    assert queries.row(query).trouble == "day_closed"
    assert not tables.Extract.objects.exists()


def test_a_closed_query_is_laid_open_in_the_log_and_forgets_what_it_opened(others: Others) -> None:
    kim = officer()
    epoch = make_keys()
    others.write(epoch, 9, 2)
    query = _approved(kim)
    with pytest.raises(NotNow):
        actions.close(kim, query)
    actions.pursue(PROGRAM)
    actions.close(kim, query)
    said = told()[-1]
    assert (said["kind"], said["told_at_most"], said["hours"], said["first_hour"]) == ("query.closed", 5, 2, 9)
    found = queries.query(query)
    opened = bytes.fromhex(said["opening"])
    [before] = [one for one in told() if one["kind"] == "query.logged"]
    assert statements.scope_commitment(opened, found).hex() == before["scope"]
    with pytest.raises(NotNow):
        actions.look_again(kim, query)


def test_a_query_that_nobody_closes_closes_by_itself_and_the_log_says_so(others: Others) -> None:
    query = _approved()
    actions.pursue(PROGRAM)
    with time_machine.travel(NOON + 13 * DAY, tick=True):
        assert actions.close_old(PROGRAM) == 0
    with time_machine.travel(NOON + 15 * DAY, tick=True):
        for by in (NOBODY, officer(), system("party.identity")):
            with pytest.raises(NotAllowed):
                actions.close_old(by)
        assert [actions.close_old(PROGRAM) for _ in range(2)] == [1, 0]
    assert state(query) is QueryState.CLOSED
    [said] = [one for one in told() if one["kind"] == statements.CLOSED]
    assert (said["by_itself"], said["told_at_most"], said["query"]) == (True, 0, str(query))


def test_a_query_that_could_never_be_told_closes_when_its_day_is_gone(others: Others) -> None:
    epoch = make_keys()
    others.write(epoch, 9, 2)
    others.away = frozenset({"identity"})
    query = _approved()
    actions.pursue(PROGRAM)
    assert (state(query), tables.Extract.objects.count()) == (QueryState.RELEASED, 1)
    with time_machine.travel(NOON + 27 * DAY, tick=True):
        assert actions.close_old(PROGRAM) == 1
    assert (state(query), queries.query(query).told, tables.Extract.objects.count()) == (QueryState.CLOSED, 0, 0)
    assert not queries.row(query).trouble


def test_an_officers_own_closing_does_not_say_by_itself(others: Others) -> None:
    kim = officer()
    query = _approved(kim)
    actions.pursue(PROGRAM)
    actions.close(kim, query)
    [said] = [one for one in told() if one["kind"] == statements.CLOSED]
    assert "by_itself" not in said


def test_the_database_itself_lets_no_query_go_on_that_is_not_logged() -> None:
    query = _approved()
    with pytest.raises(IntegrityError, match="checkin_query_logged_first"), transaction.atomic():
        tables.Query.objects.filter(id=query).update(state=QueryState.RELEASED.value)


def _approved(kim: Actor | None = None) -> UUID:
    query = actions.file(kim or officer(), asked(), key=key())
    actions.approve(officer(), query)
    return query
