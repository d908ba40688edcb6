"""Courses, shops in them, visits, questions, figures, standings. A tutor's views hold no money and no customer."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db.models import Count, Q

from dure.base import clock
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.services.market.models import lessons as done_tables
from dure.services.market.models import tutoring as tables
from dure.services.market.rules import awards
from dure.services.market.rules import lessons as curricular
from dure.services.market.rules import tutoring as rules
from dure.services.market.types.lessons import Done, EffortKind
from dure.services.market.types.tutoring import (
    Arrival,
    Certificate,
    Counted,
    Course,
    CourseFigures,
    CourseId,
    Effort,
    EnrolmentId,
    EnrolmentState,
    Learning,
    Pupil,
    Question,
    QuestionId,
    Standing,
    Visit,
    VisitId,
    VisitState,
)

from .lessons import curriculum, done_by, done_of, task_order

COURSES_MAX = 200
PUPILS_MAX = 200
FIGURES_MAX = 30
VISITS_MAX = 60
QUESTIONS_MAX = 100


def course_of(row: tables.Course) -> Course:
    """A row as a value, as it stands today."""
    today = clock.today()
    stage = rules.stage(row.begins_on, today)
    return Course(
        id=CourseId(row.id),
        name=row.name,
        begins_on=row.begins_on,
        ends_on=rules.last_day(row.begins_on),
        open_until=rules.open_until(row.begins_on),
        stage=stage,
        week=min(rules.week_number(row.begins_on, today), rules.WEEKS) if stage == "running" else 0,
    )


def courses() -> tuple[Course, ...]:
    """The latest courses, the newest first."""
    return tuple(course_of(row) for row in tables.Course.objects.order_by("-begins_on", "id")[:COURSES_MAX])


def course(course: CourseId) -> Course:
    """One course. Raises NotFound."""
    row = tables.Course.objects.filter(id=course).first()
    if row is None:
        raise NotFound(what="course")
    return course_of(row)


def learning(by: Actor, shop: OrganisationId) -> Learning:
    """A shop's own course: done, to do, visits, questions. Raises NotAllowed."""
    row = _latest(shop)
    rules.may_see_learning(by, shop, _tutor_now(row))
    done = done_of(shop)
    todo = curricular.still_to_do(task_order(), done)
    if row is None:
        return Learning(shop, done, todo, None, None, (), ())
    pupil = _pupils([row])[0]
    return Learning(shop, done, todo, pupil, course_of(row.course), _visits(row), _questions(row))


