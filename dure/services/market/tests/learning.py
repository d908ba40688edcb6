"""A small market for the tests of the lessons: a shop, its people, a course, a tutor."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dure.base import clock, ids
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, OrganisationId, OrgKind, PersonId, system
from dure.services.market import actions
from dure.services.market.queries.lessons import task_order
from dure.services.market.types.lessons import FriendMoment, Seen, Task
from dure.services.market.types.tutoring import CourseId, EnrolmentId

PLATFORM = system("test")


@dataclass(frozen=True)
class School:
    owner: Actor
    staff: Actor
    shop: OrganisationId
    steward: Actor
    tutor: Actor
    course: CourseId
    enrolment: EnrolmentId
    begins_on: date


def key() -> str:
    return ids.new().hex


def shop(name: str = "예시 두부집") -> tuple[OrganisationId, Actor]:
    return folk.organisation(folk.person("이가게"), name=name, kind=OrgKind.SHOP)


def school() -> School:
    """A shop in a course that began today, with its tutor."""
    made, owner = shop()
    staff = folk.member(made, owner)
    steward, tutor = folk.steward(), folk.person("강강사")
    course = actions.open_course(steward, "예시 과정", clock.today(), key=key())
    enrolment = actions.enrol(folk.fresh(owner), course, made, key=key())
    actions.name_tutor(steward, enrolment, folk.id_of(tutor), key=key())
    return School(folk.fresh(owner), staff, made, steward, tutor, course, enrolment, clock.today())


def see(shop: OrganisationId, *tasks: Task, at: datetime | None = None) -> int:
    moment = at or clock.now()
    return actions.see_tasks(PLATFORM, [Seen(shop, task, moment, ids.new()) for task in tasks])


def see_all(shop: OrganisationId, *besides: Task) -> None:
    see(shop, *(task for task in task_order() if task not in besides))


def joined(shop: OrganisationId, count: int, start: datetime, apart: timedelta = timedelta(hours=1)) -> list[PersonId]:
    persons = [PersonId(UUID(int=number + 1)) for number in range(count)]
    moments = [FriendMoment(shop, person, start + apart * place) for place, person in enumerate(persons)]
    actions.take_friends(PLATFORM, moments, ())
    return persons
