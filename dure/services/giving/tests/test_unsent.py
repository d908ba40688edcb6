"""What was typed is never lost: not by a log-in that ended, not by an old form, not by too many at once."""

import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import guards, unsent
from dure.kit.visiting import browser, form
from dure.services.giving import queries

from . import making
from .making import Town
from .test_pages import draft_form, url

HERE = {"origin": "http://testserver"}


def log_in(client: Client, by: Actor) -> None:
    assert by.person
    client.force_login(get_user_model().objects.get(pk=by.person))


def hidden(page: str) -> dict[str, str]:
    (around,) = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if "지금 보내기" in one]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', around)
    return {name: unescape(text) for name, text in pairs}


def test_a_proposal_survives_the_end_of_a_log_in(town: Town) -> None:
    client, said = Client(), draft_form(town)
    answer = client.post(url("new"), said, headers=HERE)
    assert answer.status_code == 303
    assert answer["Location"].endswith("?next=%2Fagain%2F")
    assert client.get(reverse("again")).status_code == 302, "nobody sees it before the log-in"
    log_in(client, town.proposer)
    page = client.get(reverse("again")).content.decode()
    assert str(said["story"]) in page
    again = hidden(page)
    assert {name: str(text) for name, text in said.items()}.items() <= again.items()
    assert client.post(url("new"), again).status_code == 303
    assert client.get(reverse("again")).status_code == 302, "once only"


@pytest.mark.parametrize("sender", [{}, {"origin": "https://elsewhere.example"}, {"origin": "null"}])
def test_nothing_that_another_site_sends_is_kept(town: Town, sender: dict[str, str]) -> None:
    client = Client()
    answer = client.post(url("new"), draft_form(town), headers=sender)
    assert "again" not in answer["Location"]
    assert unsent.SESSION_KEY not in client.session


def test_what_is_told_in_confidence_waits_nowhere(town: Town) -> None:
    client = Client()
    address = reverse("ledger:issue_receipt", args=[2026, town.partner])
    client.post(address, form(name="정가상", address="예시도", number="900101-1234567"), headers=HERE)
    assert unsent.SESSION_KEY not in client.session


def test_an_old_form_is_offered_again_with_a_fresh_token(town: Town) -> None:
    person = folk.person()
    code = queries.code_of(making.opened(town))
    client = Client(enforce_csrf_checks=True)
    log_in(client, person)
    client.get(url("cause", code))
    stale = form(text="힘내세요, 예시 이웃 여러분", csrfmiddlewaretoken="x" * 64)
    answer = client.post(url("comment", code), stale, headers=HERE)
    assert answer.status_code == 403
    again = hidden(answer.content.decode())
    assert again["text"] == "힘내세요, 예시 이웃 여러분"
    assert client.post(url("comment", code), again, headers=HERE).status_code == 303
    foreign = client.post(url("comment", code), stale, headers={"origin": "https://elsewhere.example"})
    assert "힘내세요" not in foreign.content.decode()


def test_too_often_keeps_it_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "WRITES_MAX", 0)
    client = browser(town.proposer)
    answer = client.post(url("new"), draft_form(town), headers=HERE)
    assert answer.status_code == 429
    assert "윗말 놀이터 예시 고치기" in hidden(answer.content.decode())["title"]
