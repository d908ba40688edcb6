"""A sample channel with people who write to it: a bot that knows its opening hours, somebody who waits, somebody answered."""

from dure.base import ids
from dure.base.actors import Actor, system
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    Button,
    ButtonKind,
    Card,
    Channel,
    Content,
    ConversationId,
    JoinedBy,
    ListCard,
    ListItem,
    NewChannel,
    QuickReply,
    Text,
)
from dure.foundations.people import demo as people
from dure.kit import tx

HANDLE = "hanmadang"
NAME = "솔내 한마당 (예시)"
ABOUT = "솔내리 이웃돕기회의 채널입니다. 반찬 나눔, 차량 봉사, 마을 소식을 알려 드립니다. (예시)"
BY = system("channels.demo")
HOURS = "월요일부터 금요일까지 아침 9시부터 저녁 6시까지 엽니다. 점심은 12시부터 1시까지 쉽니다. (예시)"
WAY = "솔내면사무소 건너편 파란 지붕 건물입니다. 1번 버스를 타고 솔내장터에서 내리면 3분 걸립니다. (예시)"
CANNED = (
    ("인사", "안녕하세요, 솔내 한마당입니다. 무엇을 도와드릴까요?"),
    ("확인하고 연락", "확인하고 오늘 안에 이곳으로 답을 드리겠습니다."),
)


def load() -> None:
    """Load the sample channel and its conversations, once."""
    town = people.people()
    owner = town.actor(town.owners[0])
    if any(channel.name == NAME for channel in queries.channels_of(town.ngo)):
        return
    with tx.durable():
        channel = _channel(owner, town)
    _teach(owner, channel)
    one, two, three = town.citizens[:3]
    for person in (one, two, three):
        with tx.durable():
            actions.join(town.actor(person), channel.id, JoinedBy.QR)
    _say(town.actor(one), channel, "영업시간이 어떻게 되나요?", "hours")
    _say(town.actor(two), channel, "이번 주 반찬 나눔에 두 집을 더 넣을 수 있을까요?", "more")
    with tx.durable():
        actions.ask_for_person(town.actor(two), channel.id)
    said = _say(town.actor(three), channel, "차량 봉사를 신청하고 싶습니다.", "ride")
    staff = town.actor(town.staff)
    answer = Content(
        (
            Text("네, 신청하실 수 있습니다. 아래에서 요일을 골라 주세요."),
            Card("차량 봉사 (예시)", "병원과 장터까지 모셔다 드립니다. 하루 전에 신청해 주세요."),
            ListCard("이번 주에 비는 시간", (ListItem("화요일", "오전 10시"), ListItem("목요일", "오후 2시"))),
        ),
        (Button("전화로 신청하기", ButtonKind.CALL, "031-000-0000"),),
        (QuickReply("화요일", "화요일로 하겠습니다"), QuickReply("목요일", "목요일로 하겠습니다")),
    )
    with tx.durable():
        actions.reply(staff, said, answer, _client_id("ride-answer"))


def _channel(owner: Actor, town: people.DemoPeople) -> Channel:
    new = NewChannel(organisation=town.ngo, handle=HANDLE, name=NAME, about=ABOUT, contact="031-000-0000")
    return actions.open_channel(owner, new, key="channels.demo")


def _teach(owner: Actor, channel: Channel) -> None:
    with tx.durable():
        actions.edit_own_answer(owner, channel.id, "영업시간", ("몇 시", "언제 열어요", "opening hours"), HOURS)
        actions.edit_own_answer(owner, channel.id, "오시는 길", ("어디", "길", "주소"), WAY)
        for title, text in CANNED:
            actions.edit_canned_text(owner, channel.id, title, text)


def _say(by: Actor, channel: Channel, words: str, name: str) -> ConversationId:
    with tx.durable():
        said = actions.say(by, channel.id, Content((Text(words),)), _client_id(name))
    with tx.durable():
        actions.answer_by_bot(BY, said.id)
    return said.conversation


def _client_id(name: str) -> str:
    return ids.derived(people.SEED, f"message:{name}").hex
