"""Meetings, the pure part: which times fit, who has a place, who moves up."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dure.base import clock
from dure.base.refusals import BadValue
from dure.services.pledges.rules import days
from dure.services.pledges.rules import meetings as rules
from dure.services.pledges.types import (
    Answer,
    AnswersClosed,
    AnswerWord,
    MeetingId,
    MeetingOver,
    MeetingState,
    NewAnswer,
    NewMeeting,
    NoRoom,
    PartyTooLarge,
    Standing,
)

FIRST = date(2026, 3, 23)
NOW = datetime(2026, 4, 1, 12, tzinfo=clock.SEOUL)
STARTS = datetime(2026, 4, 4, 10, tzinfo=clock.SEOUL)
ANSWERS = st.tuples(st.sampled_from(AnswerWord), st.integers(0, rules.COMPANIONS_MAX))


def new(**changed: Any) -> NewMeeting:
    said: dict[str, Any] = {
        "title": "다 같이 걷기",
        "place": "장터 동문 앞",
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=2),
        "answer_until": STARTS - timedelta(days=1),
    }
    return NewMeeting(**(said | changed))


WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": " "},
    "a long place": {"place": "가" * 121},
    "a null character": {"notes": "가\x00나"},
    "for one alone": {"capacity": 1},
    "for too many": {"capacity": 1_001},
    "begun": {"starts_at": NOW},
    "no length": {"ends_at": STARTS},
    "half a day and more": {"ends_at": STARTS + timedelta(hours=12, minutes=1)},
    "answers after it began": {"answer_until": STARTS + timedelta(seconds=1)},
    "answers already closed": {"answer_until": NOW},
    "times without a zone": {"answer_until": datetime(2026, 4, 3, 10)},  # noqa: DTZ001 - that is what is refused
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_does_not_fit_is_refused(name: str) -> None:
    assert rules.check_meeting(new(), FIRST, NOW) == new()
    with pytest.raises(BadValue):
        rules.check_meeting(new(**WRONG[name]), FIRST, NOW)


@given(st.integers(-20, 130), st.integers(0, 1_439))
def test_people_meet_from_the_first_day_to_a_week_after_the_last(day: int, minutes: int) -> None:
    starts = rules.earliest(FIRST) + timedelta(days=day, minutes=minutes)
    meeting = new(starts_at=starts, ends_at=starts + timedelta(minutes=30), answer_until=starts)
    fits = starts >= rules.earliest(FIRST) and meeting.ends_at <= rules.latest(FIRST)
    assert fits == (starts.date() >= FIRST and meeting.ends_at <= rules.latest(FIRST))
    before = rules.earliest(FIRST) - timedelta(days=30)
    if fits:
        assert rules.check_meeting(meeting, FIRST, before) == meeting
    else:
        with pytest.raises(BadValue) as no:
            rules.check_meeting(meeting, FIRST, before)
        assert no.value.reason == "outside_season"


def test_the_last_minute_is_a_week_after_the_hundredth_day() -> None:
    last = datetime.combine(days.last_day(FIRST) + timedelta(days=8), datetime.min.time(), tzinfo=clock.SEOUL)
    assert rules.latest(FIRST) == last


def test_words_can_change_after_answers_were_closed_but_not_time_or_place() -> None:
    later, before = STARTS - timedelta(hours=1), new()
    assert rules.check_meeting(new(notes="물을 챙겨요"), FIRST, later, before).notes
    for changed in ({"place": "장터 서문 앞"}, {"ends_at": STARTS + timedelta(hours=3)}, {}):
        until = before.answer_until if changed else later - timedelta(minutes=1)  # another end that is past, too
        with pytest.raises(BadValue) as no:
            rules.check_meeting(new(answer_until=until, **changed), FIRST, later, before)
        assert no.value.reason == "in_the_past"


@given(st.integers(2, 12), st.lists(st.tuples(st.integers(0, 5), ANSWERS), max_size=40))
def test_whatever_is_said_no_place_is_given_twice_and_nobody_waits_who_fits(
    capacity: int, said: list[tuple[int, tuple[AnswerWord, int]]]
) -> None:
    """A whole list of answers, played as the action plays it."""
    standing: dict[int, tuple[Standing, int, int]] = {}  # who: where, how many, since when
    for number, (who, (word, companions)) in enumerate(said):
        stood, party, since = standing.get(who, (Standing.NONE, 0, number))
        others = sum(n for one, (at, n, _) in standing.items() if at is Standing.COMING and one != who)
        if word is not AnswerWord.YES:
            standing.pop(who, None)
        else:
            try:
                now = rules.seat(capacity, others, 1 + companions, stood)
            except (NoRoom, PartyTooLarge):
                assert standing.get(who, (Standing.NONE, 0, number)) == (stood, party, since)
                continue
            standing[who] = (now, 1 + companions, since if stood is not Standing.NONE else number)
        line = sorted((since, who, n) for who, (at, n, since) in standing.items() if at is Standing.WAITING)
        coming = sum(n for at, n, _ in standing.values() if at is Standing.COMING)
        for one in rules.moves_up(capacity, coming, [(UUID(int=who), n) for _, who, n in line]):
            standing[one.int] = (Standing.COMING, *standing[one.int][1:])
        coming = sum(n for at, n, _ in standing.values() if at is Standing.COMING)
        assert coming <= capacity
        assert all(coming + n > capacity for at, n, _ in standing.values() if at is Standing.WAITING)


def test_the_list_goes_in_its_order_and_a_large_party_keeps_no_small_one_out() -> None:
    one, two, three = (UUID(int=n) for n in range(3))
    assert rules.moves_up(5, 4, [(one, 2), (two, 1), (three, 1)]) == (two,)
    assert rules.moves_up(6, 4, [(one, 2), (two, 1), (three, 1)]) == (one,)
    assert rules.moves_up(None, 400, [(one, 4), (two, 1)]) == (one, two)
    assert rules.moves_up(3, 4, [(one, 1)]) == ()


def test_who_has_a_place_does_not_lose_it_by_asking_for_more() -> None:
    assert rules.seat(4, 2, 2, Standing.COMING) is Standing.COMING
    with pytest.raises(NoRoom) as no:
        rules.seat(4, 2, 3, Standing.COMING)
    assert no.value.left == 1
    assert rules.seat(4, 2, 3, Standing.NONE) is Standing.WAITING
    with pytest.raises(PartyTooLarge):
        rules.seat(3, 0, 4, Standing.NONE)
    assert rules.seat(None, 10_000, 4, Standing.NONE) is Standing.COMING


@given(ANSWERS, ANSWERS, st.booleans())
def test_after_the_last_moment_one_only_takes_back(
    said: tuple[AnswerWord, int], before: tuple[AnswerWord, int], is_late: bool
) -> None:
    answer = Answer(
        meeting=MeetingId(UUID(int=1)),
        person=UUID(int=2),  # type: ignore[arg-type]  # a person's id
        word=before[0],
        companions=before[1],
        standing=Standing.NONE,
        asked_again=False,
    )
    until = NOW if is_late else NOW + timedelta(seconds=1)
    is_more = (rules.RANK[said[0]], said[1]) > (rules.RANK[before[0]], before[1]) and (
        rules.RANK[said[0]] > rules.RANK[before[0]] or said[0] is before[0]
    )
    if is_late and is_more:
        with pytest.raises(AnswersClosed):
            rules.demand_open(NewAnswer(*said), answer, until, NOW)
    else:
        rules.demand_open(NewAnswer(*said), answer, until, NOW)


def test_who_does_not_come_brings_nobody_and_nobody_brings_more_than_three() -> None:
    assert rules.check_answer(NewAnswer(AnswerWord.NO, 3)) == NewAnswer(AnswerWord.NO, 0)
    for wrong in (-1, 4):
        with pytest.raises(BadValue):
            rules.check_answer(NewAnswer(AnswerWord.YES, wrong))
    for state, now in ((MeetingState.CANCELLED, NOW), (MeetingState.CALLED, STARTS)):
        with pytest.raises(MeetingOver):
            rules.demand_ahead(state, STARTS, now)
