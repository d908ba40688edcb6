"""The JSON face of a conversation: what its pages can do, programs can."""

from typing import Any

import pytest

from dure.foundations.channels import models, queries
from dure.foundations.channels.types import Attended
from dure.foundations.people.tests import making as folk

from .talking import Stall, reply, say, stall
from .test_channels_api import headers

pytestmark = pytest.mark.django_db
AT = "/api/v1/channels"


@pytest.fixture
def mill() -> Stall:
    return stall()


def test_who_answers_is_asked_for_taken_handed_back_and_closed(api_client: Any, mill: Stall) -> None:
    by, staff = folk.person(), mill.staff[0]
    for _ in range(2):
        asked = api_client.post(f"{AT}/{mill.handle}/person", headers=headers(by))
        assert (asked.status_code, asked.json()) == (200, {"attended": "waiting"})
    conversation = queries.conversation_with(by, mill.channel)
    address = f"{AT}/conversations/{conversation}/attended"
    for to, attended in (("staff", Attended.STAFF), ("bot", Attended.BOT), ("staff", "staff"), ("closed", "closed")):
        turned = api_client.put(address, json={"to": to}, headers=headers(staff))
        assert (turned.status_code, turned.json()["attended"]) == (200, attended), turned.text
    assert api_client.put(address, json={"to": "nobody"}, headers=headers(staff)).status_code in (400, 422)
    for other in (by, folk.person(), stall("다른 가게 (예시)").owner):
        assert api_client.put(address, json={"to": "staff"}, headers=headers(other)).status_code in (403, 404)


def test_a_conversation_is_muted_by_its_person(api_client: Any, mill: Stall) -> None:
    by = folk.person()
    address = f"{AT}/conversations/{say(by, mill).conversation}/muted"
    for muted in (True, False, True):
        assert api_client.put(address, json={"muted": muted}, headers=headers(by)).json() == {"muted": muted}
        assert api_client.get(f"{AT}/conversations", headers=headers(by)).json()[0]["muted"] is muted
    assert api_client.put(address, json={"muted": False}, headers=headers(mill.owner)).status_code in (403, 404)
    assert models.Conversation.objects.get().muted


def test_my_words_are_found_and_nobody_else_s(api_client: Any, mill: Stall) -> None:
    by = folk.person()
    said = say(by, mill, "들기름 한 병 부탁합니다")
    found = api_client.get(f"{AT}/conversations/search?q=기름", headers=headers(by)).json()
    assert [(one["handle"], one["message"]["id"]) for one in found] == [(mill.handle, str(said.id))]
    assert api_client.get(f"{AT}/conversations/search?q=기름", headers=headers(folk.person())).json() == []
    assert api_client.get(f"{AT}/conversations/search?q=", headers=headers(by)).status_code in (400, 422)


def test_a_message_of_the_other_side_is_reported_once(api_client: Any, mill: Stall) -> None:
    by = folk.person()
    own = say(by, mill)
    answer = reply(mill.owner, own.conversation)
    for _ in range(2):
        address = f"{AT}/conversations/messages/{answer.id}/reports"
        assert api_client.post(address, json={"why": "무례합니다"}, headers=headers(by)).status_code == 201
    assert models.MessageComplaint.objects.count() == 1
    own_words = api_client.post(
        f"{AT}/conversations/messages/{own.id}/reports", json={"why": "내 말입니다"}, headers=headers(by)
    )
    assert own_words.status_code == 403
    stranger = headers(folk.person())
    assert api_client.post(address, json={"why": "궁금합니다"}, headers=stranger).status_code == 404
