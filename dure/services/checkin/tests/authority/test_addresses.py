"""Every address of the authority, asked by everybody who is not meant. What is not listed as open is shut."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client

from dure.base.actors import Actor
from dure.foundations.people.tests import making as folk
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.models.authority import tables
from dure.services.checkin.tests.every_address import SHUT, addresses, statuses
from dure.services.checkin.types import QueryState

from .standing import NOON, asked, key
from .test_desk import client, officer

pytestmark = pytest.mark.django_db
DESK = "/desk/checkin/"
READ_BY_AUDITORS = ("/desk/checkin/", "/desk/checkin/officers/")
OTHERS: dict[str, Callable[[], Actor | None]] = {
    "nobody": lambda: None,
    "a person without an office": folk.person,
    "a steward": folk.steward,
    "an auditor": folk.auditor,
    "an officer of another office": lambda: officer("나루시 보건소 (예시)"),
}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def query() -> str:
    return str(actions.file(officer(), asked(), key=key()))


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_does_anything_at_the_desk_that_is_not_theirs(who: str, query: str) -> None:
    by = client(OTHERS[who]())
    everything = addresses({"query": query}, DESK)
    assert len(everything) >= 8
    written = statuses(by, "post", everything)
    own_form = {f"{DESK}new/{'00000000-0000-0000-0000-00000000004d'}/"} if "officer" in who else set()
    assert {one: said for one, said in written.items() if said not in SHUT and one not in own_form} == {}
    assert tables.Query.objects.get().state == QueryState.FILED.value
    if who == "an officer of another office":
        assert by.get(f"{DESK}{query}/").status_code == 403
        return
    read = statuses(by, "get", everything)
    may = {f"{DESK}{query}/", *READ_BY_AUDITORS} if who == "an auditor" else set()
    assert {one for one, said in read.items() if said not in SHUT} <= may


def test_no_address_breaks_and_none_takes_a_form_without_its_token(query: str) -> None:
    everything = addresses({"query": query})
    by, strict = client(officer()), Client(enforce_csrf_checks=True)
    strict.cookies = by.cookies
    assert {one: said for one, said in statuses(by, "get", everything).items() if said >= 500 and said != 503} == {}
    written = statuses(strict, "post", everything)
    assert {one: said for one, said in written.items() if said not in SHUT} == {}
    assert tables.Query.objects.get().state == QueryState.FILED.value
