"""Addresses of the lessons and of tutoring, and the ways that lead to them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.kit.ui.home import Entry
from dure.services.market.queries import lessons as queries
from dure.services.market.queries import tutoring as courses

from . import certificates, learning, lessons, tutoring

urlpatterns = [
    path("lessons/", lessons.weeks, name="lessons"),
    path("lessons/book.pdf", lessons.book, name="lesson_book"),
    path("lessons/try/", lessons.practise, name="practise"),
    path("lessons/mine/", learning.mine, name="my_courses"),
    path("lessons/mine/<uuid:shop>/", learning.my_course, name="my_course"),
    path("lessons/mine/<uuid:shop>/figures/", learning.figures, name="my_figures"),
    path("lessons/mine/<uuid:shop>/again/", learning.look_again, name="look_again"),
    path("lessons/mine/<uuid:shop>/courses/<uuid:course>/", learning.enrol, name="enrol"),
    path("lessons/certificates/<uuid:enrolment>.pdf", learning.certificate, name="lesson_certificate"),
    path("lessons/certificates/", certificates.look, name="certificates"),
    path("lessons/certificates/issuer.json", certificates.issuer, name="badge_issuer"),
    path("lessons/certificates/key.json", certificates.key, name="badge_key"),
    path("lessons/certificates/<str:code>/", certificates.check, name="check_certificate"),
    path("lessons/certificates/<str:code>/badge.jwt", certificates.badge, name="badge"),
    path("lessons/<slug:key>/", lessons.lesson, name="lesson"),
]
desk_urlpatterns = [
    path("tutor/", tutoring.pupils, name="pupils"),
    path("tutor/<uuid:enrolment>/", tutoring.pupil, name="pupil"),
    path("tutor/<uuid:enrolment>/weeks/", tutoring.plan_weeks, name="plan_weeks"),
    path("tutor/<uuid:enrolment>/visits/<uuid:visit>/", tutoring.settle, name="settle_visit"),
    path("tutor/<uuid:enrolment>/visits/<uuid:visit>/cancel/", tutoring.cancel, name="cancel_visit"),
    path("tutor/<uuid:enrolment>/questions/<uuid:question>/", tutoring.answer, name="answer"),
    path("courses/", tutoring.courses, name="courses"),
    path("courses/<uuid:course>/", tutoring.course, name="course"),
    path("courses/<uuid:course>/<uuid:enrolment>/tutor/", tutoring.name_tutor, name="name_tutor"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """The lessons, for everybody."""
    note = gettext("Eight weeks for shops: one step a page, also to hear and as a book")
    return [Entry(gettext("Lessons"), reverse("market:lessons"), sign="leaf", note=note)]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """My course, and for tutors their shops."""
    by = lessons.actor(request)
    own = [Entry(gettext("My course"), reverse("market:my_courses"), sign="leaf")] if queries.shops_of(by) else []
    at_desk = desk_entries(request)
    return [*own, *at_desk]


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """A tutor's shops; the courses, for stewards and auditors."""
    by = lessons.actor(request)
    found = []
    if by.person is not None and courses.is_tutor(by):
        waiting = sum(one.questions_open for one in courses.pupils(by))
        badge = str(waiting) if waiting else ""
        found.append(Entry(gettext("My shops"), reverse("market-desk:pupils"), sign="people", badge=badge))
    if by.is_steward or by.is_auditor:
        found.append(Entry(gettext("Courses"), reverse("market-desk:courses"), sign="calendar"))
    return found
