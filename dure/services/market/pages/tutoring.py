"""At the desk: a tutor's shops, visits, notes and answers; a steward's courses."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.actors import OrganisationId
from dure.foundations.people import queries as people
from dure.kit import faces, show, unsent
from dure.services.market.actions import tutoring as actions
from dure.services.market.names.lessons import ENROLMENTS, NOT_COUNTED, STAGES, TASKS
from dure.services.market.queries import tutoring as queries
from dure.services.market.rules.tutoring import ANSWER_LENGTH, NAME_LENGTH, NOTE_LENGTH_MAX
from dure.services.market.types.tutoring import (
    CourseId,
    EnrolmentId,
    Pupil,
    QuestionId,
    Standing,
    VisitId,
)

from .learning import seen
from .lessons import actor

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class VisitForm(forms.Form):
    on = forms.DateField(label=_("Day of the visit"), widget=forms.DateInput(attrs={"type": "date"}))


class WeekdayForm(forms.Form):
    weekday = forms.TypedChoiceField(label=_("Every week on"), choices=WEEKDAYS, coerce=int)


class SettleForm(forms.Form):
    note = forms.CharField(
        label=_("Note about learning"),
        help_text=_("The shop reads it too. What it earns and who its customers are does not belong here."),
        required=False,
        max_length=NOTE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"), max_length=ANSWER_LENGTH[1], widget=forms.Textarea(attrs={"rows": 3})
    )


class CourseForm(forms.Form):
    name = forms.CharField(label=_("Name of the course"), min_length=NAME_LENGTH[0], max_length=NAME_LENGTH[1])
    begins_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))


class TutorForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address of the tutor"))


@require_safe
def pupils(request: HttpRequest) -> HttpResponse:
    """A tutor's shops: who asks and who is stuck first."""
    return render(request, "market/tutor.html", {"rows": _rows(queries.pupils(actor(request)))})


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
def pupil(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """One shop: what it has done, visits, questions; a post plans a visit."""
    by = actor(request)
    found = queries.pupil(by, EnrolmentId(enrolment))
    form = VisitForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.plan_visit(by, EnrolmentId(enrolment), form.cleaned_data["on"], key=faces.form_key(request))
            return faces.hx_redirect(request, "market-desk:pupil", enrolment, toast=gettext("The visit is planned."))
    today = clock.today()
    context = {
        **seen(found),
        "shop": people.organisation(found.shop),
        "weekday_form": WeekdayForm(),
        "settle_form": SettleForm(),
        "answer_form": AnswerForm(),
        "due": [visit for visit in found.visits if visit.state == "planned" and visit.on <= today],
        "may_tutor": by.is_steward or bool(found.pupil and found.pupil.tutor == by.person),
    }
    return faces.form_page(request, "market/pupil.html", form, **context)


@require_POST
def plan_weeks(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    form = WeekdayForm(request.POST)
    weekday = form.cleaned_data["weekday"] if form.is_valid() else 0
    planned = actions.plan_visits(actor(request), EnrolmentId(enrolment), weekday, key=faces.form_key(request))
    toast = ngettext("{n} visit is planned.", "{n} visits are planned.", len(planned)).format(n=len(planned))
    return faces.hx_redirect(request, "market-desk:pupil", enrolment, toast=toast)


@require_POST
def settle(request: HttpRequest, enrolment: UUID, visit: UUID) -> HttpResponse:
    form = SettleForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else request.POST.get("note", "")
    kept = "missed" not in request.POST
    actions.settle_visit(actor(request), VisitId(visit), kept, note, key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:pupil", enrolment, toast=gettext("Written down."))


@require_POST
def cancel(request: HttpRequest, enrolment: UUID, visit: UUID) -> HttpResponse:
    actions.cancel_visit(actor(request), VisitId(visit), key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:pupil", enrolment, toast=gettext("The visit is cancelled."))


@unsent.waits
@require_POST
def answer(request: HttpRequest, enrolment: UUID, question: UUID) -> HttpResponse:
    text = request.POST.get("text", "")
    actions.answer(actor(request), QuestionId(question), text, key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:pupil", enrolment, toast=gettext("The shop has your answer."))


@require_http_methods(["GET", "HEAD", "POST"])
def courses(request: HttpRequest) -> HttpResponse:
    """All courses; a steward opens another one."""
    by = actor(request)
    form = CourseForm(request.POST or None, initial={"begins_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            said = form.cleaned_data
            course = actions.open_course(by, said["name"], said["begins_on"], key=faces.form_key(request))
            return faces.hx_redirect(request, "market-desk:course", course, toast=gettext("The course is open."))
    rows = [(one, STAGES[one.course.stage]) for one in queries.all_figures(by)]
    return faces.form_page(request, "market/courses.html", form, rows=rows, may_open=by.is_steward)


@require_safe
def course(request: HttpRequest, course: UUID) -> HttpResponse:
    """One course in figures: tasks, shops, tutors, standings with their reasons."""
    by = actor(request)
    found = queries.figures(by, CourseId(course))
    standings = queries.standings(by, CourseId(course))
    context = {
        "figures": found,
        "stage": STAGES[found.course.stage],
        "bars": [(str(TASKS[task]), count) for task, count in found.by_task],
        "rows": _rows(queries.pupils_of(by, CourseId(course))),
        "standings": _standings(standings),
        "tutor_form": TutorForm(),
        "may_name": by.is_steward,
    }
    return render(request, "market/course.html", context)


@require_POST
def name_tutor(request: HttpRequest, course: UUID, enrolment: UUID) -> HttpResponse:
    by = actor(request)
    tutor = people.person_by_email(by, request.POST.get("email", "").strip())
    actions.name_tutor(by, EnrolmentId(enrolment), tutor.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "market-desk:course", course, toast=gettext("The tutor is named."))


def _rows(found: tuple[Pupil, ...]) -> list[dict[str, Any]]:
    shops = people.organisations([one.shop for one in found])
    names = people.names([one.tutor for one in found if one.tutor])
    return [
        {
            "pupil": one,
            "shop": shops[one.shop].name if one.shop in shops else "",
            "state": ENROLMENTS[one.state],
            "stuck": TASKS[one.stuck.task] if one.stuck else "",
            "done": len(one.done),
            "tutor": names.get(one.tutor, "") if one.tutor else "",
        }
        for one in found
    ]


def _standings(found: tuple[Standing, ...]) -> list[dict[str, Any]]:
    shops = people.organisations([OrganisationId(one.effort.shop) for one in found])
    return [
        {
            "standing": one,
            "shop": shops[one.effort.shop].name if one.effort.shop in shops else "",
            "left_out": [(NOT_COUNTED[why], show.count(count)) for why, count in one.effort.counted.not_counted],
        }
        for one in found
    ]
