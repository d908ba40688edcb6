"""Who answers, what is unread, which command is asked: rules by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import ids
from dure.base.actors import Actor, OrganisationId, OrgRole, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels.rules import bots, inbox, showing
from dure.foundations.channels.types import (
    Attended,
    Button,
    ButtonKind,
    Card,
    ChannelClosed,
    ChannelId,
    ChannelPaused,
    ChannelState,
    Command,
    Content,
    ConversationTaken,
    NotWhileSo,
    QuickReply,
    Said,
    Speaker,
    Text,
    Turn,
)

ORGANISATION = OrganisationId(ids.new())
CHANNEL = ChannelId(ids.new())


def staff() -> Actor:
    return Actor(person=PersonId(ids.new()), memberships=frozenset({(ORGANISATION, OrgRole.STAFF)}))


@given(st.sampled_from(Attended), st.lists(st.sampled_from(Turn), max_size=12))
def test_the_person_is_always_heard_whatever_came_before(begin: Attended, turns: list[Turn]) -> None:
    now = begin
    for turn in turns:
        try:
            now = inbox.turned(now, turn)
        except NotWhileSo:
            continue
    assert inbox.turned(now, Turn.WRITE) is not Attended.CLOSED
    assert inbox.turned(now, Turn.ASK_PERSON) in (Attended.WAITING, Attended.STAFF)


def test_writing_opens_a_closed_conversation_and_wakes_nobody_else() -> None:
    assert inbox.turned(Attended.CLOSED, Turn.WRITE) is Attended.BOT
    for stays in (Attended.BOT, Attended.WAITING, Attended.STAFF):
        assert inbox.turned(stays, Turn.WRITE) is stays


def test_what_is_closed_is_not_closed_or_handed_back_again() -> None:
    for turn in (Turn.CLOSE, Turn.HAND_BACK, Turn.ASSIGN):
        with pytest.raises(NotWhileSo):
            inbox.turned(Attended.CLOSED, turn)


def test_only_who_works_for_the_channel_takes_a_conversation_and_not_from_a_colleague() -> None:
    me, other = staff(), staff()
    for attended in Attended:
        assert inbox.may_take(me, ORGANISATION, attended, None) == me.person
    assert inbox.may_take(me, ORGANISATION, Attended.STAFF, me.person) == me.person
    with pytest.raises(ConversationTaken):
        inbox.may_take(me, ORGANISATION, Attended.STAFF, other.person)
    for by in (Actor(person=PersonId(ids.new())), Actor(person=None)):
        with pytest.raises(NotAllowed):
            inbox.may_take(by, ORGANISATION, Attended.WAITING, None)


def test_who_writes_to_what() -> None:
    by = Actor(person=PersonId(ids.new()))
    assert inbox.may_write_here(by, ChannelState.OPEN) == by.person
    with pytest.raises(ChannelClosed):
        inbox.may_write_here(by, ChannelState.CLOSED)
    with pytest.raises(ChannelPaused):
        inbox.may_write_here(by, ChannelState.PAUSED)
    with pytest.raises(NotAllowed):
        inbox.may_write_here(Actor(person=None), ChannelState.OPEN)


@given(st.lists(st.sampled_from(Speaker), max_size=30), st.integers(0, 40))
def test_nobody_has_their_own_words_unread(speakers: list[Speaker], read: int) -> None:
    entries = list(enumerate(speakers, 1))
    theirs = inbox.unread(entries, read, staff=False)
    ours = inbox.unread(entries, read, staff=True)
    assert theirs + ours == max(0, len(speakers) - read)
    assert inbox.unread([(n, Speaker.PERSON) for n, _ in entries], 0, staff=False) == 0


@given(st.integers(0, 50), st.integers(-5, 100), st.integers(0, 50))
def test_a_read_mark_never_goes_back_and_never_beyond(before: int, seen: int, last: int) -> None:
    before = min(before, last)
    after = inbox.read_to(before, seen, last)
    assert before <= after <= last


@pytest.mark.parametrize("said", ["", "short", "with space 123", "a" * 41, "x/../y123"])
def test_a_client_id_is_plain(said: str) -> None:
    with pytest.raises(BadValue):
        inbox.clean_client_id(said)


def command(name: str, *phrases: str, label: str = "") -> Command:
    return Command(name, lambda said: None, phrases, label)


def names(commands: tuple[Command, ...], words: str, action: str = "") -> list[str]:
    return [one.name for one in bots.asked(commands, Said(CHANNEL, None, words, action))]


def test_a_command_is_found_in_a_sentence_and_the_longer_phrase_first() -> None:
    hours, lunch, leave = (
        command("a.hours", "영업시간"),
        command("a.lunch", "점심 영업 시간"),
        command("a.leave", "나가기", "그만"),
    )
    known = (hours, lunch, leave)
    assert names(known, "영업 시간이 어떻게 되나요?") == ["a.hours"]
    assert names(known, "점심 영업시간 알려주세요") == ["a.lunch", "a.hours"]
    assert names(known, "그만!") == ["a.leave"]
    assert names(known, "안녕하세요") == []
    assert names(known, "", "") == []
    assert names(known, "아무 말", "a.leave:now") == ["a.leave"]


@given(st.text(max_size=300), st.text(max_size=20))
def test_a_phrase_said_in_whatever_spacing_and_signs_is_understood(around: str, phrase: str) -> None:
    if bots.spoken(phrase):
        assert names((command("a.b", phrase),), f" {phrase}?!") == ["a.b"]
    names((command("a.b", phrase),), around)


def test_suggestions_fill_what_room_is_left() -> None:
    answer = Content((Text("네"),), (), (QuickReply("첫째", "첫째"),))
    many = tuple(command(f"a.n{n}", f"명령{n}", label=f"명령 {n}") for n in range(20))
    suggested = bots.suggesting(answer, many).quick_replies
    assert (len(suggested), suggested[0].label) == (10, "첫째")


@given(st.dictionaries(st.text(alphabet="가나다이름", min_size=1, max_size=5), st.text(max_size=20), max_size=3))
def test_variables_are_filled_and_unknown_ones_stay_to_be_seen(variables: dict[str, str]) -> None:
    content = Content(
        (Text("#{이름}님, #{없는것}"), Card("#{이름}", "", None, (Button("보기", ButtonKind.LINK, "/a/#{이름}"),)))
    )
    said = showing.words_of(showing.filled(content, variables))
    assert "#{없는것}" in said
    assert ("#{이름}" in said) == ("이름" not in variables or "#{이름}" in variables["이름"])


@pytest.mark.parametrize(
    "target", ["javascript:alert(1)", "//evil.example", "/\\evil", "data:text/html,x", "https://a b", "ftp://a"]
)
def test_a_link_leads_only_to_the_web_or_to_our_pages(target: str) -> None:
    assert not showing.is_address(target)
    with pytest.raises(BadValue):
        showing.check_address(target)
