"""Races of meetings, each with its twin without locks."""

from dure.foundations.people.types import Actor
from dure.kit.testing import Runner, race
from dure.services.pledges import actions, queries
from dure.services.pledges.types import AnswerWord, Meeting, NewAnswer

from . import making
from .making import Ground, held_open, key, person_of
from .test_meetings import answer, called, joined, new, now

YES = AnswerWord.YES


def comes(ground: Ground, by: Actor, meeting: Meeting, companions: int = 0) -> Runner:
    return held_open(
        lambda: actions.answer_meeting(by, meeting.id, NewAnswer(YES, companions), key=key()).standing.value,
        lambda: now(ground),
    )


def test_the_last_place_is_one_persons(real_ground: Ground) -> None:
    joined(real_ground)
    meeting = called(real_ground, capacity=2)
    answer(real_ground, real_ground.people[0], meeting, YES)
    names = race(*(comes(real_ground, by, meeting) for by in real_ground.people[1:3])).names
    assert names == ("coming", "waiting")
    assert making.broken() == []


def test_without_the_lock_two_people_get_the_last_place(real_ground: Ground) -> None:
    joined(real_ground)
    meeting = called(real_ground, capacity=2)
    answer(real_ground, real_ground.people[0], meeting, YES)
    runners = (comes(real_ground, by, meeting) for by in real_ground.people[1:3])
    assert race(*runners, locked=False, together=True).names == ("coming", "coming")
    assert any("3 people for 2" in found for found in making.broken())


def edits(ground: Ground, by: Actor, meeting: Meeting, title: str) -> Runner:
    return held_open(
        lambda: actions.edit_meeting(by, meeting.id, new(ground, title=title), meeting.version, key=key()).version,
        lambda: now(ground),
    )


def test_of_two_changes_at_once_one_is_refused(real_ground: Ground) -> None:
    meeting = called(real_ground)
    both = (
        edits(real_ground, real_ground.leader, meeting, "하나"),
        edits(real_ground, real_ground.stewards[0], meeting, "둘이"),
    )
    assert race(*both).names == ("2", "EditedMeanwhile")


def test_who_leaves_while_answering_leaves_no_place_behind(real_ground: Ground) -> None:
    one = real_ground.people[0]
    pledge = making.joined(one, real_ground.project)
    meeting = called(real_ground)

    def go() -> str:
        actions.leave(one, pledge.id, key=key())
        return "left"

    race(comes(real_ground, one, meeting), held_open(go, lambda: now(real_ground)))
    assert queries.answer_of(meeting.id, person_of(one)) is None
