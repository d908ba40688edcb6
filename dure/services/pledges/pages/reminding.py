"""At which hour I am reminded of a day that I have not proved yet: not at all, unless I ask for it."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base.refusals import BadValue, NotFound
from dure.kit import faces
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import permits
from dure.services.pledges.rules import reminding as rules
from dure.services.pledges.types import PledgeId, ProjectReminder, Reminders, Window

from .common import actor

NEVER, AS_ALL = (
    "never",
    "all",
)  # words in the place of an hour; the second one says as well that it is about all projects
HERE = "one"
HOURS_MAX = 24
NOON = 12

type Choices = list[tuple[str, str]]


class HourForm(forms.Form):
    """At which hour."""

    def __init__(self, label: str, choices: Choices, chosen: str, name: str) -> None:
        super().__init__(auto_id=f"{name}-%s")
        self.fields["hour"] = forms.ChoiceField(label=label, choices=choices, initial=chosen)


@require_safe
def mine(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """When I am reminded of this project, and of all of mine."""
    found, one = _found(request, pledge)
    channel = queries.channel_of_pledges()
    context = {
        "pledge": pledge,
        "project": one.project,
        "reminders": found,
        "said": hour_words(one.hour),
        "unfit": hour_words(found.hour) if not one.own and one.hour is None else "",
        "channel": reverse("channels:channel", args=[channel.handle]) if channel else "",
        "here": HourForm(gettext("Of this project"), _of_one(found, one), _word_of(found, one), HERE),
        "everywhere": HourForm(gettext("Of all my projects"), _of_all(), _word(found.hour), AS_ALL),
    }
    return render(request, "pledges/reminder.html", context)


@require_POST
def change(request: HttpRequest, pledge: UUID, of: str) -> HttpResponse:
    """Choose an hour, for this project or for all."""
    return _change(request, pledge, of, request.POST.get("hour", ""))


@require_POST
def undo(request: HttpRequest, pledge: UUID, of: str, word: str) -> HttpResponse:
    """Let it be as it was before."""
    return _change(request, pledge, of, word)


def hour_words(hour: int | None) -> str:
    """An hour as one says it; empty for none."""
    if hour is None:
        return ""
    if hour == NOON:
        return gettext("12 noon")
    if hour < NOON:
        return gettext("{n} in the morning").format(n=hour)
    return gettext("{n} in the afternoon").format(n=hour - NOON)


def _change(request: HttpRequest, pledge: UUID, of: str, word: str) -> HttpResponse:
    by, key = actor(request), faces.form_key(request)
    before, one = _found(request, pledge)
    if of == AS_ALL:
        actions.set_reminder(by, _hour(word), key=key)
    elif word == AS_ALL:
        actions.drop_reminder_of(by, one.pledge, key=key)
    else:
        actions.set_reminder_of(by, one.pledge, _hour(word), key=key)
    was = _word(before.hour) if of == AS_ALL else _word_of(before, one)
    back = reverse("pledges:undo_reminder", args=[pledge, of, was])
    said = gettext("You are not reminded.") if word == NEVER else gettext("Your hour is noted.")
    return faces.hx_redirect(request, "pledges:reminder", pledge, toast=said, undo=back)


def _found(request: HttpRequest, pledge: UUID) -> tuple[Reminders, ProjectReminder]:
    """What I chose, and what holds for this project of mine. Raises NotAllowed, NotFound."""
    by = actor(request)
    permits.may_touch(by, queries.pledge(PledgeId(pledge)).person)
    found = queries.reminders(by)
    one = next((one for one in found.projects if one.pledge == pledge), None)
    if one is None:  # it is over
        raise NotFound(what="pledge")
    return found, one


def _of_one(found: Reminders, one: ProjectReminder) -> Choices:
    hours = [(str(hour), hour_words(hour)) for hour in one.hours]
    if found.hour is None:  # nothing is said for all: then it is the same as never
        return [(NEVER, gettext("I do not want to be reminded")), *hours]
    as_all = gettext("As of all my projects: {hour}").format(hour=hour_words(found.hour))
    return [(AS_ALL, as_all), (NEVER, gettext("Not of this one")), *hours]


def _of_all() -> Choices:
    hours = [(str(hour), hour_words(hour)) for hour in rules.hours_of(Window())]
    return [(NEVER, gettext("I do not want to be reminded")), *hours]


def _word_of(found: Reminders, one: ProjectReminder) -> str:
    return AS_ALL if not one.own and found.hour is not None else _word(one.hour)


def _word(hour: int | None) -> str:
    return NEVER if hour is None else str(hour)


def _hour(word: str) -> int | None:
    """An hour that somebody chose. Raises BadValue."""
    if word == NEVER:
        return None
    if word not in {str(hour) for hour in range(HOURS_MAX)}:
        raise BadValue(field="hour", reason="unknown")
    return int(word)
