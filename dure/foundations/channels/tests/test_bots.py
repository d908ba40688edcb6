"""Bots on the real database: they answer once, what houses and the channel know, and make way for people."""

import pytest

from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.types import (
    Attended,
    Button,
    ButtonKind,
    Command,
    Content,
    MessageId,
    Said,
    Text,
)
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from .talking import BY, Stall, client_id, say, stall, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mill() -> Stall:
    return stall()


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dure.foundations.channels.queries.bots._offered", {})
    queries.offer_commands(
        "sample",
        (
            Command("sample.price", lambda said: words(f"값은 {said.argument or '오천 원'}"), ("가격", "얼마"), "가격"),
            Command("sample.nothing", lambda said: None, ("가격표",)),
        ),
    )
    queries.offer_commands(
        "channels",
        (
            Command("channels.fallback", lambda said: words("잘 모르겠습니다")),
            Command("channels.person", lambda said: words("사람을 부르겠습니다"), ("상담원",)),
        ),
    )


def bot(message: MessageId) -> str | None:
    with tx.durable():
        answer = actions.answer_by_bot(BY, message)
    return None if answer is None else next(part.text for part in answer.content.parts if isinstance(part, Text))


@pytest.mark.usefixtures("taught")
def test_the_bot_answers_once_from_houses_and_from_the_channels_own_words(mill: Stall) -> None:
    by = folk.person()
    with tx.durable():
        actions.edit_own_answer(mill.owner, mill.channel, "영업시간", ("문 여는 시간", " 문 여는 시간 "), "아홉 시부터")
        actions.edit_own_answer(mill.owner, mill.channel, "영업시간", (), "열 시부터")
    assert queries.own_answers(mill.owner, mill.channel)[0].text == "열 시부터"
    said = say(by, mill, "영업 시간이 어떻게 되나요?")
    assert bot(said.id) == "열 시부터"
    assert bot(said.id) is None, "once"
    assert bot(say(by, mill, "가격표 있나요").id) == "값은 오천 원"
    pressed = Content((Text("가격"),), (Button("가격", ButtonKind.ACTION, "sample.price:7000"),))
    with tx.durable():
        asked = actions.say(by, mill.channel, pressed, client_id())
    assert bot(asked.id) == "값은 7000"
    unknown = say(by, mill, "날씨가 좋네요")
    assert bot(unknown.id) == "잘 모르겠습니다"
    labels = [one.label for one in queries.messages(by, unknown.conversation)[-1].content.quick_replies]
    assert labels == ["영업시간", "가격"]


@pytest.mark.usefixtures("taught")
def test_who_asks_the_bot_for_a_person_waits_for_one(mill: Stall) -> None:
    by = folk.person()
    said = say(by, mill, "상담원 부탁합니다")
    assert bot(said.id) == "사람을 부르겠습니다"
    assert queries.conversation(by, said.conversation).attended is Attended.WAITING
    assert bot(say(by, mill, "가격이요").id) is None


def test_a_house_offers_only_its_own_commands() -> None:
    with pytest.raises(ValueError, match="not a command of"):
        queries.offer_commands("sample", (Command("other.verb", lambda said: None),))


@pytest.mark.usefixtures("taught")
def test_a_messenger_that_keeps_its_own_conversations_asks_without_one(mill: Stall) -> None:
    with tx.durable():
        answer = actions.ask_bot(BY, Said(mill.channel, None, "얼마예요?"))
        with pytest.raises(NotAllowed):
            actions.ask_bot(mill.owner, Said(mill.channel, None, "얼마예요?"))
    assert answer == words("값은 오천 원")
    assert not models.Conversation.objects.exists()


def test_texts_to_pick_from_are_kept_and_taken_away(mill: Stall) -> None:
    with tx.durable():
        kept = actions.edit_canned_text(mill.owner, mill.channel, "인사", "어서 오세요")
        actions.edit_canned_text(mill.staff[0], mill.channel, "인사", "반갑습니다")
        for title, text in (("", "글"), ("제목", ""), ("가" * 41, "글")):
            with pytest.raises(BadValue):
                actions.edit_canned_text(mill.owner, mill.channel, title, text)
    assert [one.text for one in queries.canned_texts(mill.owner, mill.channel)] == ["반갑습니다"]
    with tx.durable():
        with pytest.raises(NotAllowed):
            actions.remove_canned_text(folk.person(), kept)
        actions.remove_canned_text(mill.owner, kept)
    assert queries.canned_texts(mill.owner, mill.channel) == ()
