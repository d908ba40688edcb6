"""Calls through the door of the gateway: a head speaks, a deputy agrees, a villager hears again; once, whatever is told twice."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from dure.base.refusals import BadValue, NotAllowed
from dure.kit.twins import Server
from dure.kit.visiting import browser, form, text
from dure.services.broadcast import actions, models, queries
from dure.services.broadcast.actions.calls import CALLS_MAX
from dure.services.broadcast.rules import numbers
from dure.services.broadcast.rules.recording import seconds_of_wav
from dure.services.broadcast.twins.telephone import tone
from dure.services.broadcast.types import Agreed, Announcement, AnnouncementState, Kind, NotWritten

from . import making
from . import telephoning as on
from .making import Ground, key, later, person_of
from .telephoning import DIGITS, Phone

pytestmark = pytest.mark.django_db
WRONG = "395173"


def head(gateway: Server) -> Phone:
    """The head calls and is known: only the voice is missing."""
    return Phone(on.HEAD_NUMBER, gateway).ring().press("1", f"{DIGITS}#")


def announcements() -> list[Announcement]:
    rows = models.Announcement.objects.order_by("written_at", "id").values_list("id", flat=True)
    return [queries.announcement(one) for one in rows]  # type: ignore[arg-type]  # ids of that table


def test_the_head_speaks_by_telephone_and_the_village_is_told(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway)
        assert phone.then == "record"
        assert "솔내리" in phone.said
        phone.speak()
        [address] = phone.plays
        assert Client().get(urlsplit(address).path).content == tone()
        phone.press("1")
        assert "10초" in phone.said
        assert phone.press("").then == "hang_up"
        [sent] = announcements()
        assert (sent.state, sent.author, sent.kind) == (AnnouncementState.SENT, person_of(town.head), Kind.NOTICE)
        assert sent.seconds == pytest.approx(3.0)
        assert "김이장" in sent.words
        assert queries.words_wanted([sent.id]) == {sent.id}
    with later(minutes=1):
        assert making.aired()
        assert set(making.standing(sent)) == {person_of(one) for one in (town.deputy, *town.listeners)}


def test_what_is_told_twice_is_done_once_and_answered_the_same(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway)
        recorded = {"call": phone.name, "event": "recorded", "turn": phone.turn, "recording": phone.recorded(tone())}
        first, second = on.posted(recorded).json(), on.posted(recorded).json()
        assert [one["turn"] for one in (first, second)] == [phone.turn + 1] * 2
        assert len(announcements()) == 1
        sends = {"call": phone.name, "event": "keyed", "turn": phone.turn + 1, "keys": "1"}
        answers = [on.posted(sends) for _ in range(3)]
        assert len({one.content for one in answers}) == 1
        assert [one.state for one in announcements()] == [AnnouncementState.SENT]
        assert on.posted(sends | {"keys": "0"}).status_code == 409  # another thing at the same place
        assert on.posted(sends | {"turn": 1}).status_code == 409
        assert announcements()[0].state is AnnouncementState.SENT


def test_killed_between_doing_and_writing_it_goes_on(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway).speak()
        before = models.Call.objects.get()
        phone.press("1")
        models.Call.objects.filter(id=before.id).update(
            turn=before.turn, state=before.state, answer=before.answer, told=before.told
        )
        phone.turn = before.turn
        phone.press("1")
        assert "10초" in phone.said
        assert len(announcements()) == 1
        assert models.Airing.objects.count() == 1


def test_taken_back_within_the_call_nobody_hears_it(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway).speak().press("1", "0")
        assert phone.then == "hang_up"
        assert announcements()[0].state is AnnouncementState.TAKEN_BACK
    with later():
        late = head(gateway).speak().press("1")
    with later(seconds=11):
        assert "거둘 수 없습니다" in late.press("0").said


def test_who_calls_again_takes_it_back(town: Ground, gateway: Server) -> None:
    with later():
        head(gateway).speak().press("1").hang_up()
        again = head(gateway)
        assert "3번" in again.said
        again.press("3")
        assert announcements()[0].state is AnnouncementState.TAKEN_BACK
    with later(minutes=2):
        assert head(gateway).then == "record"


def test_said_again_and_thrown_away_leave_one_and_none(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway).speak().press("2").speak(tone(5))
        [draft] = announcements()
        assert draft.seconds == pytest.approx(5.0)
        assert models.Recording.objects.count() == 1
        phone.press("0")
        assert (announcements(), models.Recording.objects.count()) == ([], 0)


def test_who_hangs_up_finds_a_draft_in_the_studio(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway).speak().hang_up()
        assert announcements()[0].state is AnnouncementState.DRAFT
        assert on.posted({"call": phone.name, "event": "keyed", "turn": phone.turn, "keys": "1"}).status_code == 409
        assert announcements()[0].state is AnnouncementState.DRAFT


def test_what_is_urgent_goes_out_by_two_calls(town: Ground, gateway: Server) -> None:
    with later():
        head(gateway).speak().press("3").hang_up()
        [asked] = announcements()
        assert (asked.state, asked.kind) == (AnnouncementState.ASKED, Kind.URGENT)
        alone = head(gateway)
        assert "4번" not in alone.said
        second = Phone(on.DEPUTY_NUMBER, gateway).ring().press("1", DIGITS)
        assert "4번" in second.said
        second.press("4")
        assert second.plays
        assert "김이장" in second.said
        second.press("1")
        [sent] = announcements()
        assert (sent.state, sent.agreed) == (AnnouncementState.SENT, Agreed.SECOND)


def test_wrong_digits_are_counted_across_calls_and_lock_for_an_hour(town: Ground, gateway: Server) -> None:
    with later():
        for _ in range(2):
            phone = Phone(on.HEAD_NUMBER, gateway).ring().press("1", WRONG, WRONG)
            phone.hang_up()
        assert models.TelephoneSecret.objects.get(person=person_of(town.head)).wrong == 4
        asked = {"call": "twice", "event": "rang", "from": on.HEAD_NUMBER}
        on.posted(asked)
        on.posted({"call": "twice", "event": "keyed", "turn": 1, "keys": "1"})
        tried = {"call": "twice", "event": "keyed", "turn": 2, "keys": WRONG}
        assert on.posted(tried).content == on.posted(tried).content
        locked = Phone(on.HEAD_NUMBER, gateway).ring().press("1", DIGITS)  # the right ones, too
        assert locked.then == "hang_up"
        deputy = Phone(on.DEPUTY_NUMBER, gateway).ring().press("1", DIGITS)  # whose digits are another matter
        assert deputy.then == "record"
    with later(minutes=61):
        assert head(gateway).then == "record"
    assert announcements() == []


def test_new_digits_open_what_was_locked_and_none_close_it(town: Ground, gateway: Server) -> None:
    with later():
        for _ in range(numbers.WRONG_MAX):
            Phone(on.HEAD_NUMBER, gateway).ring().press("1", WRONG)
        on.with_digits(town.head, WRONG)
        assert Phone(on.HEAD_NUMBER, gateway).ring().press("1", WRONG).then == "record"
        actions.take_telephone_secret_away(town.head)
        assert "전화 비밀번호를 정하세요" in Phone(on.HEAD_NUMBER, gateway).ring().said


def test_an_office_that_ends_in_the_middle_of_a_call_says_nothing(town: Ground, gateway: Server) -> None:
    with later():
        phone = head(gateway).speak()
        office = next(one for one in queries.offices(town.village.id) if one.tenure.person == person_of(town.head))
        actions.end_office(town.owner, office.id, key=key())
        phone.press("1")
        assert phone.then == "hang_up"
        assert announcements()[0].state is AnnouncementState.DRAFT


def test_a_stranger_learns_nothing_and_leaves_nothing(town: Ground, gateway: Server) -> None:
    with later():
        said = {Phone(number, gateway).ring().said for number in (on.STRANGER, "+82311234567")}
        withheld = {Phone(number, gateway).ring().said for number in ("", "hidden", "Anonymous")}
        assert (len(said), len(withheld)) == (1, 1)
        assert "번호가 보이게" in withheld.pop()
        assert "솔내리" not in said.pop()
        assert models.Call.objects.count() == 0
        assert on.posted({"call": "x", "event": "ended", "turn": 1}).status_code == 200


def test_a_number_is_answered_so_often_an_hour(town: Ground, gateway: Server) -> None:
    with later():
        for _ in range(CALLS_MAX):
            assert Phone(on.LISTENER_NUMBER, gateway).ring().then == "keys"
        assert Phone(on.LISTENER_NUMBER, gateway).ring().then == "hang_up"
        assert Phone(on.HEAD_NUMBER, gateway).ring().then == "keys"


def test_nobody_but_the_gateway_is_answered(town: Ground, gateway: Server, settings: Any) -> None:
    rang: dict[str, object] = {"call": "a", "event": "rang", "from": on.HEAD_NUMBER}
    assert on.posted(rang, secret="another").status_code == 403
    for stale in (301, -301):
        assert on.posted(rang, late_seconds=stale).status_code == 403
    assert Client().post(on.PATH, data=b"{}", content_type="application/json").status_code == 403
    for broken in ({"event": "rang"}, rang | {"keys": "abc"}, rang | {"event": "sang"}, rang | {"more": 1}):
        assert on.posted(broken).status_code == 422, broken
    assert on.posted(rang | {"event": "keyed", "turn": 1}).status_code == 409  # of no call
    with pytest.raises(NotAllowed):
        actions.answer_call(town.head, None, None, None)  # type: ignore[arg-type]  # who asks comes first


def test_a_recording_comes_from_the_gateway_and_from_nowhere_else(town: Ground, gateway: Server) -> None:
    with later():
        for address in (
            "",
            "http://127.0.0.1:1/r.wav",
            "file:///etc/passwd",
            "http://[",
            f"{gateway.origin}/recordings/none.wav",
        ):
            phone = head(gateway).tell("recorded", recording=address)
            assert (phone.then, phone.plays) == ("record", [])
        for content in (b"", b"RIFF", b"OggS" + bytes(60), tone(0.1), tone(181)):
            assert head(gateway).speak(content).then == "record", len(content)
        assert announcements() == []


@pytest.mark.parametrize("seconds", [0.5, 3, 60])
def test_a_file_says_itself_how_long_it_is(seconds: float) -> None:
    content = tone(seconds)
    assert seconds_of_wav(content) == pytest.approx(seconds, abs=0.01)
    assert seconds_of_wav(content[: len(content) // 2]) < seconds  # cut, it is shorter
    for broken in (b"", content[:11], content[:30], b"OggS" + content[4:]):
        with pytest.raises(BadValue):
            seconds_of_wav(broken)


# What was said


def test_words_are_typed_once_by_who_speaks_there(town: Ground, gateway: Server) -> None:
    with later():
        head(gateway).speak().press("1").hang_up()
        [sent] = announcements()
        with pytest.raises(NotAllowed):
            actions.type_words(town.listeners[0], sent.id, making.WORDS, key=key())
        with pytest.raises(BadValue):
            actions.type_words(town.deputy, sent.id, " ", key=key())
        typed = actions.type_words(town.deputy, sent.id, f" {making.WORDS}\r\n", key="once")
        assert typed.words == making.WORDS
        assert actions.type_words(town.deputy, sent.id, f" {making.WORDS}\r\n", key="once").words == making.WORDS
        assert queries.words_wanted([sent.id]) == frozenset()
        with pytest.raises(NotWritten):
            actions.type_words(town.head, sent.id, "다른 말입니다.", key=key())
        other = making.sent(town)
        with pytest.raises(NotWritten):
            actions.type_words(town.head, other.id, "다른 말입니다.", key=key())


def test_the_studio_asks_for_the_words(ground: Ground, settings: Any) -> None:
    on.known(ground)
    with on.gateway(settings) as gateway:
        phone = head(gateway).speak()
    by, (draft,) = browser(ground.head), announcements()
    page = text(by, "broadcast:look", draft.id)
    assert reverse("broadcast:words", args=[draft.id]) in page
    assert "글이 없음" in text(by, "broadcast:studio")
    changed = form(words=draft.words, villages=[str(ground.village.id)], kind="notice")
    assert by.post(reverse("broadcast:change", args=[draft.id]), changed).status_code == 303
    (draft,) = announcements()
    assert queries.words_wanted([draft.id]), "what only says who spoke is still no transcript"
    assert by.post(reverse("broadcast:words", args=[draft.id]), form(words=making.WORDS)).status_code == 303
    assert announcements()[0].words == making.WORDS
    assert reverse("broadcast:words", args=[draft.id]) not in text(by, "broadcast:look", draft.id)
    assert phone.press("1").then == "hang_up"  # the draft of the call is gone; nothing was sent


def test_the_page_sets_the_digits(ground: Ground, gateway: Server) -> None:
    by = browser(ground.head)
    page = reverse("broadcast:telephone")
    assert "031-000-0000" in by.get(page).content.decode()
    assert by.post(page, form(number="123456")).status_code == 422
    assert by.post(page, form(number=DIGITS)).status_code == 303
    assert DIGITS not in models.TelephoneSecret.objects.get().secret
    assert by.post(reverse("broadcast:take_telephone_away")).status_code == 303
    assert models.TelephoneSecret.objects.count() == 0
    assert browser(ground.listeners[0]).get(page).status_code == 403
