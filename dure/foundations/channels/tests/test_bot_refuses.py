"""A house whose command refuses keeps back nobody's words."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dure.base.refusals import NotFound
from dure.foundations.channels import models, queries
from dure.foundations.channels.types import Answer, Command, Said
from dure.foundations.people.tests import making as folk

from .talking import client_id, me, stall

pytestmark = pytest.mark.django_db


@pytest.fixture
def refusing() -> Iterator[str]:
    """What one says to ask a command that refuses."""

    def answer(said: Said) -> Answer:
        raise NotFound(what="tool")

    queries.offer_commands("shed", (Command("shed.broken", answer, ("사다리 빌려 주세요",)),))
    yield "사다리 빌려 주세요"
    queries.offer_commands("shed", ())


@pytest.mark.parametrize("headers", [{}, {"X-Dure-Queue": "1"}], ids=["form", "queue"])
def test_what_was_said_stands_though_the_bot_s_house_refuses(refusing: str, headers: dict[str, str]) -> None:
    mill, person = stall(), folk.person()
    client = Client()
    client.force_login(get_user_model().objects.get(id=me(person)))
    said = {"text": refusing, "client_id": client_id()}
    answer = client.post(f"/channels/inbox/{mill.handle}/", said, headers=headers)
    assert answer.status_code == (201 if headers else 302)
    assert models.Message.objects.get(conversation__person=me(person)).words == refusing
