"""Meetings on the real database: calling, answering, the list, being asked again, blocks, who may, and what is forgotten."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotAllowed, NotFound, TooOften
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.services.pledges import actions, models, queries
from dure.services.pledges.rules import keeping
from dure.services.pledges.rules import meetings as rules
from dure.services.pledges.types import (
    Answer,
    AnswersClosed,
    AnswerWord,
    ComplaintKind,
    EditedMeanwhile,
    Meeting,
    MeetingId,
    MeetingOver,
    MeetingState,
    NewAnswer,
    NewMeeting,
    NoRoom,
    PartyTooLarge,
    SeasonClosed,
    Silenced,
    Standing,
    TooManyComing,
)

from . import making
from .making import BY, Ground, key, person_of

YES, MAYBE, NO = AnswerWord
DAY = 5  # on which meetings are called here; they are held on the eighth


def now(ground: Ground) -> AbstractContextManager[None]:
    found: AbstractContextManager[None] = making.on_day(ground, DAY)
    return found


def new(ground: Ground, **changed: Any) -> NewMeeting:
    starts_at = rules.earliest(ground.season.starts_on) + timedelta(days=7, hours=10)
    said: dict[str, Any] = {
        "title": "다 같이 걷기",
        "place": "장터 동문 앞",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "answer_until": starts_at - timedelta(days=1),
    }
    return NewMeeting(**(said | changed))


def called(ground: Ground, **changed: Any) -> Meeting:
    with now(ground):
        return actions.call_meeting(ground.leader, ground.project.id, new(ground, **changed), key=key())


def answer(ground: Ground, by: Actor, meeting: Meeting, word: AnswerWord, companions: int = 0) -> Answer:
    with now(ground):
        return actions.answer_meeting(by, meeting.id, NewAnswer(word, companions), key=key())


def edited(ground: Ground, meeting: Meeting, **changed: Any) -> Meeting:
    with now(ground):
        return actions.edit_meeting(
            ground.leader, meeting.id, new(ground, **changed), queries.meeting(meeting.id).version, key=key()
        )


def joined(ground: Ground) -> tuple[Actor, ...]:
    for by in ground.people[:3]:
        making.joined(by, ground.project)
    return ground.people[:3]


def standing(meeting: Meeting, by: Actor) -> Standing:
    found = queries.answer_of(meeting.id, person_of(by))
    assert found is not None
    return found.standing


# Who may, and when


def test_the_leader_or_a_steward_calls_it_once_however_often_it_is_sent(ground: Ground) -> None:
    inside = joined(ground)[0]
    with now(ground):
        for by in (inside, folk.person(), folk.auditor()):
            with pytest.raises(NotAllowed):
                actions.call_meeting(by, ground.project.id, new(ground), key=key())
        once = key()
        made = actions.call_meeting(ground.leader, ground.project.id, new(ground, title=" 걷기 "), key=once)
        assert actions.call_meeting(ground.leader, ground.project.id, new(ground, title=" 걷기 "), key=once) == made
        assert made.title == "걷기"
        assert actions.call_meeting(ground.stewards[0], ground.project.id, new(ground), key=key()).by == person_of(
            ground.stewards[0]
        )
    assert models.Meeting.objects.count() == 2


def test_a_day_has_so_many_and_a_settled_season_none(ground: Ground) -> None:
    pledge = making.joined(ground.people[0], ground.project)
    with now(ground):
        for _ in range(rules.CALLED_PER_DAY_MAX):
            actions.call_meeting(ground.leader, ground.project.id, new(ground), key=key())
        with pytest.raises(TooOften):
            actions.call_meeting(ground.leader, ground.project.id, new(ground), key=key())
    making.proved(ground, ground.people[0], pledge, 3)
    making.settled(ground)
    with making.after_review(ground), pytest.raises(SeasonClosed):
        actions.call_meeting(ground.leader, ground.project.id, new(ground), key=key())


def test_a_leader_whose_word_was_taken_calls_none(ground: Ground) -> None:
    models.Hush.objects.create(
        project_id=ground.project.id,
        kind=ComplaintKind.PERSON,
        subject=person_of(ground.leader),
        why="욕을 했어요",
        by=person_of(ground.stewards[0]),
    )
    with pytest.raises(Silenced):
        called(ground)


def test_only_who_goes_on_answers_and_only_the_group_reads(ground: Ground) -> None:
    inside, other, outside = ground.people
    making.joined(inside, ground.project)
    stopping = making.joined(other, ground.project)
    meeting = called(ground)
    with now(ground):
        actions.leave(other, stopping.id, key=key())
        for by in (outside, other, ground.stewards[0]):
            with pytest.raises(NotAllowed):
                actions.answer_meeting(by, meeting.id, NewAnswer(YES), key=key())
        for by in (inside, ground.leader, other, ground.stewards[0], folk.auditor()):
            assert queries.meeting_of_group(by, meeting.id)[0] == meeting
        with pytest.raises(NotAllowed):
            queries.meeting_of_group(outside, meeting.id)
        with pytest.raises(NotAllowed):
            queries.meetings_ahead(outside, ground.project)
        with pytest.raises(NotFound):
            queries.meeting_of_group(inside, MeetingId(ids.new()))
    assert answer(ground, ground.leader, meeting, YES).standing is Standing.COMING


# Places and the list


def test_places_are_counted_with_companions_and_go_down_the_list(ground: Ground) -> None:
    one, two, three = joined(ground)
    meeting = called(ground, capacity=4)
    assert answer(ground, one, meeting, YES, 2).standing is Standing.COMING
    assert answer(ground, two, meeting, YES, 1).standing is Standing.WAITING
    assert answer(ground, three, meeting, YES, 1).standing is Standing.WAITING
    found = queries.meeting(meeting.id)
    assert (found.coming, found.waiting, found.left) == (3, 4, 1)
    assert answer(ground, three, meeting, YES).standing is Standing.COMING  # alone there is room
    with now(ground), pytest.raises(NoRoom):
        actions.answer_meeting(three, meeting.id, NewAnswer(YES, 1), key=key())
    with pytest.raises(PartyTooLarge):
        answer(ground, ground.leader, called(ground, capacity=3), YES, 3)
    assert standing(meeting, three) is Standing.COMING
    answer(ground, one, meeting, MAYBE)
    assert standing(meeting, two) is Standing.COMING  # moved up
    assert queries.meeting(meeting.id).coming == 3
    assert making.broken() == []


def test_more_places_go_to_the_list_and_fewer_than_are_taken_are_refused(ground: Ground) -> None:
    one, two, _ = joined(ground)
    meeting = called(ground, capacity=2)
    answer(ground, one, meeting, YES, 1)
    answer(ground, two, meeting, YES)
    edited(ground, meeting, capacity=3)
    assert standing(meeting, two) is Standing.COMING
    with pytest.raises(TooManyComing):
        edited(ground, meeting, capacity=2)
    edited(ground, meeting, capacity=None)
    assert queries.meeting(meeting.id).left is None


def test_the_same_answer_sent_again_is_one(ground: Ground) -> None:
    one = joined(ground)[0]
    meeting, once = called(ground), key()
    with now(ground):
        first = actions.answer_meeting(one, meeting.id, NewAnswer(YES, 1), key=once)
        assert actions.answer_meeting(one, meeting.id, NewAnswer(YES, 1), key=once) == first
    assert queries.meeting(meeting.id).coming == 2


def test_after_the_last_moment_one_only_takes_back_and_after_it_began_nothing(ground: Ground) -> None:
    one, two, _ = joined(ground)
    meeting = called(ground, capacity=2)
    answer(ground, one, meeting, YES, 1)
    answer(ground, two, meeting, YES)
    with making.on_day(ground, 8, 0):
        with pytest.raises(AnswersClosed):
            actions.answer_meeting(ground.leader, meeting.id, NewAnswer(YES), key=key())
        actions.answer_meeting(one, meeting.id, NewAnswer(NO), key=key())
    assert standing(meeting, two) is Standing.COMING
    with making.on_day(ground, 8, 600), pytest.raises(MeetingOver):
        actions.answer_meeting(two, meeting.id, NewAnswer(NO), key=key())


def test_who_leaves_gives_the_place_to_the_next(ground: Ground) -> None:
    one, two, _ = ground.people
    pledge = making.joined(one, ground.project)
    making.joined(two, ground.project)
    meeting = called(ground, capacity=2)
    answer(ground, one, meeting, YES, 1)
    answer(ground, two, meeting, YES)
    with now(ground):
        actions.leave(one, pledge.id, key=key())
    assert queries.answer_of(meeting.id, person_of(one)) is None
    assert standing(meeting, two) is Standing.COMING


def test_who_led_without_being_in_comes_to_no_meeting_any_more(ground: Ground) -> None:
    one = joined(ground)[0]
    meeting = called(ground)
    answer(ground, ground.leader, meeting, YES)
    with now(ground):
        actions.replace_leader(ground.stewards[0], ground.project.id, person_of(one), key=key())
    assert queries.meeting(meeting.id).coming == 0
    assert making.broken() == []


# Changing and cancelling


def test_another_time_or_place_asks_again_and_keeps_the_places(ground: Ground) -> None:
    one, two, three = joined(ground)
    meeting = called(ground, capacity=3)
    answer(ground, one, meeting, YES)
    answer(ground, two, meeting, MAYBE)
    answer(ground, three, meeting, NO)
    assert edited(ground, meeting, capacity=3, notes="물을 챙겨요").unsure == 0
    moved = edited(ground, meeting, capacity=3, place="장터 서문 앞")
    assert (moved.version, moved.unsure, moved.coming) == (3, 2, 1)
    assert set(queries.asked_again(meeting.id)) == {person_of(one), person_of(two)}
    assert not answer(ground, one, meeting, YES).asked_again
    assert queries.asked_again(meeting.id) == (person_of(two),)
    assert edited(ground, meeting, capacity=3, place="장터 서문 앞").version == 3  # nothing changed


def test_a_change_of_what_somebody_else_changed_is_refused(ground: Ground) -> None:
    meeting = called(ground)
    edited(ground, meeting, title="천천히 걷기")
    with now(ground), pytest.raises(EditedMeanwhile) as no:
        actions.edit_meeting(ground.stewards[0], meeting.id, new(ground, title="빨리 걷기"), meeting.version, key=key())
    assert no.value.version == 2
    assert queries.meeting(meeting.id).title == "천천히 걷기"


def test_a_cancelled_meeting_says_why_and_takes_nothing_more(ground: Ground) -> None:
    one = joined(ground)[0]
    meeting = called(ground)
    answer(ground, one, meeting, YES)
    with now(ground):
        with pytest.raises(NotAllowed):
            actions.cancel_meeting(one, meeting.id, "비가 와요", key=key())
        with pytest.raises(BadValue):
            actions.cancel_meeting(ground.leader, meeting.id, "", key=key())
        found = actions.cancel_meeting(ground.leader, meeting.id, "비가 와요", key=key())
        assert (found.state, found.why, found.version) == (MeetingState.CANCELLED, "비가 와요", 2)
        with pytest.raises(MeetingOver):
            actions.cancel_meeting(ground.leader, meeting.id, "또", key=key())
        with pytest.raises(MeetingOver):
            actions.answer_meeting(one, meeting.id, NewAnswer(NO), key=key())
        [entry] = queries.meetings_in_calendar(person_of(one))
    assert entry.is_cancelled


def test_with_its_project_a_meeting_is_cancelled(ground: Ground) -> None:
    joined(ground)
    meeting = called(ground)
    with now(ground):
        actions.cancel_project(ground.stewards[0], ground.project.id, "길이 막혔어요", key=key())
    assert queries.meeting(meeting.id).state is MeetingState.CANCELLED


# Blocks, complaints, who came


def test_blocked_people_do_not_see_each_other_and_the_count_is_right(ground: Ground) -> None:
    one, two, three = joined(ground)
    meeting = called(ground)
    for by in (one, two, three):
        answer(ground, by, meeting, YES)
    with now(ground):
        actions.block(one, person_of(two), key=key())
        found = queries.meeting(meeting.id)
        assert found.coming == 3
        for by, unseen in ((one, two), (two, one)):
            seen = {said.person for said in queries.answers_of(by, found)}
            assert seen == {person_of(who) for who in (one, two, three)} - {person_of(unseen)}
        assert len(queries.answers_of(three, found)) == len(queries.answers_of(ground.stewards[0], found)) == 3


def test_a_leader_sees_also_whoever_blocked_them(ground: Ground) -> None:
    """Otherwise noting who came would write down somebody who did come as missing."""
    one = joined(ground)[0]
    meeting = called(ground)
    answer(ground, one, meeting, YES)
    with now(ground):
        actions.block(one, person_of(ground.leader), key=key())
        found = queries.meeting(meeting.id)
        assert [said.person for said in queries.answers_of(ground.leader, found)] == [person_of(one)]


def test_what_breaks_the_rules_is_cancelled_and_its_words_are_gone(ground: Ground) -> None:
    one = joined(ground)[0]
    meeting = called(ground, notes="돈을 가져오세요")
    answer(ground, one, meeting, YES)
    with now(ground):
        actions.complain(one, ComplaintKind.MEETING, meeting.id, "돈을 걷어요", key=key())
        [complaint] = queries.complaints(ground.stewards[0])
        assert (complaint.kind, complaint.whose) == (ComplaintKind.MEETING, person_of(ground.leader))
        assert "돈을 가져오세요" in complaint.words
        actions.decide_complaint(ground.stewards[0], complaint.id, True, "돈을 걷을 수 없어요", key=key())
        found, _ = queries.meeting_of_group(one, meeting.id)
        assert (found.title, found.place, found.notes) == ("", "", "")
        assert (found.state, found.why) == (MeetingState.CANCELLED, "돈을 걷을 수 없어요")
        assert queries.meeting_of_group(ground.leader, meeting.id)[0].title
        assert queries.meetings_in_calendar(person_of(one))[0].title == ""
        with pytest.raises(NotFound):
            actions.complain(one, ComplaintKind.MEETING, meeting.id, "또", key=key())


def test_the_leader_notes_who_came_once_it_began(ground: Ground) -> None:
    one, two, three = joined(ground)
    meeting = called(ground)
    answer(ground, one, meeting, YES)
    answer(ground, two, meeting, YES)
    with now(ground), pytest.raises(MeetingOver):
        actions.note_attendance(ground.leader, meeting.id, {person_of(one)}, key=key())
    with making.on_day(ground, 8):
        for by, came in ((one, one), (three, one)):
            with pytest.raises(NotAllowed):
                actions.note_attendance(by, meeting.id, {person_of(came)}, key=key())
        with pytest.raises(NotFound):
            actions.note_attendance(ground.leader, meeting.id, {person_of(three)}, key=key())
        actions.note_attendance(ground.leader, meeting.id, {person_of(one)}, key=key())
    assert [getattr(queries.answer_of(meeting.id, person_of(by)), "came", None) for by in (one, two, three)] == [
        True,
        False,
        None,
    ]


# What is kept, and how long


def test_answers_go_with_the_account_and_meetings_half_a_year_after_the_season(ground: Ground) -> None:
    one, two, _ = joined(ground)
    meeting = called(ground, capacity=2)
    answer(ground, one, meeting, YES, 1)
    answer(ground, two, meeting, YES)
    assert [said["answer"] for said in queries.export_of(person_of(one))["answers"]] == ["yes"]  # type: ignore[attr-defined]  # an iterator
    assert len(list(queries.export_of(person_of(ground.leader))["meetings"])) == 1  # type: ignore[call-overload]  # an iterator
    with now(ground):
        actions.let_person_go(BY, person_of(one))
    assert queries.answer_of(meeting.id, person_of(one)) is None
    assert standing(meeting, two) is Standing.COMING
    making.settled(ground)
    actions.forget_words(BY)
    assert models.Meeting.objects.count() == 1
    old = clock.now() - keeping.PROOFS_KEPT - timedelta(days=1)
    models.Season.objects.filter(id=ground.season.id).update(settled_at=old)
    assert actions.forget_words(BY) >= 2
    assert models.Meeting.objects.count() == models.MeetingAnswer.objects.count() == 0


def too_many(ground: Ground, meeting: Meeting) -> None:
    models.Meeting.objects.filter(id=meeting.id).update(capacity=1)


def a_stranger(ground: Ground, meeting: Meeting) -> None:
    models.MeetingAnswer.objects.create(meeting_id=meeting.id, person_id=person_of(folk.person()), word="no", version=1)


@pytest.mark.parametrize(("breaks", "said"), [(too_many, "2 people for 1"), (a_stranger, "not of the project")])
def test_verify_finds_what_breaks_it(ground: Ground, breaks: Callable[[Ground, Meeting], None], said: str) -> None:
    one = joined(ground)[0]
    meeting = called(ground, capacity=4)
    answer(ground, one, meeting, YES, 1)
    assert making.broken() == []
    breaks(ground, meeting)
    assert any(said in found for found in making.broken())
