"""The JSON face of the ways to people: the same actions, once for a key; a wrong code is counted and refused by name."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from procrastinate.contrib.django.models import ProcrastinateJob

from dure.base.actors import Actor
from dure.foundations.channels import models, queries
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.types import Gone
from dure.foundations.people.tests import making as folk

from .proving import NUMBER, me, number_of, other_than
from .test_channels_api import headers

pytestmark = pytest.mark.django_db
AT = "/api/v1/channels/ways"


@pytest.fixture
def by() -> Actor:
    return folk.person()


@pytest.fixture
def texts() -> Iterator[None]:
    """Somebody carries text messages; nobody asks them here."""
    with override_settings(DURE=replace(settings.DURE, solapi_key="K", solapi_secret="s", solapi_sender="029302266")):
        yield


def asks(api_client: Any, by: Actor, number: str = "010-0000-5678", key: str = "") -> Any:
    return api_client.post(f"{AT}/number", json={"number": number}, headers=headers(by, key))


def tries(api_client: Any, by: Actor, code: str, key: str = "") -> Any:
    return api_client.post(f"{AT}/number/code", json={"code": code}, headers=headers(by, key))


def code_of(by: Actor) -> str:
    return queries.code_of(models.NumberAsk.objects.get(person=me(by)).id)


@pytest.mark.usefixtures("texts")
def test_a_number_from_asking_to_dropping(api_client: Any, by: Actor) -> None:
    for _ in range(2):  # once for its key
        asked = asks(api_client, by, key="once")
        assert asked.status_code == 200, asked.text
    assert asked.json()["asked"]["number"] == NUMBER
    assert asked.json()["asked"].keys() == {"number", "until", "tries_left", "carried"}, "the asking's id is nobody's"
    assert ProcrastinateJob.objects.filter(task_name="channels.carry_code").count() == 1
    proved = tries(api_client, by, code_of(by)).json()
    assert (proved["number"], proved["asked"], proved["aloud"]) == (NUMBER, None, False)
    read = api_client.put(f"{AT}/aloud", json={"yes": True}, headers=headers(by))
    assert read.json()["aloud"] is True
    dropped = api_client.post(f"{AT}/number/drop", headers=headers(by))
    assert (dropped.json()["number"], number_of(by)) == ("", "")


@pytest.mark.usefixtures("texts")
def test_a_wrong_code_is_counted_once_for_a_key_and_refused(api_client: Any, by: Actor) -> None:
    asks(api_client, by)
    wrong = other_than(code_of(by))
    for _ in range(2):
        answer = tries(api_client, by, wrong, "once")
        assert (answer.status_code, answer.json()["code"]) == (422, "code_wrong")
        assert answer.json()["fields"]["left"] == rules.TRIES_MAX - 1
    for _ in range(rules.TRIES_MAX - 1):
        last = tries(api_client, by, wrong)
    assert last.json()["code"] == "code_over"
    assert tries(api_client, by, code_of(by)).json()["code"] == "code_over"
    assert number_of(by) == ""


def test_mail_is_a_choice_and_what_was_lost_is_put_away(api_client: Any, by: Actor) -> None:
    chosen = api_client.put(f"{AT}/mail", json={"yes": True}, headers=headers(by)).json()
    assert chosen["mail"] is True
    assert chosen["email"]
    models.Reach.objects.filter(person=me(by)).update(gone_at="2026-01-01T00:00:00Z", why=Gone.REFUSED)
    (lost,) = api_client.get(AT, headers=headers(by)).json()["lost"]
    assert lost["why"] == "refused"
    assert api_client.post(f"{AT}/lost/drop", headers=headers(by)).json()["lost"] == []


def test_refusals_have_their_names(api_client: Any, by: Actor) -> None:
    assert api_client.put(f"{AT}/aloud", json={"yes": True}, headers=headers(by)).json()["code"] == "no_telephone"
    assert tries(api_client, by, "123456").json()["code"] == "code_over"
    nobody = asks(api_client, by)
    assert (nobody.status_code, nobody.json()["code"]) == (503, "nobody_carries")
    assert api_client.get(AT).status_code == 401


@pytest.mark.usefixtures("texts")
def test_what_is_no_mobile_number_is_refused(api_client: Any, by: Actor) -> None:
    assert asks(api_client, by, "02-123-4567").json()["code"] == "bad_value"
    assert "sms" in api_client.get(AT, headers=headers(by)).json()["carries"]


@pytest.mark.usefixtures("texts")
def test_everybody_sees_and_changes_their_own_only(api_client: Any, by: Actor) -> None:
    asks(api_client, by)
    tries(api_client, by, code_of(by))
    other = folk.person()
    assert api_client.get(AT, headers=headers(other)).json()["number"] == ""
    api_client.post(f"{AT}/number/drop", headers=headers(other))
    assert number_of(by) == NUMBER
