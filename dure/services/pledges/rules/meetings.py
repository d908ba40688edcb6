"""Meetings: who calls them, which times fit, who has a place and who moves up. Pure.

A party - a person with companions - comes whole or waits whole. Places that come free go down the list in its order, to
each party that fits; so nobody waits who would fit, and a large party keeps no small one out.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.pledges.types import (
    Answer,
    AnswersClosed,
    AnswerWord,
    MeetingOver,
    MeetingState,
    NewAnswer,
    NewMeeting,
    NoRoom,
    PartyTooLarge,
    Standing,
)

from . import days, permits

TITLE_LENGTH: Final = (2, 60)
PLACE_LENGTH: Final = (2, 120)
NOTES_LENGTH: Final = (0, 500)
CAPACITY: Final = (2, 1_000)
COMPANIONS_MAX: Final = 3
LASTS_MAX: Final = timedelta(hours=12)
AFTER_SEASON: Final = timedelta(days=7)
CALLED_PER_DAY_MAX: Final = 3  # of one project
AHEAD_MAX: Final = 20  # of one project
EDITS_PER_HOUR_MAX: Final = 20  # of one meeting: whoever wanted to come is told each time
ANSWERS_PER_HOUR_MAX: Final = 60  # of one person
RANK: Final = {AnswerWord.NO: 0, AnswerWord.MAYBE: 1, AnswerWord.YES: 2}


def may_call(by: Actor, leader: PersonId) -> PersonId:
    """The leader, or a steward. Raises NotAllowed."""
    person = permits.somebody(by)
    if not (person == leader or by.is_steward):
        raise NotAllowed(needs="leader")
    return person


def earliest(starts_on: date) -> datetime:
    """From when on people of a season meet: its first day."""
    return datetime.combine(starts_on, time(), tzinfo=clock.SEOUL)


def latest(starts_on: date) -> datetime:
    """Until when: a week after its last day."""
    return earliest(days.last_day(starts_on) + timedelta(days=1)) + AFTER_SEASON


def check_meeting(new: NewMeeting, starts_on: date, now: datetime, before: NewMeeting | None = None) -> NewMeeting:
    """A meeting as it is written down, its words trimmed. One that is changed without being moved need not be answered anew,
    so that its answers may have been closed already. Raises BadValue.
    """
    said = replace(
        new,
        title=_fits("title", new.title, TITLE_LENGTH),
        place=_fits("place", new.place, PLACE_LENGTH),
        notes=_fits("notes", new.notes, NOTES_LENGTH),
    )
    if said.capacity is not None and not CAPACITY[0] <= said.capacity <= CAPACITY[1]:
        raise BadValue(field="capacity", reason="range")
    if any(one.tzinfo is None for one in (said.starts_at, said.ends_at, said.answer_until)):
        raise BadValue(field="starts_at", reason="malformed")
    if said.starts_at <= now:
        raise BadValue(field="starts_at", reason="in_the_past")
    if not timedelta() < said.ends_at - said.starts_at <= LASTS_MAX:
        raise BadValue(field="ends_at", reason="order_of_times")
    if said.starts_at < earliest(starts_on) or said.ends_at > latest(starts_on):
        raise BadValue(field="starts_at", reason="outside_season")
    if said.answer_until > said.starts_at:
        raise BadValue(field="answer_until", reason="order_of_times")
    is_closed = before is not None and said.answer_until == before.answer_until and not is_moved(before, said)
    if said.answer_until <= now and not is_closed:
        raise BadValue(field="answer_until", reason="in_the_past")
    return said


def is_moved(before: NewMeeting, after: NewMeeting) -> bool:
    """Whether time or place changed, so that everybody who wanted to come has to think again."""
    return (before.starts_at, before.ends_at, before.place) != (after.starts_at, after.ends_at, after.place)


def check_answer(said: NewAnswer) -> NewAnswer:
    """An answer as it is written down; who does not come brings nobody. Raises BadValue."""
    if not 0 <= said.companions <= COMPANIONS_MAX:
        raise BadValue(field="companions", reason="range")
    return NewAnswer(said.word) if said.word is AnswerWord.NO else said


def demand_ahead(state: MeetingState, starts_at: datetime, now: datetime) -> None:
    """Whether a meeting still lies ahead. Raises MeetingOver."""
    if state is not MeetingState.CALLED:
        raise MeetingOver(state=state.value)
    if now >= starts_at:
        raise MeetingOver(state="begun")


def demand_open(said: NewAnswer, before: Answer | None, until: datetime, now: datetime) -> None:
    """Whether an answer comes in time: after `until` one says no more than one said. Raises AnswersClosed."""
    if now < until:
        return
    word, companions = (before.word, before.companions) if before else (AnswerWord.NO, 0)
    if RANK[said.word] > RANK[word] or (said.word is word and said.companions > companions):
        raise AnswersClosed(until=until)


def seat(capacity: int | None, others: int, party: int, before: Standing) -> Standing:
    """Where a yes of `party` people stands, where `others` people have a place. Whoever has a place keeps it: what would cost it
    is refused. Raises PartyTooLarge, NoRoom.
    """
    if capacity is None:
        return Standing.COMING
    if party > capacity:
        raise PartyTooLarge(capacity=capacity)
    if others + party <= capacity:
        return Standing.COMING
    if before is Standing.COMING:
        raise NoRoom(left=max(0, capacity - others - 1))
    return Standing.WAITING


def moves_up(capacity: int | None, coming: int, waiting: Sequence[tuple[UUID, int]]) -> tuple[UUID, ...]:
    """Who of the list, with the size of each party and in its order, has a place now."""
    up: list[UUID] = []
    for one, party in waiting:
        if capacity is None or coming + party <= capacity:
            coming += party
            up.append(one)
    return tuple(up)


def _fits(field: str, text: str, length: tuple[int, int]) -> str:
    said, (least, most) = text.strip(), length
    if not least <= len(said) <= most:
        raise BadValue(field=field, reason="length")
    if "\x00" in said:
        raise BadValue(field=field, reason="null_character")
    return said