def pupils(by: Actor) -> tuple[Pupil, ...]:
    """The shops that somebody looks after as a tutor, those that are stuck or ask first. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    rows = tables.Enrolment.objects.select_related("course").filter(tutor_id=by.person)
    rows = rows.exclude(state=EnrolmentState.WITHDRAWN).order_by("-course__begins_on", "enrolled_at", "pk")
    live = [row for row in rows[:PUPILS_MAX] if rules.stage(row.course.begins_on, clock.today()) != "over"]
    return tuple(sorted(_pupils(live), key=lambda one: (one.questions_open == 0, one.stuck is None)))


def pupil(by: Actor, enrolment: EnrolmentId) -> Learning:
    """One shop, for its tutor. Raises NotFound, NotAllowed."""
    row = tables.Enrolment.objects.select_related("course").filter(id=enrolment).first()
    if row is None:
        raise NotFound(what="enrolment")
    rules.may_see_learning(by, OrganisationId(row.organisation_id), _tutor_now(row))
    done = done_of(OrganisationId(row.organisation_id))
    todo = curricular.still_to_do(task_order(), done)
    shop = OrganisationId(row.organisation_id)
    return Learning(shop, done, todo, _pupils([row])[0], course_of(row.course), _visits(row), _questions(row))


def pupils_of(by: Actor, course: CourseId) -> tuple[Pupil, ...]:
    """All shops of a course. Raises NotAllowed unless a steward or an auditor asks."""
    rules.may_look(by)
    rows = tables.Enrolment.objects.select_related("course").filter(course_id=course).order_by("enrolled_at", "id")
    return _pupils(list(rows[: PUPILS_MAX * 10]))


def is_tutor(by: Actor) -> bool:
    """Whether somebody looks after any shop now."""
    rows = tables.Enrolment.objects.filter(tutor_id=by.person).exclude(state=EnrolmentState.WITHDRAWN)
    begun, today = rows.values_list("course__begins_on", flat=True), clock.today()
    return by.person is not None and any(rules.stage(day, today) != "over" for day in begun)


def figures(by: Actor, course_id: CourseId) -> CourseFigures:
    """How a course goes. Raises NotAllowed, NotFound."""
    rules.may_look(by)
    found = course(course_id)
    states = Counter(tables.Enrolment.objects.filter(course_id=course_id).values_list("state", flat=True))
    shops = tables.Enrolment.objects.filter(course_id=course_id).exclude(state=EnrolmentState.WITHDRAWN)
    visits = Counter(tables.Visit.objects.filter(enrolment__course_id=course_id).values_list("state", flat=True))
    asked = tables.Question.objects.filter(enrolment__course_id=course_id)
    tasks = done_tables.TaskDone.objects.filter(organisation_id__in=shops.values("organisation_id"))
    by_task = Counter(tasks.values_list("task", flat=True))
    return CourseFigures(
        course=found,
        shops=states.total() - states[EnrolmentState.WITHDRAWN],
        completed=states[EnrolmentState.COMPLETED],
        withdrawn=states[EnrolmentState.WITHDRAWN],
        visits_kept=visits[VisitState.KEPT],
        visits_planned=visits[VisitState.PLANNED],
        questions=asked.count(),
        questions_open=asked.filter(answered_at=None).count(),
        by_task=tuple((task, by_task[task]) for task in task_order()),
    )


def all_figures(by: Actor) -> tuple[CourseFigures, ...]:
    """How the latest courses go, the newest first. Raises NotAllowed."""
    rules.may_look(by)
    return tuple(figures(by, one.id) for one in courses()[:FIGURES_MAX])


def standings(by: Actor, course_id: CourseId) -> tuple[Standing, ...]:
    """The shops of a course ranked by what they did in it, with the reasons why friends do not count.

    Raises NotAllowed, NotFound.
    """
    rules.may_look(by)
    found = course(course_id)
    rows = tables.Enrolment.objects.filter(course_id=course_id).exclude(state=EnrolmentState.WITHDRAWN)
    shops = [OrganisationId(shop) for shop in rows.values_list("organisation_id", flat=True)]
    return awards.standings([_effort(shop, found) for shop in shops])


def my_effort(by: Actor, shop: OrganisationId) -> Effort | None:
    """A shop's own figures as awards see them; None where it is in no course. Raises NotAllowed."""
    row = _latest(shop)
    rules.may_see_learning(by, shop, _tutor_now(row))
    return _effort(shop, course_of(row.course)) if row else None


def certificate(by: Actor, enrolment: EnrolmentId) -> Certificate:
    """The certificate of a shop that finished. Raises NotFound, NotAllowed, NotYetComplete."""
    found = pupil(by, enrolment)
    row = tables.Enrolment.objects.select_related("course").get(id=enrolment)
    rules.certified(EnrolmentState(row.state), found.todo)
    return _certificate(row)


def certificate_by_code(code: str) -> Certificate:
    """What stands on the certificate with this code, for whoever was shown it. Raises NotFound."""
    rows = tables.Enrolment.objects.select_related("course")
    row = rows.filter(certificate=code.strip().upper(), state=EnrolmentState.COMPLETED).first()
    if row is None:
        raise NotFound(what="certificate")
    return _certificate(row)


def _certificate(row: tables.Enrolment) -> Certificate:
    if row.completed_at is None:
        raise RuntimeError("the table's constraint market_enrolment_completed does not hold")
    return Certificate(
        code=row.certificate,
        shop=OrganisationId(row.organisation_id),
        shop_name=people.organisation(row.organisation_id).name,
        course_name=row.course.name,
        completed_on=clock.local(row.completed_at).date(),
        weeks=rules.WEEKS,
        tasks=len(task_order()),
    )


def _tutor_now(row: tables.Enrolment | None) -> PersonId | None:
    return rules.tutor_now(row.tutor_id, row.course.begins_on, clock.today()) if row else None


