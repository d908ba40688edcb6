"""Courses, shops in them, visits of tutors, questions: one verb, one transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.kit import locks, tx
from dure.services.market.models import tutoring as tables
from dure.services.market.rules import tutoring as rules
from dure.services.market.types.tutoring import (
    AlreadyEnrolled,
    CourseId,
    DayFull,
    EnrolmentId,
    EnrolmentState,
    QuestionId,
    VisitId,
    VisitOutside,
    VisitState,
    WeekTaken,
)

from .lessons import complete_where_done


def open_course(by: Actor, name: str, begins_on: date, *, key: str) -> CourseId:
    """Open a course of eight weeks and an open month. A steward. Raises NotAllowed, BadValue."""
    with tx.action(by, "market.open_course", key, (name, begins_on), UUID) as done:
        if done:
            return CourseId(done.answer())
        opener = rules.may_open_course(by, name, begins_on, clock.today())
        course = tables.Course.objects.create(
            id=ids.new(), name=name.strip(), begins_on=begins_on, opened_by=opener, at=clock.now()
        )
        return CourseId(done.keep(course.id))


def enrol(by: Actor, course: CourseId, shop: OrganisationId, *, key: str) -> EnrolmentId:
    """Let a shop learn in a course. Its owner, or a steward. Raises NotFound, NotAllowed, CourseOver, AlreadyEnrolled."""
    with tx.action(by, "market.enrol", key, (course, shop), UUID) as done:
        if done:
            return EnrolmentId(done.answer())
        row = tables.Course.objects.filter(id=course).first()
        if row is None:
            raise NotFound(what="course")
        people.organisation(shop)
        rules.may_enrol(by, shop, row.begins_on, clock.today())
        locks.lock_name(f"market.enrol.{shop}")
        if _learns_elsewhere(shop):
            raise AlreadyEnrolled()
        enrolment = tables.Enrolment.objects.create(
            id=ids.new(),
            course=row,
            organisation_id=shop,
            state=EnrolmentState.LEARNING,
            certificate=ids.speakable(tables.CERTIFICATE_LENGTH),
            enrolled_at=clock.now(),
        )
        complete_where_done([shop])
        return EnrolmentId(done.keep(enrolment.id))


def withdraw_enrolment(by: Actor, enrolment: EnrolmentId, *, key: str) -> EnrolmentId:
    """The shop does not go on; visits still planned fall away. Its owner, or a steward.

    Raises NotFound, NotAllowed, EnrolmentEnded.
    """
    with tx.action(by, "market.withdraw_enrolment", key, enrolment, UUID) as done:
        if done:
            return EnrolmentId(done.answer())
        row = _locked(enrolment)
        rules.may_withdraw(by, OrganisationId(row.organisation_id), EnrolmentState(row.state))
        row.state, row.completed_at = EnrolmentState.WITHDRAWN, None
        row.save(update_fields=["state", "completed_at"])
        tables.Visit.objects.filter(enrolment=row, state=VisitState.PLANNED).delete()
        return EnrolmentId(done.keep(enrolment))


def name_tutor(by: Actor, enrolment: EnrolmentId, tutor: PersonId, *, key: str) -> EnrolmentId:
    """Who looks after this shop; planned visits pass to them. A steward.

    Raises NotFound, NotAllowed, TutorsOwnShop, EnrolmentEnded, TutorFull.
    """
    with tx.action(by, "market.name_tutor", key, (enrolment, tutor), UUID) as done:
        if done:
            return EnrolmentId(done.answer())
        rules.may_steward(by)
        people.person(tutor)
        locks.lock_name(f"market.tutor.{tutor}")  # before the row: planning a visit takes them in the same order
        row = _locked(enrolment)
        shops = [one for one in _looked_after(tutor) if one.id != row.id]
        belongs = tutor in people.member_ids(row.organisation_id)
        rules.may_name_tutor(by, belongs, EnrolmentState(row.state), len(shops))
        row.tutor_id = tutor
        row.save(update_fields=["tutor"])
        tables.Visit.objects.filter(enrolment=row, state=VisitState.PLANNED).update(tutor_id=tutor)
        return EnrolmentId(done.keep(enrolment))


def plan_visit(by: Actor, enrolment: EnrolmentId, on: date, *, key: str) -> VisitId:
    """Plan a visit to a shop. Its tutor, or a steward.

    Raises NotFound, NotAllowed, EnrolmentEnded, VisitOutside, WeekTaken, DayFull.
    """
    with tx.action(by, "market.plan_visit", key, (enrolment, on), UUID) as done:
        if done:
            return VisitId(done.answer())
        row = _for_tutor(by, enrolment)
        return VisitId(done.keep(_plan(row, on)))


def plan_visits(by: Actor, enrolment: EnrolmentId, weekday: int, *, key: str) -> tuple[date, ...]:
    """Plan a visit on this weekday of every week of the course that is left; answers the days.

    A week that has its visit, and a day on which the tutor has no time, is left out. Its tutor, or a steward.
    Raises NotFound, NotAllowed, EnrolmentEnded.
    """
    with tx.action(by, "market.plan_visits", key, (enrolment, weekday), tuple[date, ...]) as done:
        if done:
            return done.answer()
        row = _for_tutor(by, enrolment)
        rules.still_learning(EnrolmentState(row.state))
        if row.tutor_id is None:
            raise NotFound(what="tutor")
        planned = []
        for on in rules.visit_plan(row.course.begins_on, weekday):
            try:
                _plan(row, on)
            except (VisitOutside, WeekTaken, DayFull):
                continue
            planned.append(on)
        return done.keep(tuple(planned))


def cancel_visit(by: Actor, visit: VisitId, *, key: str) -> VisitId:
    """Take a planned visit back. The shop's tutor, or a steward. Raises NotFound, NotAllowed, VisitSettled."""
    with tx.action(by, "market.cancel_visit", key, visit, UUID) as done:
        if done:
            return VisitId(done.answer())
        row = _locked_visit(by, visit)
        rules.may_settle_visit(VisitState(row.state), row.on, False, "", max(row.on, clock.today()))
        row.delete()
        return VisitId(done.keep(visit))


