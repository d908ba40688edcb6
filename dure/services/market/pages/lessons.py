"""The lessons, open to everybody: weeks, one step a page, practice that sends to nobody, the book."""

from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.people import queries as people
from dure.kit import faces
from dure.services.market.documents import book as papers
from dure.services.market.names.lessons import TASKS, WEEKS_NAMED
from dure.services.market.queries import lessons as queries
from dure.services.market.types.lessons import Step, Task

PRACTICE_LENGTH_MAX = 120
UNBROKEN = "」\u2060"  # a browser would break between a button's name and the particle behind it


class PracticeForm(forms.Form):
    """A message that goes nowhere."""

    text = forms.CharField(
        label=_("Write one line, as you would say it"),
        max_length=PRACTICE_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    ad = forms.BooleanField(label=_("It offers something at a better price"), required=False)


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    return known or people.actor(request.user.pk if request.user.is_authenticated else None)


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """All weeks with their steps."""
    source = queries.curriculum()
    done = _done(request)
    rows = [
        {"week": week, "name": WEEKS_NAMED[week.number], "steps": [_ticked(step, done) for step in week.steps]}
        for week in source.weeks
    ]
    return render(request, "market/lessons.html", {"source": source, "weeks": rows, "by": actor(request)})


@require_safe
def lesson(request: HttpRequest, key: str) -> HttpResponse:
    """One step, with big buttons to the one before and the one after."""
    found = queries.lesson(key)
    context = {
        "found": found,
        "step": found.step,
        "said": {name: getattr(found.step, name).replace("」", UNBROKEN) for name in ("do", "see", "say", "wrong")},
        "week": found.week,
        "week_name": WEEKS_NAMED[found.week.number],
        "task": TASKS[found.step.task] if found.step.task else "",
        "done": found.step.task in _done(request) if found.step.task else False,
        "alt": papers.described(found.step),
    }
    return render(request, "market/lesson.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def practise(request: HttpRequest) -> HttpResponse:
    """Write a message and see the friend's telephone. Nothing is kept and nothing is sent: there is no action behind it."""
    form = PracticeForm(request.POST or None)
    shown = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    return faces.form_page(request, "market/practise.html", form, shown=shown)


@require_safe
@cache_control(max_age=3_600, public=True)
def book(request: HttpRequest) -> HttpResponse:
    """The book as PDF, made once a day and kept by this process."""
    response = HttpResponse(_book(clock.today().toordinal(), settings.DURE.origin), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="lessons.pdf"'
    return response


@lru_cache(maxsize=1)
def _book(day: int, origin: str) -> bytes:
    made_at = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return papers.book_pdf(made_at, origin)


def _done(request: HttpRequest) -> frozenset[Task]:
    """What any shop of the reader has done; nobody is asked to have an account."""
    shops = queries.shops_of(actor(request))
    found = queries.done_by(shops) if shops else {}
    return frozenset(one.task for each in found.values() for one in each)


def _ticked(step: Step, done: frozenset[Task]) -> dict[str, Any]:
    return {"step": step, "task": TASKS[step.task] if step.task else "", "done": step.task in done}
