"""Who goes where a message's button leads is counted, once, for twenty people and more; nobody is led elsewhere."""

import pytest
from django.test import Client
from django.urls import reverse

from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.foundations.channels import actions, models
from dure.foundations.channels.rules.content import links
from dure.foundations.channels.types import (
    Button,
    ButtonKind,
    Card,
    Content,
    ListCard,
    ListItem,
    MessageId,
    Text,
)
from dure.foundations.people.models import Person
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import NOBODY
from dure.kit import tx

from . import sending_world as worlds
from .sending_world import Pocket

pytestmark = pytest.mark.django_db
AWAY, HERE, LINE = "https://sample.invalid/menu", "/market/", "/channels/"
CONTENT = Content(
    (
        Card("칼국수 (예시)", "오늘의 국", buttons=(Button("차림표", ButtonKind.LINK, AWAY),)),
        ListCard("이번 주", (ListItem("월요일", "쉽니다", LINE),)),
    ),
    (Button("시장 보기", ButtonKind.LINK, HERE), Button("전화", ButtonKind.CALL, "02-000-0000")),
)


def sent(content: Content = CONTENT) -> tuple[models.Message, Actor, worlds.World]:
    """A message that a channel sent to somebody."""
    world = worlds.world()
    person = worlds.friend(world, phone=False)
    worlds.queue(world, person, content=content)
    worlds.send(Pocket())
    return models.Message.objects.get(conversation__person=person), Actor(person=person, verified=True), world


def browser(by: Actor) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(id=folk.id_of(by)))
    return client


def clicked() -> int:
    return models.Dispatch.objects.filter(clicked_at__isnull=False).count()


def test_every_link_of_a_message_leads_on_and_is_noted_once() -> None:
    message, by, _ = sent()
    page, client = reverse("channels:go", args=[message.id]), browser(by)
    talk = client.get(reverse("channels:talk", args=[message.conversation.channel.handle])).content.decode()
    assert talk.count(page) == 3
    assert 'href="tel:02-000-0000"' in talk
    assert clicked() == 0, "reading is not going"
    for target in (AWAY, HERE, LINE, AWAY):
        went = client.get(page, {"to": target})
        assert (went.status_code, went.headers["Location"]) == (302, target)
    first = models.Dispatch.objects.get().clicked_at
    assert first is not None
    client.get(page, {"to": HERE})
    assert models.Dispatch.objects.get().clicked_at == first


def test_what_a_browser_fetches_ahead_is_no_click() -> None:
    message, by, _ = sent()
    page, client = reverse("channels:go", args=[message.id]), browser(by)
    assert client.get(page, {"to": HERE}, headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert client.head(page, {"to": HERE}).status_code == 204
    assert clicked() == 0


@pytest.mark.parametrize(
    "target", ["", "https://evil.invalid/", "//evil.invalid", "javascript:alert(1)", "02-000-0000"]
)
def test_nobody_is_led_where_the_message_does_not_lead(target: str) -> None:
    message, by, _ = sent()
    assert browser(by).get(reverse("channels:go", args=[message.id]), {"to": target}).status_code == 404
    assert clicked() == 0


def test_only_who_got_it_goes() -> None:
    message, _by, world = sent()
    for other in (folk.person(), world.owner, folk.steward(), NOBODY):
        with pytest.raises(NotFound), tx.durable():
            actions.note_clicked(other, MessageId(message.id), HERE)
    assert Client().get(reverse("channels:go", args=[message.id]), {"to": HERE}).status_code in (302, 303)
    assert clicked() == 0


def test_the_staff_see_where_a_button_leads() -> None:
    message, _by, world = sent()
    desk = (
        browser(world.owner).get(reverse("channels-desk:conversation", args=[message.conversation_id])).content.decode()
    )
    assert AWAY in desk
    assert reverse("channels:go", args=[message.id]) not in desk


def test_links_are_all_that_lead_somewhere() -> None:
    assert links(CONTENT) == {AWAY, HERE, LINE}
    assert links(Content((Text("https://sample.invalid"),))) == frozenset()