def settle_visit(by: Actor, visit: VisitId, kept: bool, note: str = "", *, key: str) -> VisitState:
    """Write what became of a visit: kept or missed, and a note about learning, which the shop reads too. Its tutor, or a steward.

    Raises NotFound, NotAllowed, VisitSettled, VisitNotYet, BadValue.
    """
    with tx.action(by, "market.settle_visit", key, (visit, kept, note), VisitState) as done:
        if done:
            return done.answer()
        row = _locked_visit(by, visit)
        state = rules.may_settle_visit(VisitState(row.state), row.on, kept, note, clock.today())
        row.state, row.note, row.settled_at = state, note.strip(), clock.now()
        row.save(update_fields=["state", "note", "settled_at"])
        return done.keep(state)


def ask(by: Actor, enrolment: EnrolmentId, text: str, *, key: str) -> QuestionId:
    """Ask the tutor, until the open month is over. Who belongs to the shop.

    Raises NotFound, NotAllowed, EnrolmentEnded, CourseOver, BadValue, TooManyQuestions.
    """
    with tx.action(by, "market.ask", key, (enrolment, text), UUID) as done:
        if done:
            return QuestionId(done.answer())
        row = _locked(enrolment)
        shop, state = OrganisationId(row.organisation_id), EnrolmentState(row.state)
        asker = rules.may_ask(by, shop, state, row.course.begins_on, clock.today())
        rules.check_question(text, tables.Question.objects.filter(enrolment=row, answered_at=None).count())
        question = tables.Question.objects.create(
            id=ids.new(), enrolment=row, asked_by=asker, text=text.strip(), asked_at=clock.now()
        )
        return QuestionId(done.keep(question.id))


