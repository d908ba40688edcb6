"""The lessons for everybody; one's own course, tutors' visits and answers for who has a token."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from django_bolt import Request

from dure.base.actors import OrganisationId
from dure.kit.routes import Key, needs_token
from dure.services.market import actions, queries
from dure.services.market.types.lessons import Around, Curriculum
from dure.services.market.types.tutoring import (
    Certificate,
    Course,
    CourseFigures,
    CourseId,
    EnrolmentId,
    Learning,
    Pupil,
    QuestionId,
    VisitId,
)

from .roots import actor, routes


class Made(msgspec.Struct, frozen=True):
    """The id of what was made or changed."""

    id: UUID


class PlannedVisit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The day of a visit."""

    on: date


class Settled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a visit; the shop reads the note."""

    kept: bool
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of a shop. Please no customer's name."""

    text: Annotated[str, msgspec.Meta(min_length=2, max_length=300)]


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tutor's answer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=600)]


@routes.get("/lessons")
def lessons(request: Request) -> Curriculum:
    """The whole curriculum, in Korean: weeks, steps, words."""
    return queries.curriculum()


@routes.get("/lessons/{key}", also={"404"})
def lesson(request: Request, key: Annotated[str, msgspec.Meta(pattern="^[a-z-]{1,32}$")]) -> Around:
    """One step and its neighbours."""
    return queries.lesson(key)


@routes.get("/courses")
def courses(request: Request) -> list[Course]:
    """The latest courses, the newest first."""
    return list(queries.courses())


@routes.get("/certificates/{code}", also={"404"})
def certificate(request: Request, code: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]) -> Certificate:
    """What stands on the certificate with this code."""
    return queries.certificate_by_code(code)


@routes.get("/me/courses/{shop}", also={"404"}, **needs_token)
def my_course(request: Request, shop: UUID) -> Learning:
    """What a shop of the bearer has done and has to do, visits and questions."""
    return queries.learning(actor(request), OrganisationId(shop))


@routes.post("/courses/{course}/shops/{shop}", status_code=201, also={"404"}, **needs_token)
def enrol(request: Request, course: UUID, shop: UUID, key: Key) -> Made:
    """Let a shop learn in a course."""
    return Made(actions.enrol(actor(request), CourseId(course), OrganisationId(shop), key=key))


@routes.get("/courses/{course}/figures", also={"404"}, **needs_token)
def figures(request: Request, course: UUID) -> CourseFigures:
    """How a course goes: for stewards and auditors."""
    return queries.figures(actor(request), CourseId(course))


@routes.get("/me/pupils", **needs_token)
def pupils(request: Request) -> list[Pupil]:
    """The shops that the bearer looks after as a tutor, who asks and who is stuck first."""
    return list(queries.pupils(actor(request)))


@routes.post("/pupils/{enrolment}/visits", status_code=201, also={"404"}, **needs_token)
def plan_visit(request: Request, enrolment: UUID, body: PlannedVisit, key: Key) -> Made:
    """Plan a visit to a shop."""
    return Made(actions.plan_visit(actor(request), EnrolmentId(enrolment), body.on, key=key))


@routes.put("/visits/{visit}", also={"404"}, **needs_token)
def settle_visit(request: Request, visit: UUID, body: Settled, key: Key) -> Made:
    """Write what became of a visit."""
    actions.settle_visit(actor(request), VisitId(visit), body.kept, body.note, key=key)
    return Made(visit)


@routes.post("/pupils/{enrolment}/questions", status_code=201, also={"404"}, **needs_token)
def ask(request: Request, enrolment: UUID, body: Asked, key: Key) -> Made:
    """Ask the tutor."""
    return Made(actions.ask(actor(request), EnrolmentId(enrolment), body.text, key=key))


@routes.put("/questions/{question}", also={"404"}, **needs_token)
def answer(request: Request, question: UUID, body: Answered, key: Key) -> Made:
    """Answer a shop's question, once."""
    return Made(actions.answer(actor(request), QuestionId(question), body.text, key=key))
