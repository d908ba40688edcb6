"""An auditor reads every page of the desk and changes nothing."""

import re

import pytest
from django.urls import reverse

from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form
from dure.services.giving import queries

from . import making
from .making import Town
from .test_pages import url

ACTIONS = re.compile(r'action="(/giving/[^"]*)"')


def test_the_desk_opens_to_an_auditor_without_a_button(town: Town) -> None:
    stages = [
        making.agreed(town, 1),
        making.opened(town),
        making.closed(town, (100_000,))[0],
        making.paid_out(town, (100_000,))[0],
    ]
    auditor = browser(folk.auditor())
    pages = [url("desk"), url("funds"), url("organisation", town.partner)]
    for cause in stages:
        code = queries.code_of(cause)
        pages += [url("vet", code), url("agreements", code), url("work", code)]
    for address in pages:
        answer = auditor.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert ACTIONS.findall(text) == [], address
        assert "<textarea" not in text
        assert 'type="checkbox"' not in text
        assert browser(folk.person()).get(address).status_code == 403


def test_a_proof_is_read_by_an_auditor(town: Town) -> None:
    box, _ = making.paid_out(town, (100_000,))
    line = making.spend(town, box, 100_000)
    answer = browser(folk.auditor()).get(url("proof", queries.code_of(box), line))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == making.PDF  # type: ignore[attr-defined]  # the client's type does not know streams


def test_an_auditor_finds_the_desk(town: Town) -> None:
    assert url("desk") in browser(folk.auditor()).get(reverse("people:me")).content.decode()


@pytest.mark.parametrize("name", ["funds", "stop", "reject_plan", "agreements"])
def test_an_auditor_changes_nothing(town: Town, name: str) -> None:
    code = queries.code_of(making.opened(town))
    address = url("funds") if name == "funds" else url(name, code)
    answer = browser(folk.auditor()).post(address, form(name="Fund", why="It cannot be done."))
    assert answer.status_code in (403, 409)
    assert queries.card(queries.id_of(code)).state == "open"
    assert queries.funds() == ()