def answer(by: Actor, question: QuestionId, text: str, *, key: str) -> QuestionId:
    """Answer a shop's question, once. Its tutor, or a steward. Raises NotFound, NotAllowed, BadValue, AlreadyAnswered."""
    with tx.action(by, "market.answer", key, (question, text), UUID) as done:
        if done:
            return QuestionId(done.answer())
        rows = tables.Question.objects.select_for_update(of=("self",)).select_related("enrolment__course")
        row = rows.filter(id=question).first()
        if row is None:
            raise NotFound(what="question")
        rules.may_tutor(by, _tutor(row.enrolment))
        rules.check_answer(text, row.answered_at is not None)
        row.answer, row.answered_by, row.answered_at = text.strip(), by.person, clock.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        return QuestionId(done.keep(question))


def _plan(row: tables.Enrolment, on: date) -> UUID:
    """A visit on this day, if the rules let it. The tutor's name and the enrolment are locked."""
    tutor = row.tutor_id
    if tutor is None:
        raise NotFound(what="tutor")
    of_shop = list(tables.Visit.objects.filter(enrolment=row).values_list("on", flat=True))
    of_tutor = tables.Visit.objects.filter(tutor_id=tutor, on=on, state=VisitState.PLANNED).count()
    rules.may_plan_visit(on, row.course.begins_on, clock.today(), of_shop, of_tutor, EnrolmentState(row.state))
    visit = tables.Visit.objects.create(id=ids.new(), enrolment=row, tutor_id=tutor, on=on, state=VisitState.PLANNED)
    return UUID(str(visit.id))


def _for_tutor(by: Actor, enrolment: EnrolmentId) -> tables.Enrolment:
    """The enrolment, locked after its tutor's name, if this actor may tutor it. Raises NotFound, NotAllowed."""
    found = tables.Enrolment.objects.select_related("course").filter(id=enrolment).first()
    if found is None:
        raise NotFound(what="enrolment")
    rules.may_tutor(by, _tutor(found))
    locks.lock_name(f"market.tutor.{found.tutor_id}")
    row = _locked(enrolment)
    rules.may_tutor(by, _tutor(row))
    return row


def _locked(enrolment: EnrolmentId) -> tables.Enrolment:
    rows = tables.Enrolment.objects.select_for_update(of=("self",)).select_related("course")
    row = rows.filter(id=enrolment).first()
    if row is None:
        raise NotFound(what="enrolment")
    return row


def _locked_visit(by: Actor, visit: VisitId) -> tables.Visit:
    rows = tables.Visit.objects.select_for_update(of=("self",)).select_related("enrolment__course")
    row = rows.filter(id=visit).first()
    if row is None:
        raise NotFound(what="visit")
    rules.may_tutor(by, _tutor(row.enrolment))
    return row


def _tutor(row: tables.Enrolment) -> PersonId | None:
    return rules.tutor_now(row.tutor_id, row.course.begins_on, clock.today())


def _learns_elsewhere(shop: OrganisationId) -> bool:
    """Whether the shop is in a course that is not over."""
    rows = tables.Enrolment.objects.filter(organisation_id=shop).exclude(state=EnrolmentState.WITHDRAWN)
    today = clock.today()
    return any(
        rules.stage(begins_on, today) != "over" for begins_on in rows.values_list("course__begins_on", flat=True)
    )


def _looked_after(tutor: PersonId) -> Sequence[tables.Enrolment]:
    """The shops of a tutor whose courses are not over."""
    rows = tables.Enrolment.objects.select_related("course").filter(tutor_id=tutor)
    today = clock.today()
    return [
        row
        for row in rows.exclude(state=EnrolmentState.WITHDRAWN)
        if rules.stage(row.course.begins_on, today) != "over"
    ]
