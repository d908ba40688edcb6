"""Courses, visits, questions, completion: who may what, and when. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.services.market.types.lessons import Done, Task
from dure.services.market.types.tutoring import (
    AlreadyAnswered,
    CourseOver,
    DayFull,
    EnrolmentEnded,
    EnrolmentState,
    NotYetComplete,
    Stage,
    Stuck,
    TooManyQuestions,
    TutorFull,
    TutorsOwnShop,
    VisitNotYet,
    VisitOutside,
    VisitSettled,
    VisitState,
    WeekTaken,
)

WEEKS = 8
DAYS_A_WEEK = 7
OPEN_MONTH_DAYS = 30
NAME_LENGTH = (2, 60)
NOTE_LENGTH_MAX = 500
QUESTION_LENGTH = (2, 300)
ANSWER_LENGTH = (1, 600)
BEGINS_AHEAD_DAYS_MAX = 366
SHOPS_PER_TUTOR_MAX = 12
VISITS_PER_DAY_MAX = 8
QUESTIONS_OPEN_MAX = 5
STUCK_DAYS = 10
STUCK_WEEKS_BEHIND = 2


def last_day(begins_on: date) -> date:
    """The last day of the eight weeks."""
    return begins_on + timedelta(days=WEEKS * DAYS_A_WEEK - 1)


def open_until(begins_on: date) -> date:
    """The last day on which questions are taken."""
    return last_day(begins_on) + timedelta(days=OPEN_MONTH_DAYS)


def stage(begins_on: date, today: date) -> Stage:
    """Where a course is on `today`."""
    if today < begins_on:
        return Stage.PLANNED
    if today <= last_day(begins_on):
        return Stage.RUNNING
    return Stage.ASKING if today <= open_until(begins_on) else Stage.OVER


def week_number(begins_on: date, on: date) -> int:
    """In which week of the course a day lies: 1 to 8, later ones of the open month from 9 on; 0 before it."""
    return (on - begins_on).days // DAYS_A_WEEK + 1 if on >= begins_on else 0


def may_open_course(by: Actor, name: str, begins_on: date, today: date) -> PersonId:
    """Who opens it: a steward opens a course that begins today or within a year. Raises NotAllowed, BadValue."""
    may_steward(by)
    _length("name", name, NAME_LENGTH)
    if not today <= begins_on <= today + timedelta(days=BEGINS_AHEAD_DAYS_MAX):
        raise BadValue(field="begins_on", reason="in_the_past" if begins_on < today else "too_large")
    return _somebody(by)


def may_steward(by: Actor) -> None:
    """Raises NotAllowed unless a steward asks."""
    if not by.is_steward:
        raise NotAllowed(needs="steward")


def may_run(by: Actor) -> None:
    """Raises NotAllowed unless the platform itself asks."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def may_look(by: Actor) -> None:
    """Figures and standings of a course: stewards and auditors. Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor):
        raise NotAllowed(needs="steward_or_auditor")


def may_enrol(by: Actor, shop: OrganisationId, begins_on: date, today: date) -> None:
    """An owner of the shop, or a steward, until the eight weeks are over. Raises NotAllowed, CourseOver."""
    if not (by.is_steward or by.owns(shop)):
        raise NotAllowed(needs="shop_owner_or_steward")
    if today > last_day(begins_on):
        raise CourseOver(ended_on=last_day(begins_on))


def may_withdraw(by: Actor, shop: OrganisationId, state: EnrolmentState) -> None:
    """The shop's owner or a steward. Raises NotAllowed, EnrolmentEnded."""
    if not (by.is_steward or by.owns(shop)):
        raise NotAllowed(needs="shop_owner_or_steward")
    still_learning(state)


def may_name_tutor(by: Actor, belongs: bool, state: EnrolmentState, shops: int) -> None:
    """A steward names the tutor of a shop. `belongs`: the tutor belongs to it; `shops`: others they look after now.

    Raises NotAllowed, TutorsOwnShop, EnrolmentEnded, TutorFull.
    """
    may_steward(by)
    if belongs:
        raise TutorsOwnShop()
    still_learning(state)
    if shops >= SHOPS_PER_TUTOR_MAX:
        raise TutorFull(limit=SHOPS_PER_TUTOR_MAX)


def still_learning(state: EnrolmentState) -> None:
    """Raises EnrolmentEnded for a shop that does not go on."""
    if state is EnrolmentState.WITHDRAWN:
        raise EnrolmentEnded()


def tutor_now(tutor: UUID | None, begins_on: date, today: date) -> PersonId | None:
    """Who tutors a shop today: nobody any more once the open month is over."""
    return PersonId(tutor) if tutor and stage(begins_on, today) is not Stage.OVER else None


def may_tutor(by: Actor, tutor: PersonId | None) -> None:
    """The tutor of this very shop, or a steward. Raises NotAllowed."""
    if not (by.is_steward or (by.person is not None and by.person == tutor)):
        raise NotAllowed(needs="tutor_of_this_shop")


