"""My course: what my shop has done, what is next, visits, questions, figures, the certificate."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.actors import OrganisationId
from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as people
from dure.kit import faces, unsent
from dure.services.market.actions import lessons as doing
from dure.services.market.actions import tutoring as actions
from dure.services.market.documents import certificates
from dure.services.market.names.lessons import ENROLMENTS, NOT_COUNTED, STAGES, TASKS, VISITS
from dure.services.market.queries import lessons as lessons
from dure.services.market.queries import tutoring as queries
from dure.services.market.rules import lessons as curricular
from dure.services.market.rules.tutoring import QUESTION_LENGTH
from dure.services.market.types.lessons import Done, Task
from dure.services.market.types.tutoring import CourseId, EnrolmentId, Learning, Stage

from .lessons import actor


class AskForm(forms.Form):
    """A question to the tutor."""

    text = forms.CharField(
        label=_("What would you like to know?"),
        help_text=_("Please do not write a customer's name."),
        min_length=QUESTION_LENGTH[0],
        max_length=QUESTION_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My shops; straight on where there is one."""
    by = actor(request)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    shops = people.organisations(lessons.shops_of(by))
    if len(shops) == 1:
        return redirect("market:my_course", next(iter(shops)))
    return render(request, "market/my_courses.html", {"shops": sorted(shops.values(), key=lambda one: one.name)})


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
def my_course(request: HttpRequest, shop: UUID) -> HttpResponse:
    """What is done and what is next; a post asks the tutor."""
    by, organisation = actor(request), OrganisationId(shop)
    found = queries.learning(by, organisation)
    form = AskForm(request.POST or None)
    if request.method == "POST" and found.pupil and form.is_valid():
        with faces.refusals_on(form):
            actions.ask(by, found.pupil.enrolment, form.cleaned_data["text"], key=faces.form_key(request))
            return faces.hx_redirect(request, "market:my_course", shop, toast=gettext("Your tutor has your question."))
    context = {
        **seen(found),
        "shop": people.organisation(organisation),
        "tutor": people.names([found.pupil.tutor]).get(found.pupil.tutor) if found.pupil and found.pupil.tutor else "",
        "courses": [] if found.course and found.course.stage is not Stage.OVER else _open_courses(),
        "may_enrol": by.owns(organisation) or by.is_steward,
        "belongs": by.works_for(organisation),
    }
    return faces.form_page(request, "market/my_course.html", form, **context)


@require_POST
def enrol(request: HttpRequest, shop: UUID, course: UUID) -> HttpResponse:
    actions.enrol(actor(request), CourseId(course), OrganisationId(shop), key=faces.form_key(request))
    return faces.hx_redirect(request, "market:my_course", shop, toast=gettext("Welcome to the course."))


@require_POST
def look_again(request: HttpRequest, shop: UUID) -> HttpResponse:
    new = doing.look_again(actor(request), OrganisationId(shop), key=faces.form_key(request))
    toast = gettext("Something new is ticked.") if new else gettext("We looked again; nothing new was found.")
    return faces.hx_redirect(request, "market:my_course", shop, toast=toast)


@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, shop: UUID) -> HttpResponse:
    """The shop's own figures; to have read them is a task."""
    by, organisation = actor(request), OrganisationId(shop)
    if request.method == "POST":
        doing.look_at_figures(by, organisation, key=faces.form_key(request))
        return faces.hx_redirect(request, "market:my_course", shop, toast=gettext("You have read your figures."))
    effort = queries.my_effort(by, organisation)
    left_out = [(NOT_COUNTED[why], count) for why, count in effort.counted.not_counted] if effort else []
    context = {"shop": people.organisation(organisation), "effort": effort, "left_out": left_out}
    return render(request, "market/my_figures.html", context)


@require_safe
def certificate(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """The certificate as PDF."""
    content = certificates.certificate_pdf(actor(request), EnrolmentId(enrolment))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    return response


def seen(found: Learning) -> dict[str, Any]:
    """A shop's learning with its words: tasks in order, the next one, visits, questions."""
    done = {one.task: one for one in found.done}
    rows = [_task(task, done.get(task), found.todo) for task in lessons.task_order()]
    return {
        "learning": found,
        "tasks": rows,
        "next": next((row for row in rows if row["state"] == "now"), None),
        "state": ENROLMENTS[found.pupil.state] if found.pupil else "",
        "stage": STAGES[found.course.stage] if found.course else "",
        "asks": found.course is not None and found.course.stage is not Stage.OVER,
        "visits": [(visit, VISITS[visit.state]) for visit in found.visits],
        "questions": found.questions,
        "certificate": found.pupil.certificate if found.pupil else "",
        "done_count": len(found.done),
        "task_count": len(rows),
    }


def _task(task: Task, done: Done | None, todo: tuple[Task, ...]) -> dict[str, Any]:
    step = curricular.step_of(lessons.curriculum(), task)
    state = "done" if done else "now" if todo[:1] == (task,) else "next"
    return {"task": task, "title": TASKS[task], "when": done.at if done else None, "state": state, "step": step}


def _open_courses() -> list[Any]:
    return [one for one in queries.courses() if one.stage in (Stage.PLANNED, Stage.RUNNING)]
