"""Meetings of a project: what lies ahead, one meeting with who comes, calling, changing and cancelling one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import faces, show, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.names import ANSWERS
from dure.services.pledges.rules import calendar, noticing, permits
from dure.services.pledges.rules import meetings as rules
from dure.services.pledges.types import (
    Answer,
    AnswerWord,
    Meeting,
    MeetingId,
    MeetingState,
    NewAnswer,
    NewMeeting,
    Project,
    ProjectState,
    Season,
    Standing,
)

from .common import actor, project_of, season_of

both = require_http_methods(["GET", "HEAD", "POST"])
DAY = {"type": "date"}
CLOCK = {"type": "time"}
NOT_FOR_EVER = MaxValueValidator(date(2999, 12, 31))  # the day after it is a day, too


class MeetingForm(forms.Form):
    """A meeting as its leader types it: a day, two times on it, and the last day for answers."""

    title = forms.CharField(
        label=_("What do you do?"), min_length=rules.TITLE_LENGTH[0], max_length=rules.TITLE_LENGTH[1]
    )
    on = forms.DateField(
        label=_("On which day?"), validators=[NOT_FOR_EVER], widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    start = forms.TimeField(label=_("When does it begin?"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    end = forms.TimeField(label=_("When does it end?"), widget=forms.TimeInput(attrs=CLOCK, format="%H:%M"))
    place = forms.CharField(
        label=_("Where do you meet?"),
        help_text=_("A place that everybody finds, in words. Please do not write where somebody lives."),
        min_length=rules.PLACE_LENGTH[0],
        max_length=rules.PLACE_LENGTH[1],
    )
    capacity = forms.IntegerField(
        label=_("For how many people?"),
        help_text=_("Leave it empty if everybody can come. When it is full, people wait in a list."),
        required=False,
        min_value=rules.CAPACITY[0],
        max_value=rules.CAPACITY[1],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    until = forms.DateField(
        label=_("Until which day do people answer?"),
        help_text=_("Until the end of that day; on the day of the meeting until it begins."),
        validators=[NOT_FOR_EVER],
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
    )
    notes = forms.CharField(
        label=_("What should they know or bring?"),
        required=False,
        max_length=rules.NOTES_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def said(self) -> NewMeeting:
        """The meeting as it was typed, by the clock of Seoul."""
        typed = self.cleaned_data
        starts_at = _at(typed["on"], typed["start"])
        last = min(typed["until"], typed["on"])  # later than the meeting nobody answers
        return NewMeeting(
            title=typed["title"],
            place=typed["place"],
            starts_at=starts_at,
            ends_at=_at(typed["on"] + timedelta(days=typed["end"] <= typed["start"]), typed["end"]),
            answer_until=min(starts_at, _at(last + timedelta(days=1), time())),
            capacity=typed["capacity"],
            notes=typed["notes"],
        )


@require_safe
def meetings(request: HttpRequest, code: str) -> HttpResponse:
    """Meetings of a project: those ahead, then those past."""
    by = actor(request)
    project = queries.project_by_code(code, by)
    ahead, past = queries.meetings_ahead(by, project), queries.meetings_past(by, project)
    season = queries.season(project.season)
    context = {
        **project_of(project),
        "ahead": meetings_of(by, ahead),
        "past": meetings_of(by, past),
        "may_call": may_call(by, project, season),
    }
    return render(request, "pledges/meetings.html", context)


@require_safe
def meeting(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """One meeting: when, where, whether I come, who comes."""
    by = actor(request)
    found, project = queries.meeting_of_group(by, MeetingId(meeting))
    said = queries.answers_of(by, found)
    now, is_called = clock.now(), found.state is MeetingState.CALLED
    leads = by.is_steward or by.person == project.leader
    card = people.persons({found.by}).get(found.by)
    context = {
        **project_of(project),
        **meetings_of(by, [found])[0],
        "by": card.name if card else "",
        "is_ahead": is_called and now < found.starts_at,
        "may_answer": is_called and now < found.starts_at and queries.may_speak(by, project),
        "is_closed": now >= found.answer_until,
        "until": until_of(found.answer_until),
        "may_change": leads and is_called and now < found.starts_at,
        "may_note": leads and is_called and now >= found.starts_at and bool(said),
        "may_complain": not found.is_hidden and by.person != found.by and queries.is_of_group(project.id, _me(by)),
        "words": [(word.value, label) for word, label in ANSWERS.items()],
        "companions": range(rules.COMPANIONS_MAX + 1),
        **_people_of(said),
    }
    return render(request, "pledges/meeting.html", context)


@require_POST
def answer(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Say whether I come."""
    word, companions = request.POST.get("word", ""), request.POST.get("companions", "0")
    if word not in set(AnswerWord):
        raise BadValue(field="word", reason="unknown")
    if companions not in {str(one) for one in range(rules.COMPANIONS_MAX + 1)}:
        raise BadValue(field="companions", reason="unknown")
    said = NewAnswer(AnswerWord(word), int(companions))
    before = queries.answer_of(MeetingId(meeting), _me(actor(request)))
    stood = f"{before.word}:{before.companions}:{before.standing}:{before.asked_again}" if before else ""
    key = f"{faces.form_key(request)[:160]}:{word}:{companions}:{stood}"  # three buttons, one form, and the same one again later
    made = actions.answer_meeting(actor(request), MeetingId(meeting), said, key=key)
    told = {
        Standing.COMING: gettext("You have a place."),
        Standing.WAITING: gettext("It is full. You are on the list, and hear when a place comes free."),
        Standing.NONE: gettext("Noted. You can change it until it begins."),
    }
    return faces.hx_redirect(request, "pledges:meeting", meeting, toast=told[made.standing])


