"""A sample channel with friends, tags and notes, and messages in several states."""

from datetime import date, timedelta

from dure.base import clock
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import (
    Channel,
    Content,
    FriendDate,
    JoinedBy,
    NewBroadcast,
    NewChannel,
    NewTemplate,
    Purpose,
    Text,
)
from dure.foundations.people import demo as people
from dure.foundations.people import queries as persons
from dure.foundations.people.types import Actor, PersonId
from dure.kit import tx

HANDLE = "이웃손"
NAME = "가람 이웃손 소식 (예시)"
ABOUT = "가람군 이웃을 돕는 모임의 채널입니다. 반찬 나눔 날짜, 차량 봉사, 바자회 소식을 알려 드립니다. (예시)"
CONTACT = "000-0000-0082"
WAYS = (JoinedBy.QR, JoinedBy.QR, JoinedBy.LINK, JoinedBy.SEARCH)
NOTED = (
    (("단골", "반찬 나눔"), "목요일에 오십니다. (예시)", 3),
    (("단골",), "", 9),
    (("차량 봉사",), "휠체어를 쓰십니다. (예시)", 21),
    (("반찬 나눔",), "", 45),
)
DRAFT = "이번 주 반찬 나눔은 목요일 오후 두 시입니다. 그릇을 가지고 오시면 더 좋습니다. (예시)"
SENT = "다음 주 토요일 열 시에 마을회관에서 겨울옷을 나눕니다. 가져오실 옷은 금요일까지 받습니다. (예시)"
BAZAAR = "바자회에서 겨울 이불을 반값에 드립니다. 토요일 하루만 엽니다. (예시)"
READY = "#{이름} 님, 신청하신 차량이 #{시각}에 갑니다. (예시)"


def load() -> None:
    """Load the sample channel once."""
    town = people.people()
    owner, staff = town.actor(town.owners[0]), town.actor(town.staff)
    if any(channel.handle == HANDLE for channel in queries.channels_of(town.ngo)):
        return
    new = NewChannel(organisation=town.ngo, handle=HANDLE, name=NAME, about=ABOUT, contact=CONTACT)
    with tx.durable():
        channel = actions.open_channel(owner, new, key="channels.demo.friends")
        _join(channel, town.citizens)
        _note(owner, channel, town)
        _write(owner, staff, channel)


def _join(channel: Channel, joining: tuple[PersonId, ...]) -> None:
    """Two of three take ads, one of nine at night, too."""
    for number, person in enumerate(joining):
        by, ads = persons.actor(person), number % 3 != 2
        actions.join(by, channel.id, WAYS[number % 4], ads=ads, night_ads=ads and number % 9 == 0, origin="demo")


def _note(owner: Actor, channel: Channel, town: people.DemoPeople) -> None:
    today = clock.today()
    for person, (tags, note, days) in zip(town.citizens, NOTED, strict=False):
        dates = [
            FriendDate("visited", today - timedelta(days=days)),
            FriendDate("birthday", date(1950, 12, 1 + days // 2)),
        ]
        actions.note_friend(owner, channel.id, person, tags=tags, note=note, dates=dates)


def _write(owner: Actor, staff: Actor, channel: Channel) -> None:
    def notice(text: str, title: str, segment: str = "", purpose: Purpose = Purpose.INFO) -> NewBroadcast:
        return NewBroadcast(channel.id, purpose, title, Content((Text(text),)), segment)

    actions.write_broadcast(owner, notice(DRAFT, "목요일 반찬 나눔", "꼬리표:단골"), key="draft")
    actions.write_broadcast(staff, notice(BAZAAR, "바자회", purpose=Purpose.AD), key="bazaar")
    sent = actions.write_broadcast(staff, notice(SENT, "겨울옷 나눔"), key="sent")
    actions.hand_in_broadcast(staff, sent.id)
    ready = NewTemplate(channel.id, "차량 출발", Purpose.INFO, Content((Text(READY),)))
    actions.ask_template(staff, actions.write_template(staff, ready, key="ready").id)