def may_see_learning(by: Actor, shop: OrganisationId, tutor: PersonId | None) -> None:
    """Who belongs to the shop, who tutors it now, stewards, auditors. Raises NotAllowed."""
    if by.works_for(shop) or by.is_steward or by.is_auditor:
        return
    may_tutor(by, tutor)


def visit_plan(begins_on: date, weekday: int) -> tuple[date, ...]:
    """One day a week, the same weekday (0 is Monday), from the first one on that lies in the course."""
    first = begins_on + timedelta(days=(weekday - begins_on.weekday()) % DAYS_A_WEEK)
    return tuple(first + timedelta(days=DAYS_A_WEEK * week) for week in range(WEEKS))


def may_plan_visit(
    on: date, begins_on: date, today: date, of_shop: Collection[date], of_tutor: int, state: EnrolmentState
) -> None:
    """One visit a shop and week of the course; `of_shop` are its other visits, `of_tutor` counts the tutor's on that day.

    Raises EnrolmentEnded, VisitOutside, WeekTaken, DayFull.
    """
    still_learning(state)
    first, last = max(begins_on, today), open_until(begins_on)
    if not first <= on <= last:
        raise VisitOutside(first=first, last=last)
    for other in of_shop:
        if week_number(begins_on, other) == week_number(begins_on, on):
            raise WeekTaken(on=other)
    if of_tutor >= VISITS_PER_DAY_MAX:
        raise DayFull(limit=VISITS_PER_DAY_MAX)


def may_settle_visit(state: VisitState, on: date, kept: bool, note: str, today: date) -> VisitState:
    """What became of a visit, on its day or later, once. Raises VisitSettled, VisitNotYet, BadValue."""
    if state is not VisitState.PLANNED:
        raise VisitSettled()
    if today < on:
        raise VisitNotYet(on=on)
    if len(note) > NOTE_LENGTH_MAX:
        raise BadValue(field="note", reason="too_long")
    return VisitState.KEPT if kept else VisitState.MISSED


def may_ask(by: Actor, shop: OrganisationId, state: EnrolmentState, begins_on: date, today: date) -> PersonId:
    """Who asks: somebody who belongs to the shop, until the open month is over. Raises NotAllowed, EnrolmentEnded, CourseOver."""
    if not by.works_for(shop):
        raise NotAllowed(needs="shop_member")
    still_learning(state)
    if stage(begins_on, today) is Stage.OVER:
        raise CourseOver(ended_on=open_until(begins_on))
    return _somebody(by)


def check_question(text: str, waiting: int) -> None:
    """A question of a readable length; not too many that wait. Raises BadValue, TooManyQuestions."""
    _length("text", text, QUESTION_LENGTH)
    if waiting >= QUESTIONS_OPEN_MAX:
        raise TooManyQuestions(limit=QUESTIONS_OPEN_MAX)


def check_answer(text: str, answered: bool) -> None:
    """Raises BadValue, AlreadyAnswered."""
    _length("text", text, ANSWER_LENGTH)
    if answered:
        raise AlreadyAnswered()


def completes(todo: Collection[Task], state: EnrolmentState, begins_on: date, today: date) -> bool:
    """Whether a shop has finished: everything is done, while its course or the open month lasts. Not before it began."""
    return state is EnrolmentState.LEARNING and stage(begins_on, today) in (Stage.RUNNING, Stage.ASKING) and not todo


def certified(state: EnrolmentState, todo: Sequence[Task]) -> None:
    """Raises NotYetComplete unless the shop has finished."""
    if state is not EnrolmentState.COMPLETED:
        raise NotYetComplete(missing=tuple(todo))


def stuck(todo: Sequence[tuple[Task, int]], since: datetime, begins_on: date, now: datetime) -> Stuck | None:
    """Whether a shop needs its tutor: two weeks behind, or ten days without anything new while something is due.

    `todo` are its undone tasks with the week in which each is taught; `since` is when it last did one, or began.
    """
    week = min(week_number(begins_on, clock.local(now).date()), WEEKS)
    due = [(task, taught) for task, taught in todo if taught <= week]
    if not due:
        return None
    task, taught = due[0]
    days = max(0, (now - since).days)
    behind = week - taught >= STUCK_WEEKS_BEHIND
    return Stuck(task, days) if behind or days >= STUCK_DAYS else None


def last_step(done: Collection[Done], otherwise: datetime) -> datetime:
    """When a shop last did something new."""
    return max((one.at for one in done), default=otherwise)


def _somebody(by: Actor) -> PersonId:
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def _length(field: str, text: str, limits: tuple[int, int]) -> None:
    if not limits[0] <= len(text.strip()) <= limits[1]:
        raise BadValue(field=field, reason="too_long" if len(text) > limits[1] else "too_short")
