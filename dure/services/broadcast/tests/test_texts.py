"""Who has no account and a mobile number gets a text before anything rings."""

import pytest

from dure.kit.twins import FaultRule, Server
from dure.services.broadcast import actions, models, tasks
from dure.services.broadcast.rules import households as rules
from dure.services.broadcast.twins import TelephoneTwin
from dure.services.broadcast.types import Kind, Standing, Taken, Wanted, Way

from . import making
from . import telephoning as on
from .homing import HOUR, MOBILE, Exchange, agreed, minutes, rings, standing, urgent
from .making import BY, Ground, later
from .telephoning import Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def texted(ground: Ground, exchange: Exchange, gateway: Server) -> Ground:
    """A village that a mobile number hears."""
    agreed(ground, exchange, gateway, MOBILE)
    return ground


def test_a_mobile_number_gets_a_text_then_a_call_a_second_one_and_the_list(texted: Ground, exchange: Exchange) -> None:
    with later():
        said = making.sent(texted)
    minutes(exchange, 1, 9)
    assert [one.text for one in exchange.placed] == [said.id]
    assert exchange.placed[0].village == texted.village.name
    minutes(exchange, 10, 60)
    assert [one.way for one in rings()] == [Way.TEXT, Way.CALL, Way.AGAIN]
    assert [one.text for one in exchange.placed[1:]] == [None, None]
    minutes(exchange, 61, 75)
    assert standing() is Standing.TO_VISIT


def test_who_agreed_to_calls_alone_gets_no_text(texted: Ground, exchange: Exchange) -> None:
    models.Household.objects.update(consent=rules.TEXTS_FROM - 1)
    with later():
        making.sent(texted)
    minutes(exchange, 1, 2)
    assert [one.text for one in exchange.placed] == [None]


@pytest.mark.parametrize(("says", "minute"), [(Taken.NEVER, 2), (Taken.NOT_NOW, 10)])
def test_who_can_be_sent_no_text_is_called(texted: Ground, exchange: Exchange, says: Taken, minute: int) -> None:
    with later():
        making.sent(texted)

    def no_texts(wanted: Wanted) -> Taken:
        return says if wanted.text else exchange(wanted)

    minutes(no_texts, 1, minute)
    assert len(exchange.placed) == (1 if says is Taken.NEVER else 0)
    minutes(no_texts, minute + 1, minute + 3)
    assert len(exchange.placed) == 1


def test_no_text_at_night_unless_it_is_urgent(texted: Ground, exchange: Exchange) -> None:
    with later(hours=11):
        making.sent(texted)
        urgent(texted)
    minutes(exchange, 11 * HOUR + 1, 11 * HOUR + 1)
    [sent] = exchange.placed
    assert sent.text == models.Announcement.objects.get(kind=Kind.URGENT).id


def test_a_text_has_the_words_and_says_how_one_answers(texted: Ground, gateway: Server) -> None:
    twin = gateway.twin
    assert isinstance(twin, TelephoneTwin)
    twin.faults.add(FaultRule.parse("lost:texts:1"))
    with later():
        making.sent(texted)
    for minute in (1, 2, 3):
        with later(minutes=minute):
            making.aired()
            actions.open_households(BY)
            actions.ring_households(BY)
            actions.place_rings(BY, tasks.placed)
    [sent] = twin.book.texts.values()
    assert sent.to == "+821012347777"
    for words in (making.WORDS, texted.village.name, "031-000-0000"):
        assert words in sent.words


def test_a_text_is_no_hearing(texted: Ground, exchange: Exchange, gateway: Server) -> None:
    with later():
        making.sent(texted)
    minutes(exchange, 1, 2)
    with later(minutes=3):
        assert on.posted({"call": exchange.placed[0].name, "event": "answered", "turn": 0}).status_code == 200
        assert standing() is Standing.WAITING
        Phone("+821012347777", gateway).ring().press("1")
        assert standing() is Standing.HEARD
