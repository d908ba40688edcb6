"""Courses, shops in them, visits, questions and what was done, to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown
from dure.services.market import models
from dure.services.market.names.lessons import ENROLMENTS, VISITS

__all__ = ["CourseAdmin"]


@admin.register(models.Course)
class CourseAdmin(Shown):
    list_display = ("name", "begins_on", "at")
    search_fields = ("name",)
    ordering = ("-begins_on",)


@admin.register(models.Enrolment)
class EnrolmentAdmin(Shown):
    list_display = ("organisation", "course", "tutor", "state", "completed_at")
    list_filter = ("state",)
    list_select_related = ("organisation", "course", "tutor")
    search_fields = ("organisation__name", "certificate")


@admin.register(models.Visit)
class VisitAdmin(Shown):
    list_display = ("enrolment", "on", "state", "tutor")
    list_filter = ("state",)
    list_select_related = ("enrolment", "tutor")
    ordering = ("-on",)


@admin.register(models.Question)
class QuestionAdmin(Shown):
    list_display = ("text", "enrolment", "asked_at", "answered_at")
    list_select_related = ("enrolment",)
    ordering = ("-asked_at",)


label_house("market", _("market"))
label(
    models.Course,
    _("course"),
    _("courses"),
    {"name": _("name"), "begins_on": _("first day"), "opened_by": _("opened by"), "at": _("time")},
)
label(
    models.Enrolment,
    _("shop in a course"),
    _("shops in courses"),
    {
        "course": _("course"),
        "organisation": _("shop"),
        "tutor": _("tutor"),
        "state": _("state"),
        "certificate": _("code of the certificate"),
        "enrolled_at": _("joined at"),
        "completed_at": _("completed at"),
    },
)
label(
    models.Visit,
    _("visit"),
    _("visits"),
    {
        "enrolment": _("shop in a course"),
        "tutor": _("tutor"),
        "on": _("day"),
        "state": _("state"),
        "note": _("note"),
        "settled_at": _("written at"),
    },
)
label(
    models.Question,
    _("question"),
    _("questions to tutors"),
    {
        "enrolment": _("shop in a course"),
        "asked_by": _("asked by"),
        "text": _("question"),
        "asked_at": _("asked at"),
        "answer": _("answer"),
        "answered_by": _("answered by"),
        "answered_at": _("answered at"),
    },
)
label_codes(models.Enrolment, {"state": ENROLMENTS})
label_codes(models.Visit, {"state": VISITS})
