"""Courses, the shops in them, tutors' visits, questions, completion, awards."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import OrganisationId, PersonId
from dure.base.refusals import Refusal

from .lessons import Done, Task

CourseId = NewType("CourseId", UUID)
EnrolmentId = NewType("EnrolmentId", UUID)
VisitId = NewType("VisitId", UUID)
QuestionId = NewType("QuestionId", UUID)


class Stage(StrEnum):
    """Where a course is; the calendar alone decides."""

    PLANNED = "planned"
    RUNNING = "running"  # eight weeks
    ASKING = "asking"  # an open month: questions, and visits where they help
    OVER = "over"


class EnrolmentState(StrEnum):
    LEARNING = "learning"
    COMPLETED = "completed"  # every task of the curriculum is done
    WITHDRAWN = "withdrawn"  # the shop does not go on


class VisitState(StrEnum):
    PLANNED = "planned"
    KEPT = "kept"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Course:
    """Some shops that learn together from one day on."""

    id: CourseId
    name: str
    begins_on: date
    ends_on: date  # the last day of the eight weeks
    open_until: date  # the last day for questions
    stage: Stage
    week: int  # 1 to 8 while it runs, else 0


@dataclass(frozen=True, slots=True)
class Visit:
    """A tutor comes by. `note` is about learning; the shop reads it too."""

    id: VisitId
    enrolment: EnrolmentId
    on: date
    state: VisitState
    note: str


@dataclass(frozen=True, slots=True)
class Question:
    """A shop asks its tutor."""

    id: QuestionId
    enrolment: EnrolmentId
    shop: OrganisationId
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A shop in a course as its tutor sees it. Nothing of what the shop earns and nothing of who its customers are."""

    enrolment: EnrolmentId
    course: CourseId
    shop: OrganisationId
    tutor: PersonId | None
    state: EnrolmentState
    enrolled_at: datetime
    completed_at: datetime | None
    done: tuple[Done, ...]
    stuck: "Stuck | None" = None
    questions_open: int = 0
    next_visit: date | None = None
    certificate: str = ""  # its code, once the shop has finished


@dataclass(frozen=True, slots=True)
class Stuck:
    """A shop that needs its tutor: the first task it has not done, and since how many days nothing was done."""

    task: Task
    days: int


@dataclass(frozen=True, slots=True)
class Learning:
    """What a shop sees of its own course. `course` is None where it learns by itself."""

    shop: OrganisationId
    done: tuple[Done, ...]
    todo: tuple[Task, ...]
    pupil: Pupil | None
    course: Course | None
    visits: tuple[Visit, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """How a course goes, in numbers of shops."""

    course: Course
    shops: int
    completed: int
    withdrawn: int
    visits_kept: int
    visits_planned: int
    questions: int
    questions_open: int
    by_task: tuple[tuple[Task, int], ...]


class NotCounted(StrEnum):
    """Why a friend does not count for an award."""

    LEFT_SOON = "left_soon"  # left within days of joining
    CROWD = "crowd"  # came within minutes with many others, and was never seen again
    OWN = "own"  # belongs to the shop


@dataclass(frozen=True, slots=True)
class Arrival:
    """A friend of a shop as the award sees them: times, no name. `seen_at`: they wrote, used a coupon or came back."""

    joined_at: datetime
    left_at: datetime | None = None
    seen_at: datetime | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Friends that count for an award, and those that do not, by reason."""

    friends: int
    not_counted: tuple[tuple[NotCounted, int], ...]
    look: bool  # a person should look before an award is given


@dataclass(frozen=True, slots=True)
class Effort:
    """What a shop did in a course: what is ranked."""

    shop: OrganisationId
    counted: Counted
    message_days: int  # days on which a broadcast left
    reply_days: int  # customers answered, each once a day


@dataclass(frozen=True, slots=True)
class Standing:
    """A shop's place. Shops that did the same share a place. `points` say how it came about: the sum of three ranks."""

    place: int
    effort: Effort
    points: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """A shop finished a course. `code` can be read out and checked by anybody."""

    code: str
    shop: OrganisationId
    shop_name: str
    course_name: str
    completed_on: date
    weeks: int
    tasks: int


@dataclass(frozen=True, slots=True)
class CourseCompleted:
    """News: a shop has done every task of the curriculum within its course."""

    enrolment: EnrolmentId
    organisation: OrganisationId
    course: CourseId
    at: datetime


class AlreadyEnrolled(Refusal):
    """The shop learns in this course, or in another one that is not over."""


class CourseOver(Refusal):
    """The course, its open month included, ended on `ended_on`."""

    ended_on: date


class EnrolmentEnded(Refusal):
    """The shop does not go on with this course."""


class TutorFull(Refusal):
    """A tutor looks after at most `limit` shops at a time."""

    limit: int


class TutorsOwnShop(Refusal):
    """Nobody tutors a shop that they belong to."""


class VisitOutside(Refusal):
    """Visits lie between the first day of the course and the last of the open month, and not in the past."""

    first: date
    last: date


class WeekTaken(Refusal):
    """The tutor comes to this shop in that week already, on `on`."""

    on: date


class DayFull(Refusal):
    """A tutor makes at most `limit` visits a day."""

    limit: int


class VisitNotYet(Refusal):
    """What became of a visit is written on its day or later."""

    on: date


class VisitSettled(Refusal):
    """What became of this visit is written already."""


class TooManyQuestions(Refusal):
    """So many questions of the shop wait for an answer."""

    limit: int


class AlreadyAnswered(Refusal):
    """The question has its answer."""


class NotYetComplete(Refusal):
    """The certificate waits for these tasks."""

    missing: tuple[Task, ...]