@unsent.waits
@both
def call(request: HttpRequest, code: str) -> HttpResponse:
    """Call a meeting."""
    by = actor(request)
    project = queries.project_by_code(code, by)
    rules.may_call(by, project.leader)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            made = actions.call_meeting(by, project.id, form.said(), key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:meeting", made.id, toast=gettext("The meeting is called."))
    season = queries.season(project.season)
    return faces.form_page(request, "pledges/meeting_form.html", form, **project_of(project), **_span(season))


@unsent.waits
@both
def edit(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Change a meeting that lies ahead."""
    by = actor(request)
    found, project = queries.meeting_of_group(by, MeetingId(meeting))
    rules.may_call(by, project.leader)
    form = MeetingForm(request.POST or None, initial=_typed(found))
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            read = _number(request.POST.get("read", ""))
            said = _unchanged_end_of_answers(form.said(), found)
            actions.edit_meeting(by, found.id, said, read, key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:meeting", found.id, toast=gettext("Changed."))
    context = {**project_of(project), **_span(queries.season(project.season)), "meeting": found}
    context["read"] = request.POST.get("read", found.version)
    return faces.form_page(request, "pledges/meeting_form.html", form, **context)


@require_POST
def cancel(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """A meeting does not take place."""
    why = request.POST.get("why", "")
    actions.cancel_meeting(actor(request), MeetingId(meeting), why, key=faces.form_key(request))
    said = gettext("Cancelled. Whoever wanted to come hears of it.")
    return faces.hx_redirect(request, "pledges:meeting", meeting, toast=said)


@both
def came(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """Note who came."""
    by = actor(request)
    found, project = queries.meeting_of_group(by, MeetingId(meeting))
    rules.may_call(by, project.leader)
    said = queries.answers_of(by, found)
    if request.method == "POST":
        there = {str(one.person): one.person for one in said}
        persons = {there[one] for one in request.POST.getlist("came") if one in there}
        actions.note_attendance(by, found.id, persons, key=faces.form_key(request))
        return faces.hx_redirect(request, "pledges:meeting", found.id, toast=gettext("Noted who came."))
    context = {**project_of(project), **meetings_of(by, [found])[0], "people": _named(said)}
    return render(request, "pledges/came.html", context)


@require_safe
def ics(request: HttpRequest, meeting: UUID) -> HttpResponse:
    """One meeting, for the calendar of somebody who may read it."""
    by = actor(request)
    found, _project = queries.meeting_of_group(by, MeetingId(meeting))
    mine = queries.answer_of(found.id, _me(by))
    one = queries.in_calendar(found, mine is not None and mine.standing is Standing.COMING)
    one = one if one.title else replace(one, title=gettext("A meeting"))
    address = f"{settings.DURE.origin}{reverse('pledges:meeting', args=[found.id])}"
    host = urlsplit(settings.DURE.origin).hostname or "localhost"
    content = calendar.document(one.title, (), host, [(one, address)])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


def may_call(by: Actor, project: Project, season: Season) -> bool:
    """Whether somebody can call a meeting of this project now."""
    leads = by.is_steward or (by.person is not None and by.person == project.leader)
    return leads and season.phase in noticing.NOTICING and project.state is ProjectState.OPEN


def meetings_of(by: Actor, found: Sequence[Meeting]) -> list[Mapping[str, Any]]:
    """Meetings with their words, and what I said to each."""
    mine = queries.answers_by(by.person, found)
    return [_meeting_of(one, mine.get(one.id)) for one in found]


def _meeting_of(one: Meeting, mine: Answer | None) -> Mapping[str, Any]:
    return {
        "meeting": one,
        "when": gettext("{day}, {start} to {end}").format(
            day=show.day(one.starts_at, weekday=True),
            start=f"{clock.local(one.starts_at):%H:%M}",
            end=f"{clock.local(one.ends_at):%H:%M}",
        ),
        "is_cancelled": one.state is MeetingState.CANCELLED,
        "mine": mine,
        "my_word": word_of(mine) if mine else "",
    }


def next_of(by: Actor, project: Project) -> Mapping[str, Any] | None:
    """The meeting that comes next, as it stands on other pages of its group."""
    found = queries.next_meeting(by, project.id)
    return meetings_of(by, [found])[0] if found else None


def until_of(moment: datetime) -> str:
    """Until when one answers, as people say it: the midnight after a day is the end of that day."""
    if clock.local(moment).time() == time():
        return gettext("the end of {day}").format(day=show.day(moment - timedelta(microseconds=1)))
    return show.moment(moment)


def word_of(one: Answer) -> str:
    """What somebody said, in a word: also whether a yes waits."""
    if one.standing is Standing.WAITING:
        return gettext("on the waiting list")
    return str(ANSWERS[one.word])


def _people_of(said: Iterable[Answer]) -> Mapping[str, Any]:
    """Who comes, who waits, who may come, with their names."""
    named = _named(said)
    return {
        "coming": [one for one in named if one["answer"].standing is Standing.COMING],
        "waiting": [one for one in named if one["answer"].standing is Standing.WAITING],
        "perhaps": [one for one in named if one["answer"].word is AnswerWord.MAYBE],
    }


def _named(said: Iterable[Answer]) -> list[Mapping[str, Any]]:
    said = list(said)
    names = people.persons({one.person for one in said})
    return [
        {"answer": one, "name": names[one.person].name, "word": word_of(one)} for one in said if one.person in names
    ]


def _span(season: Season) -> Mapping[str, Any]:
    """The season, and the days between which one meets."""
    return {
        **season_of(season),
        "first": season.starts_on,
        "last": clock.local(rules.latest(season.starts_on) - timedelta(minutes=1)).date(),
    }


def _typed(found: Meeting) -> dict[str, object]:
    starts_at, ends_at = clock.local(found.starts_at), clock.local(found.ends_at)
    return {
        "title": found.title,
        "place": found.place,
        "notes": found.notes,
        "on": starts_at.date(),
        "start": starts_at.time(),
        "end": ends_at.time(),
        "capacity": found.capacity,
        "until": clock.local(found.answer_until - timedelta(microseconds=1)).date(),
    }


def _unchanged_end_of_answers(said: NewMeeting, found: Meeting) -> NewMeeting:
    """A form names a day: as long as it is the day that stood there, so does the hour."""
    last = clock.local(found.answer_until - timedelta(microseconds=1)).date()
    same = clock.local(said.answer_until - timedelta(microseconds=1)).date() == last
    return replace(said, answer_until=found.answer_until) if same and found.answer_until <= said.starts_at else said


def _at(on: date, at: time) -> datetime:
    return datetime.combine(on, at, tzinfo=clock.SEOUL)


def _me(by: Actor) -> PersonId:
    return permits.somebody(by)


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise BadValue(field="read", reason="malformed")
    return int(said)
