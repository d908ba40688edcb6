"""The inbox on the real database: said once, in order, to whom it may be, in few statements."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import ExifTags, Image

from dure.base import clock, ids
from dure.base.refusals import BadValue, KeyReused, NotAllowed, NotFound
from dure.foundations.channels import actions, models, queries
from dure.foundations.channels.models import inbox as inbox_models
from dure.foundations.channels.rules import showing
from dure.foundations.channels.types import (
    AttachmentUnfit,
    Attended,
    Audio,
    ChannelClosed,
    ChannelId,
    ChannelPaused,
    Content,
    ContentTooLong,
    ConversationId,
    ConversationTaken,
    NotWhileSo,
    Picture,
    Speaker,
    Text,
)
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.kit import tx

from . import talking
from .talking import BY, Stall, client_id, me, reply, say, stall, words

pytestmark = pytest.mark.django_db
STATEMENTS_OF_A_DELIVERY = 2


@pytest.fixture
def mill() -> Stall:
    return stall()


def positions(conversation: ConversationId) -> list[int]:
    rows = models.Message.objects.filter(conversation=conversation).order_by("position")
    return list(rows.values_list("position", flat=True))


def test_what_is_said_comes_once_and_in_order(mill: Stall) -> None:
    by, key = folk.person(), client_id()
    first = say(by, mill, "영업하나요?", key)
    assert say(by, mill, "영업하나요?", key) == first
    with pytest.raises(KeyReused):
        say(by, mill, "다른 말", key)
    say(by, mill, "내일도요?")
    assert positions(first.conversation) == [1, 2]
    assert [queries.messages(by, first.conversation)[n].content for n in (0, 1)] == [
        words("영업하나요?"),
        words("내일도요?"),
    ]


def test_nobody_writes_where_nobody_listens(mill: Stall) -> None:
    by = folk.person()
    models.Channel.objects.filter(id=mill.channel).update(state="paused")
    with pytest.raises(ChannelPaused):
        say(by, mill)
    models.Channel.objects.filter(id=mill.channel).update(state="closed")
    with pytest.raises(ChannelClosed):
        say(by, mill)
    with tx.durable(), pytest.raises(NotFound):
        actions.say(by, ChannelId(ids.new()), words("거기 누구 없나요"), client_id())
    models.Channel.objects.filter(id=mill.channel).update(state="open")
    with tx.durable(), pytest.raises(ContentTooLong):
        actions.say(by, mill.channel, words("가" * 1_001), client_id())
    with tx.durable(), pytest.raises(BadValue):
        actions.say(by, mill.channel, words("네"), "../x")


def test_who_takes_over_answers_and_the_bot_is_quiet(mill: Stall) -> None:
    by, (one, other) = folk.person(), mill.staff
    said = say(by, mill)
    answer = reply(one, said.conversation)
    assert answer.speaker is Speaker.STAFF
    now = queries.conversation(one, said.conversation)
    assert (now.attended, now.assigned_to, now.unread) == (Attended.STAFF, me(one), 0)
    with pytest.raises(ConversationTaken):
        reply(other, said.conversation)
    again = say(by, mill, "고맙습니다")
    with tx.durable():
        assert actions.answer_by_bot(BY, again.id) is None
        actions.assign_conversation(one, said.conversation, me(other))
    reply(other, said.conversation)
    with tx.durable():
        actions.close_conversation(other, said.conversation)
    with tx.durable(), pytest.raises(NotWhileSo):
        actions.hand_back(other, said.conversation)
    say(by, mill, "하나 더 있습니다")
    assert queries.conversation(by, said.conversation).attended is Attended.BOT


def test_a_conversation_is_given_only_to_a_colleague(mill: Stall) -> None:
    said = say(folk.person(), mill)
    with tx.durable(), pytest.raises(BadValue):
        actions.assign_conversation(mill.owner, said.conversation, me(folk.person()))


def test_who_waits_longest_stands_first(mill: Stall) -> None:
    now, waiting = clock.now(), []
    for minutes in (30, 10, 20):
        by = folk.person()
        with time_machine.travel(now - timedelta(minutes=minutes), tick=False), tx.durable():
            waiting.append((minutes, actions.ask_for_person(by, mill.channel)))
    with tx.durable():
        actions.ask_for_person(folk.fresh(folk.person()), mill.channel)
    shown = [one.conversation.id for one in queries.staff_threads(mill.owner, mill.channel, Attended.WAITING)]
    assert shown[:3] == [conversation for _, conversation in sorted(waiting, reverse=True)]
    assert queries.staff_line(mill.owner, mill.channel).waiting == 4


def test_asking_again_keeps_the_place_in_the_line(mill: Stall) -> None:
    by = folk.person()
    with time_machine.travel(clock.now() - timedelta(hours=1), tick=False), tx.durable():
        which = actions.ask_for_person(by, mill.channel)
    since = models.Conversation.objects.get(id=which).waiting_since
    with tx.durable():
        actions.ask_for_person(by, mill.channel)
    assert models.Conversation.objects.get(id=which).waiting_since == since


def test_what_is_unread_and_what_is_quiet(mill: Stall) -> None:
    by = folk.person()
    said = say(by, mill)
    reply(mill.staff[0], said.conversation)
    reply(mill.staff[0], said.conversation, "또 있습니다")
    assert (queries.threads(by)[0].conversation.unread, queries.unread_total(by)) == (2, 2)
    say(by, mill, "잠깐만요")
    assert queries.unread_total(by) == 2, "writing does not read what came meanwhile"
    with tx.durable():
        actions.read_conversation(by, said.conversation, 2)
        actions.read_conversation(by, said.conversation, 1)
    assert queries.unread_total(by) == 1
    with tx.durable():
        actions.mute_conversation(by, said.conversation, True)
    assert (queries.unread_total(by), queries.threads(by)[0].conversation.unread) == (0, 1)
    with tx.durable(), pytest.raises(NotFound):
        actions.mute_conversation(mill.owner, said.conversation, False)


ACTS = {
    "take_conversation": lambda by, which, message: actions.take_conversation(by, which),
    "hand_back": lambda by, which, message: actions.hand_back(by, which),
    "close_conversation": lambda by, which, message: actions.close_conversation(by, which),
    "reply": lambda by, which, message: actions.reply(by, which, words("네"), client_id()),
    "read_conversation": lambda by, which, message: actions.read_conversation(by, which, 1),
    "mute_conversation": lambda by, which, message: actions.mute_conversation(by, which, True),
    "complain": lambda by, which, message: actions.complain(by, message, "무례합니다"),
    "messages": lambda by, which, message: queries.messages(by, which),
    "staff_line": lambda by, which, message: queries.staff_line(by, channel_of(which)),
    "canned_texts": lambda by, which, message: queries.canned_texts(by, channel_of(which)),
    "edit_own_answer": lambda by, which, message: actions.edit_own_answer(by, channel_of(which), "언제", (), "아홉 시"),
    "complaints": lambda by, which, message: queries.complaints(by),
}
MAY = {  # who, besides those named, is refused
    "take_conversation": {"staff"},
    "hand_back": {"staff"},
    "close_conversation": {"staff"},
    "reply": {"staff"},
    "read_conversation": {"person", "staff"},
    "mute_conversation": {"person"},
    "complain": {"staff"},  # the person wrote it
    "messages": {"person", "staff"},
    "staff_line": {"staff"},
    "canned_texts": {"staff"},
    "edit_own_answer": {"staff"},
    "complaints": {"steward"},
}


def channel_of(which: ConversationId) -> ChannelId:
    return ChannelId(models.Conversation.objects.get(id=which).channel_id)


@pytest.mark.parametrize("act", sorted(ACTS))
@pytest.mark.parametrize("who", ["person", "staff", "stranger", "other_staff", "steward", "nobody"])
def test_who_may_do_what(mill: Stall, act: str, who: str) -> None:
    person = folk.person()
    everybody = {
        "person": person,
        "staff": mill.staff[0],
        "stranger": folk.person(),
        "other_staff": stall("다른 가게 (예시)").owner,
        "steward": folk.steward(),
        "nobody": people.actor(None),
    }
    said = say(person, mill)
    if act == "hand_back":
        reply(mill.staff[0], said.conversation)
    with tx.durable():
        if who in MAY[act]:
            ACTS[act](everybody[who], said.conversation, said.id)
        else:
            with pytest.raises((NotAllowed, NotFound)):
                ACTS[act](everybody[who], said.conversation, said.id)


def test_a_delivery_arrives_once_in_two_statements_however_many(mill: Stall) -> None:
    persons = [me(folk.person()) for _ in range(30)]
    rows = talking.deliveries(mill, persons)
    twice = [*rows, *talking.deliveries(mill, persons[:5], "하나 더")]
    with (
        tx.durable(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        assert actions.deliver_to_inbox(BY, twice) == 35
    assert (
        len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"] and "set_config" not in one["sql"]])
        == STATEMENTS_OF_A_DELIVERY
    )
    with tx.durable():
        assert actions.deliver_to_inbox(BY, twice) == 0
        assert actions.deliver_to_inbox(BY, []) == 0
    mine = models.Conversation.objects.get(person=persons[0])
    assert (mine.last_position, positions(ConversationId(mine.id))) == (2, [1, 2])
    shown = queries.threads(people.actor(persons[0]))
    assert (shown[0].conversation.unread, shown[0].said) == (2, "하나 더")
    with tx.durable(), pytest.raises(NotAllowed):
        actions.deliver_to_inbox(mill.owner, rows)


def test_a_list_takes_the_same_statements_however_long(mill: Stall) -> None:
    by = folk.person()

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            queries.threads(by)
        return len(captured)

    with tx.durable():
        actions.deliver_to_inbox(BY, talking.deliveries(mill, [me(by)]))
    few = asked()
    for _ in range(5):
        with tx.durable():
            actions.deliver_to_inbox(BY, talking.deliveries(stall(), [me(by)]))
    assert asked() == few == 4


def test_variables_of_a_dispatch_are_filled_where_it_is_read(mill: Stall) -> None:
    by = folk.person()
    rows = talking.deliveries(mill, [me(by)], "#{이름}님, 안녕하세요")
    models.Dispatch.objects.filter(id=rows[0].dispatch).update(variables={"이름": "정가상"})
    with tx.durable():
        actions.deliver_to_inbox(BY, rows)
    assert queries.threads(by)[0].said == "정가상님, 안녕하세요"


def test_search_finds_parts_of_korean_words_and_only_my_own(mill: Stall) -> None:
    by, other = folk.person(), folk.person()
    say(by, mill, "참기름을 두 병 주문했습니다")
    say(by, mill, "100% 국산인가요?")
    say(other, mill, "참기름 한 병이요")
    assert [found.message.content for found in queries.search_messages(by, "기름 병")] == [
        words("참기름을 두 병 주문했습니다")
    ]
    assert len(queries.search_messages(by, "0%")) == 1
    assert queries.search_messages(by, "__") == ()
    assert len(queries.search_channel(mill.owner, mill.channel, "참기름")) == 2
    for bad in ("", "가", "가" * 61):
        with pytest.raises(BadValue):
            queries.search_messages(by, bad)


def photo() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (36.0, 7.0, 12.0)}
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_is_written_anew_and_only_its_own_conversation_sees_it(mill: Stall) -> None:
    by, other, key = folk.person(), folk.person(), client_id()
    with tx.durable():
        which = actions.begin_conversation(by, mill.channel)
        kept = actions.attach(by, which, photo(), f"{key}-p")
        assert actions.attach(by, which, photo(), f"{key}-p") == kept
        message = actions.say(by, mill.channel, Content((Picture(str(kept.id), "방앗간 앞"),)), key)
    with inbox_models.private().open(kept.path) as file:
        drawn = Image.open(file)
        assert (drawn.format, dict(drawn.getexif())) == ("WEBP", {})
    assert (kept.media, kept.width, kept.height) == ("image/webp", 60, 40)
    assert queries.attachment(mill.owner, kept.id) == kept
    assert queries.attachment(by, kept.id) == kept
    for stranger in (other, folk.steward()):
        with pytest.raises(NotFound):
            queries.attachment(stranger, kept.id)
    with tx.durable():
        actions.complain(mill.owner, message.id, "광고입니다")
    assert queries.attachment(folk.steward(), kept.id) == kept
    with tx.durable(), pytest.raises(NotFound):
        actions.say(other, mill.channel, Content((Picture(str(kept.id), "남의 사진"),)), client_id())


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"OggS\0\0\0\0", "audio/ogg"),
        (b"\x1aE\xdf\xa3\0\0\0\0", "audio/webm"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\xff\xfb\x90\0\0\0\0", "audio/mpeg"),
    ],
)
def test_a_sound_is_known_by_its_first_bytes(mill: Stall, head: bytes, media: str) -> None:
    by = folk.person()
    with tx.durable():
        which = actions.begin_conversation(by, mill.channel)
        kept = actions.attach(by, which, head, client_id(), seconds=12)
        assert (kept.kind, kept.media, kept.seconds) == ("audio", media, 12)
        actions.say(by, mill.channel, Content((Audio(str(kept.id), 12, "말소리"),)), client_id())
        with pytest.raises(AttachmentUnfit):
            actions.attach(by, which, head, client_id(), seconds=0)


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"MZ\x90\0", b"\0\0\0\x20ftypevil"])
def test_what_is_neither_picture_nor_sound_is_refused(mill: Stall, content: bytes) -> None:
    by = folk.person()
    with tx.durable(), pytest.raises((BadValue, AttachmentUnfit)):
        actions.attach(by, actions.begin_conversation(by, mill.channel), content, client_id(), seconds=3)


def test_a_message_is_reported_once_and_a_steward_decides(mill: Stall) -> None:
    by, steward = folk.person(), folk.steward()
    said = say(by, mill)
    answer = reply(mill.staff[0], said.conversation, "그런 건 없어요")
    with tx.durable():
        actions.complain(by, answer.id, "무례합니다")
        actions.complain(by, answer.id, "또 씁니다")
        with pytest.raises(NotAllowed):
            actions.complain(by, said.id, "내 말입니다")
    (one,) = queries.complaints(steward)
    assert (one.why, one.message.id) == ("무례합니다", answer.id)
    with tx.durable():
        actions.decide_complaint(steward, one.id, "upheld")
        with pytest.raises(BadValue):
            actions.decide_complaint(steward, one.id, "whatever")
    assert queries.complaints(steward) == ()
    assert queries.complaints(steward, decided=True)[0].decided == "upheld"


def test_who_leaves_leaves_no_words_behind(mill: Stall) -> None:
    by, other, key = folk.person(), folk.person(), client_id()
    with tx.durable():
        which = actions.begin_conversation(by, mill.channel)
        kept = actions.attach(by, which, photo(), f"{key}-p")
        actions.say(by, mill.channel, Content((Picture(str(kept.id), "우리 집"), Text("제 전화는 010"))), key)
    reply(mill.staff[0], which, "네, 알겠습니다")
    say(other, mill, "남는 말")
    with tx.durable():
        with pytest.raises(NotAllowed):
            actions.forget_words(by, me(by))
        assert actions.forget_words(BY, me(by)) == 1
        assert actions.forget_words(BY, me(by)) == 0
    shown = queries.messages(mill.owner, which)
    assert [showing.words_of(one.content) for one in shown] == ["", "네, 알겠습니다"]
    assert not models.Attachment.objects.exists()
    assert len(queries.search_channel(mill.owner, mill.channel, "남는")) == 1


def test_the_export_holds_what_was_said_to_and_by_me(mill: Stall) -> None:
    by = folk.person()
    reply(mill.staff[0], say(by, mill, "제 말").conversation, "저희 말")
    exported = list(queries.conversations_export(me(by))["messages"])  # type: ignore[call-overload]  # an iterator
    assert [one["content"] for one in exported] == [words("제 말"), words("저희 말")]
