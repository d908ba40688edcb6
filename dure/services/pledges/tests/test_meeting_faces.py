"""Meetings on pages, over the API, in a calendar program and by messages."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from dure.base import clock, ids
from dure.foundations.channels.types import ChannelId
from dure.foundations.people.tests import making as folk
from dure.kit.visiting import browser, form, text
from dure.services.pledges import actions, models, queries, tasks
from dure.services.pledges.types import (
    AnswerWord,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingId,
    MeetingMoved,
    MeetingSeatGiven,
    NewAnswer,
    NewMeeting,
)

from . import making
from .making import Ground, key, person_of
from .test_api import ask
from .test_calendar import fields
from .test_telling import channel, greeted, letters

__all__ = ["ask", "channel"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(ground: Ground) -> Meeting:
    """A meeting in three days, by the clock on the wall, of a project with two people in it."""
    for by in ground.people[:2]:
        making.joined(by, ground.project)
    making.begun(ground)
    starts_at = clock.now() + timedelta(days=3)
    new = NewMeeting(
        title="다 같이 <걷기>",
        place="장터 동문 앞",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        answer_until=starts_at - timedelta(days=1),
        capacity=3,
        notes="물을 챙겨요",
    )
    return actions.call_meeting(ground.leader, ground.project.id, new, key=key())


def planned(meeting: Meeting, place: str) -> NewMeeting:
    """The same meeting at another place."""
    return NewMeeting(
        title=meeting.title,
        place=place,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        answer_until=meeting.answer_until,
        capacity=meeting.capacity,
        notes=meeting.notes,
    )


def typed(days: int, **changed: object) -> dict[str, object]:
    day = clock.today() + timedelta(days=days)
    said = {
        "title": "다 같이 걷기",
        "on": day.isoformat(),
        "start": "10:00",
        "end": "12:00",
        "place": "장터 동문 앞",
        "capacity": "3",
        "until": (day - timedelta(days=1)).isoformat(),
        "notes": "",
    }
    return form(**(said | changed))


def test_from_calling_to_cancelling_on_pages(ground: Ground) -> None:
    for by in ground.people[:2]:
        making.joined(by, ground.project)
    making.begun(ground)
    leader, one, two = browser(ground.leader), browser(ground.people[0]), browser(ground.people[1])
    call = reverse("pledges:call_meeting", args=[ground.project.code])
    assert reverse("pledges:meetings", args=[ground.project.code]) in text(one, "pledges:group", ground.project.code)
    assert call not in text(one, "pledges:meetings", ground.project.code)
    assert call in text(leader, "pledges:meetings", ground.project.code)
    assert leader.post(call, typed(3, end="09:00")).status_code == 422
    assert leader.post(call, typed(-1)).status_code == 422
    assert one.post(call, typed(3)).status_code == 403
    assert leader.post(call, typed(3)).status_code == 303
    [found] = queries.meetings_ahead(ground.leader, ground.project)
    local = found.starts_at.astimezone(ZoneInfo("Asia/Seoul"))
    assert (f"{local:%H:%M}", found.answer_until) == ("10:00", found.starts_at - timedelta(hours=10))
    answer = reverse("pledges:answer_meeting", args=[found.id])
    assert one.post(answer, form(word="yes", companions="1")).status_code == 303
    assert two.post(answer, form(word="yes", companions="1")).status_code == 303  # full: on the list
    assert (
        two.post(answer, form(word="perhaps")).status_code
        == two.post(answer, form(word="yes", companions="9")).status_code
        == 422
    )
    page = text(two, "pledges:meeting", found.id)
    assert "대기" in page
    last = clock.local(found.answer_until) - timedelta(days=1)
    assert f"{last.month}월 {last.day}일까지" in page  # not the midnight after it
    assert two.get(reverse("pledges:edit_meeting", args=[found.id])).status_code == 403
    edit = reverse("pledges:edit_meeting", args=[found.id])
    assert 'name="read" value="1"' in leader.get(edit).content.decode()
    assert leader.post(edit, typed(3, place="장터 서문 앞", read="1")).status_code == 303
    assert leader.post(edit, typed(3, place="또 다른 곳", read="1")).status_code == 409
    assert "다시" in text(one, "pledges:meeting", found.id)
    cancel = reverse("pledges:cancel_meeting", args=[found.id])
    assert one.post(cancel, form(why="싫어요")).status_code == 403
    assert leader.post(cancel, form(why="비가 <많이> 와요")).status_code == 303
    assert "비가 &lt;많이&gt; 와요" in text(one, "pledges:meeting", found.id)


def test_a_meeting_is_closed_to_all_who_are_not_of_its_group(ground: Ground, meeting: Meeting) -> None:
    pages = ("pledges:meeting", "pledges:meeting_ics", "pledges:edit_meeting", "pledges:came")
    opens = {
        "nobody": (None, ""),
        "outside": (folk.person(), ""),
        "inside": (ground.people[0], "pledges:meeting pledges:meeting_ics"),
        "auditor": (folk.auditor(), "pledges:meeting pledges:meeting_ics"),
        "leader": (ground.leader, " ".join(pages)),
        "steward": (ground.stewards[0], " ".join(pages)),
    }
    for role, (by, may) in opens.items():
        for name in pages:
            status = browser(by).get(reverse(name, args=[meeting.id])).status_code
            assert (status == 200) == (name in may.split()), (role, name, status)
        listed = browser(by).get(reverse("pledges:meetings", args=[ground.project.code])).status_code
        assert (listed == 200) == (role not in ("nobody", "outside")), role
    assert "&lt;걷기&gt;" in text(browser(ground.people[0]), "pledges:meeting", meeting.id)


def test_a_meeting_may_last_over_midnight_and_no_year_is_too_far_to_be_refused(ground: Ground) -> None:
    making.begun(ground)
    leader = browser(ground.leader)
    call = reverse("pledges:call_meeting", args=[ground.project.code])
    for wrong in ({"on": "9999-12-31", "until": "9999-12-31"}, {"until": "9999-12-31", "on": "2999-12-31"}):
        assert leader.post(call, typed(3, **wrong)).status_code == 422
    assert leader.post(call, typed(3, start="22:00", end="01:00")).status_code == 303
    [found] = queries.meetings_ahead(ground.leader, ground.project)
    assert found.ends_at - found.starts_at == timedelta(hours=3)
    edit = reverse("pledges:edit_meeting", args=[found.id])
    assert leader.post(edit, typed(3, start="22:00", end="01:00", title="밤에 걷기", read="1")).status_code == 303
    [found] = queries.meetings_ahead(ground.leader, ground.project)
    assert (found.title, found.ends_at - found.starts_at) == ("밤에 걷기", timedelta(hours=3))


def test_the_same_page_says_yes_no_and_yes_again(ground: Ground, meeting: Meeting) -> None:
    """A page that was kept by the browser sends the key of its form once more."""
    by = ground.people[0]
    address, kept = reverse("pledges:answer_meeting", args=[meeting.id]), form()
    for word in (AnswerWord.YES, AnswerWord.NO, AnswerWord.YES):
        assert browser(by).post(address, kept | {"word": word.value, "companions": "0"}).status_code == 303
        said = queries.answer_of(meeting.id, person_of(by))
        assert said is not None
        assert said.word is word


def test_who_came_is_noted_and_each_reads_their_own(ground: Ground, meeting: Meeting) -> None:
    one, two = ground.people[:2]
    for by in (one, two):
        actions.answer_meeting(by, meeting.id, NewAnswer(AnswerWord.YES), key=key())
    past = clock.now() - timedelta(hours=1)
    models.Meeting.objects.filter(id=meeting.id).update(starts_at=past, answer_until=past)
    came = reverse("pledges:came", args=[meeting.id])
    assert browser(ground.leader).post(came, form(came=str(person_of(one)))).status_code == 303
    assert "오신 것으로" in text(browser(one), "pledges:meeting", meeting.id)
    assert "오지 않으신 것으로" in text(browser(two), "pledges:meeting", meeting.id)
    seen = {said.person: said.came for said in queries.answers_of(two, meeting)}
    assert seen == {person_of(one): None, person_of(two): False}


def test_a_meeting_is_complained_of_on_its_page(ground: Ground, meeting: Meeting) -> None:
    client = browser(ground.people[0])
    address = reverse("pledges:complain", args=["meeting", meeting.id])
    assert address in text(client, "pledges:meeting", meeting.id)
    assert client.post(address, form(of="words", why="돈을 걷어요")).status_code == 303
    steward = browser(ground.stewards[0])
    assert "물을 챙겨요" in text(steward, "pledges-desk:complaints")
    [one] = queries.complaints(ground.stewards[0])
    decide = reverse("pledges-desk:decide_complaint", args=[one.id])
    assert steward.post(decide, form(answer="yes", why="돈은 안 돼요")).status_code == 303
    page = text(client, "pledges:meeting", meeting.id)
    assert "물을 챙겨요" not in page
    assert "돈은 안 돼요" in page


# In a calendar program


def test_a_calendar_shows_where_one_means_to_go_and_strikes_it_out(ground: Ground, meeting: Meeting) -> None:
    one = ground.people[0]
    kept = actions.renew_calendar(one, key=key())
    address = reverse("pledges:calendar", args=[kept.key, kept.seal])

    def event() -> str:
        parts = browser().get(address).content.decode().replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
        return "".join(part for part in parts if f"UID:meeting-{meeting.id}@" in part)

    assert event() == ""
    actions.answer_meeting(one, meeting.id, NewAnswer(AnswerWord.MAYBE), key=key())
    assert "STATUS:TENTATIVE" in event()
    actions.answer_meeting(one, meeting.id, NewAnswer(AnswerWord.YES), key=key())
    assert "STATUS:CONFIRMED\r\n" in event()
    assert "SEQUENCE:0\r\n" in event()
    moved = planned(meeting, place="서문; 앞, \\길")
    actions.edit_meeting(ground.leader, meeting.id, moved, meeting.version, key=key())
    assert "SEQUENCE:1\r\n" in event()
    assert "LOCATION:서문\\; 앞\\, \\\\길\r\n" in event()
    actions.cancel_meeting(ground.leader, meeting.id, "비가 와요", key=key())
    assert "STATUS:CANCELLED\r\nDTSTAMP:" in event()
    assert "SEQUENCE:2\r\n" in event()
    actions.leave(one, queries.my_pledges(person_of(one))[0].id, key=key())
    assert "meeting-" not in event()


def test_one_meeting_is_a_file_of_its_own(ground: Ground, meeting: Meeting) -> None:
    answer = browser(ground.people[0]).get(reverse("pledges:meeting_ics", args=[meeting.id]))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    found = fields(answer.content)
    starts = clock.local(meeting.starts_at)
    assert found["DTSTART;TZID=Asia/Seoul"] == f"{starts:%Y%m%dT%H%M%S}"
    assert (found["STATUS"], found["SUMMARY"]) == ("TENTATIVE", "다 같이 <걷기>")


# By messages


def test_each_hears_what_is_for_them(ground: Ground, meeting: Meeting, channel: ChannelId) -> None:
    one, two = ground.people[:2]
    greeted(one, two, ground.leader)
    at, me = clock.now(), person_of(ground.leader)
    actions.answer_meeting(one, meeting.id, NewAnswer(AnswerWord.YES), key=key())
    actions.answer_meeting(two, meeting.id, NewAnswer(AnswerWord.NO), key=key())
    for _twice in range(2):
        tasks.tell_meeting(MeetingCalled(meeting.id, ground.project.id, me, at), (told := ids.derived(meeting.id, "t")))
    assert [to for _words, to in letters()] == [{person_of(one), person_of(two)}]
    models.Meeting.objects.filter(id=meeting.id).update(version=2, moved_in=2)
    tasks.tell_meeting_moved(MeetingMoved(meeting.id, ground.project.id, 2, at), ids.new())
    tasks.tell_meeting_off(MeetingCancelled(meeting.id, ground.project.id, me, at), ids.new())
    tasks.tell_seat(MeetingSeatGiven(meeting.id, ground.project.id, person_of(one), at), ids.new())
    assert [to for _words, to in letters()][1:] == [{person_of(one)}] * 3
    assert all(ground.project.title in words and "걷기>" not in words for words, _to in letters())
    gone = MeetingId(ids.new())
    tasks.tell_seat(MeetingSeatGiven(gone, ground.project.id, person_of(one), at), told)
    models.Meeting.objects.filter(id=meeting.id).update(
        starts_at=at, answer_until=at
    )  # it begins: too late to hear of it
    tasks.tell_meeting_off(MeetingCancelled(meeting.id, ground.project.id, me, at), ids.new())
    assert len(letters()) == 4


# Over the API


def test_from_calling_to_answering_over_the_api(ask: Any, hot_room: None, real_ground: Ground) -> None:
    one, other = real_ground.people[:2]
    making.joined(one, real_ground.project)
    making.begun(real_ground)
    path = f"projects/{real_ground.project.code}/meetings"
    starts_at = clock.now().replace(microsecond=0) + timedelta(days=3)
    body = {
        "title": "다 같이 걷기",
        "place": "장터 동문 앞",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
        "answer_until": starts_at.isoformat(),
        "capacity": 2,
    }
    assert ask(None, "get", path).status_code == 401
    assert ask(other, "get", path).status_code == 403
    assert ask(one, "post", path, **body).status_code == 403
    assert ask(real_ground.leader, "post", path, **(body | {"capacity": 1})).status_code == 422
    made = ask(real_ground.leader, "post", path, **body)
    assert made.status_code == 201
    meeting = made.json()["id"]
    assert [found["id"] for found in ask(one, "get", path).json()] == [meeting]
    said = ask(one, "put", f"meetings/{meeting}/answer", word="yes", companions=1)
    assert (said.status_code, said.json()["standing"]) == (200, "coming")
    assert ask(real_ground.leader, "put", f"meetings/{meeting}/answer", word="yes").json()["standing"] == "waiting"
    assert ask(one, "put", f"meetings/{meeting}/answer", word="yes", companions=4).status_code == 422
    page = ask(one, "get", f"meetings/{meeting}").json()
    assert (page["meeting"]["coming"], page["mine"]["companions"], len(page["answers"])) == (2, 1, 2)
    assert ask(other, "get", f"meetings/{meeting}").status_code == 403
    changed = body | {"place": "장터 서문 앞", "version": 1}
    assert ask(real_ground.leader, "put", f"meetings/{meeting}", **changed).json()["version"] == 2
    late = ask(real_ground.leader, "put", f"meetings/{meeting}", **(changed | {"title": "또 바꿔요"}))
    assert (late.status_code, late.json()["code"]) == (409, "edited_meanwhile")
    assert ask(one, "post", f"meetings/{meeting}/complaints", why="이상해요").status_code == 201
    early = ask(real_ground.leader, "put", f"meetings/{meeting}/attendance", people=[])
    assert early.json()["code"] == "meeting_over"
    assert ask(real_ground.leader, "post", f"meetings/{meeting}/cancel", why="비가 와요").json()["state"] == "cancelled"
