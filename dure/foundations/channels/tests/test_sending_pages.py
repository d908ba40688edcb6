"""The stewards' pages of what was sent: who may look, and what they say in plain Korean."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from dure.foundations.channels.types import Purpose
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor

from . import sending_world as worlds
from .sending_world import Pocket

pytestmark = pytest.mark.django_db
PLACES = ("sendings", "sending", "sending_person")


def client_of(actor: Actor | None) -> Client:
    client = Client(headers={"accept-language": "ko"})
    if actor is not None:
        client.force_login(Person.objects.get(id=folk.id_of(actor)))
    return client


def test_a_steward_reads_why_somebody_did_not_get_it() -> None:
    shop = worlds.world()
    agreed, silent = worlds.friend(shop), worlds.friend(shop, ads=False)
    sending = worlds.queue(shop, agreed, silent, purpose=Purpose.AD)
    worlds.send(Pocket())
    client = client_of(folk.steward())
    assert worlds.NAME in client.get(reverse("channels-desk:sendings")).content.decode()
    page = client.get(reverse("channels-desk:sending", args=[sending]), {"q": "이예시"}).content.decode()
    assert "광고 수신에 동의하지 않았습니다" in page
    assert reverse("channels-desk:sending_person", args=[sending, silent]) in page
    why = client.get(reverse("channels-desk:sending_person", args=[sending, silent])).content.decode()
    assert "광고 수신에 동의하지 않았습니다" in why
    stranger = folk.id_of(folk.person())
    never = client.get(reverse("channels-desk:sending_person", args=[sending, stranger])).content.decode()
    assert "이 사람에게 보낸 메시지가 아닙니다" in never


@pytest.mark.parametrize("place", PLACES)
def test_only_stewards_and_auditors_look_at_single_messages(place: str) -> None:
    shop = worlds.world()
    person = worlds.friend(shop)
    sending = worlds.queue(shop, person)
    arguments: dict[str, list[UUID]] = {"sendings": [], "sending": [sending], "sending_person": [sending, person]}
    address = reverse(f"channels-desk:{place}", args=arguments[place])
    may: dict[str, Actor] = {"steward": folk.steward(), "auditor": folk.auditor()}
    may_not = {"nobody": None, "person": folk.person(), "owner": shop.owner}
    for who, actor in may.items():
        assert client_of(actor).get(address).status_code == 200, who
    for who, other in may_not.items():
        assert client_of(other).get(address).status_code in (303, 403), who