def _latest(shop: OrganisationId) -> tables.Enrolment | None:
    """The course in which a shop is now, or was last."""
    rows = tables.Enrolment.objects.select_related("course").filter(organisation_id=shop)
    return rows.exclude(state=EnrolmentState.WITHDRAWN).order_by("-course__begins_on").first()


def _pupils(rows: Sequence[tables.Enrolment]) -> tuple[Pupil, ...]:
    """These enrolments with what their shops have done, in four statements whatever their number."""
    done = done_by([OrganisationId(row.organisation_id) for row in rows])
    ids = [row.id for row in rows]
    waiting = dict(
        tables.Question.objects.filter(enrolment_id__in=ids, answered_at=None)
        .values_list("enrolment_id")
        .annotate(Count("id"))
    )
    planned = tables.Visit.objects.filter(enrolment_id__in=ids, state=VisitState.PLANNED, on__gte=clock.today())
    coming = dict(planned.order_by("-on").values_list("enrolment_id", "on"))  # the earliest comes last and stays
    return tuple(
        _pupil(row, done.get(OrganisationId(row.organisation_id), ()), waiting.get(row.id, 0), coming.get(row.id))
        for row in rows
    )


def _pupil(row: tables.Enrolment, done: Collection[Done], waiting: int, next_visit: date | None) -> Pupil:
    todo = [(task, curricular.week_of(curriculum(), task)) for task in curricular.still_to_do(task_order(), done)]
    began = datetime.combine(row.course.begins_on, time(), tzinfo=clock.SEOUL)
    since = rules.last_step(done, max(row.enrolled_at, began))
    learns = row.state == EnrolmentState.LEARNING
    return Pupil(
        enrolment=EnrolmentId(row.id),
        course=CourseId(row.course_id),
        shop=OrganisationId(row.organisation_id),
        tutor=PersonId(row.tutor_id) if row.tutor_id else None,
        state=EnrolmentState(row.state),
        enrolled_at=row.enrolled_at,
        completed_at=row.completed_at,
        done=tuple(done),
        stuck=rules.stuck(todo, since, row.course.begins_on, clock.now()) if learns else None,
        questions_open=waiting,
        next_visit=next_visit,
        certificate=row.certificate if row.state == EnrolmentState.COMPLETED else "",
    )


def _visits(row: tables.Enrolment) -> tuple[Visit, ...]:
    rows = tables.Visit.objects.filter(enrolment=row).order_by("on")[:VISITS_MAX]
    return tuple(Visit(VisitId(one.id), EnrolmentId(row.id), one.on, VisitState(one.state), one.note) for one in rows)


def _questions(row: tables.Enrolment) -> tuple[Question, ...]:
    rows = tables.Question.objects.filter(enrolment=row).order_by("-asked_at", "-pk")[:QUESTIONS_MAX]
    shop = OrganisationId(row.organisation_id)
    return tuple(
        Question(QuestionId(one.id), EnrolmentId(row.id), shop, one.text, one.asked_at, one.answer, one.answered_at)
        for one in rows
    )


def _effort(shop: OrganisationId, found: Course) -> Effort:
    """What a shop did between the first day of a course and the last of its open month."""
    first = datetime.combine(found.begins_on, time(), tzinfo=clock.SEOUL)
    last = datetime.combine(found.open_until, time.max, tzinfo=clock.SEOUL)
    own = people.member_ids(shop)
    rows = done_tables.Arrival.objects.filter(organisation_id=shop, joined_at__range=(first, last))
    arrivals = [
        Arrival(
            joined_at=row.joined_at,
            left_at=row.left_at if row.left_at and row.left_at >= (row.back_at or row.joined_at) else None,
            seen_at=row.seen_at if row.seen_at and row.seen_at > row.joined_at else None,
            own=row.person in own,
        )
        for row in rows
        if row.joined_at
    ]
    days = Counter(
        done_tables.Effort.objects.filter(
            Q(organisation_id=shop) & Q(on__range=(found.begins_on, found.open_until))
        ).values_list("kind", flat=True)
    )
    counted: Counted = awards.counted(arrivals)
    return Effort(shop, counted, days[EffortKind.MESSAGE], days[EffortKind.REPLY])
