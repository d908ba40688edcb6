"""The back office of pledges: to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_codes, label_house
from dure.kit.shown import Shown
from dure.services.pledges import models
from dure.services.pledges.names import ANSWERS, KINDS, MEETINGS, PLEDGES, PROJECTS, PROOFS, SEASONS, STANDINGS


@admin.register(models.Season)
class SeasonAdmin(Shown):
    list_display = ("name", "starts_on", "deposit", "state", "settled_at")
    list_filter = ("state",)
    search_fields = ("name", "code")
    ordering = ("-starts_on",)


@admin.register(models.Project)
class ProjectAdmin(Shown):
    list_display = ("title", "season", "leader", "proof", "capacity", "state")
    list_filter = ("state", "proof")
    list_select_related = ("season", "leader")
    search_fields = ("title", "code")
    ordering = ("-proposed_at",)


@admin.register(models.Pledge)
class PledgeAdmin(Shown):
    list_display = ("person", "project", "state", "deposit", "gives", "asked_at")
    list_filter = ("state", "gives")
    list_select_related = ("person", "project")
    ordering = ("-asked_at",)


@admin.register(models.Proof)
class ProofAdmin(Shown):
    list_display = ("pledge", "day", "state", "sent_at")
    list_filter = ("state",)
    list_select_related = ("pledge",)
    exclude = ("text", "number", "picture", "print", "appeal")  # what people show their group is for their group
    ordering = ("-sent_at",)


@admin.register(models.Settlement)
class SettlementAdmin(Shown):
    list_display = ("pledge", "kept", "deposit", "refund", "donation", "fee", "refunded_at")
    list_select_related = ("pledge",)
    ordering = ("-at",)


@admin.register(models.Certificate)
class CertificateAdmin(Shown):
    list_display = ("pledge", "code", "made_at")
    list_select_related = ("pledge",)
    exclude = ("name",)  # shown to whom its person gives the code
    ordering = ("-made_at",)


@admin.register(models.CalendarKey)
class CalendarKeyAdmin(Shown):
    list_display = ("person", "made_at")
    list_select_related = ("person",)
    exclude = ("key",)
    ordering = ("-made_at",)


@admin.register(models.OpenStream)
class OpenStreamAdmin(Shown):
    list_display = ("pledge", "since")
    list_select_related = ("pledge",)
    ordering = ("-since",)


@admin.register(models.Meeting)
class MeetingAdmin(Shown):
    list_display = ("project", "starts_at", "capacity", "state", "version")
    list_filter = ("state",)
    list_select_related = ("project",)
    exclude = ("title", "place", "notes")  # what people of a group tell each other is for their group
    ordering = ("-starts_at",)


@admin.register(models.MeetingAnswer)
class MeetingAnswerAdmin(Shown):
    list_display = ("meeting", "word", "companions", "standing", "since")
    list_filter = ("word",)
    list_select_related = ("meeting",)
    exclude = ("came",)
    ordering = ("-since",)


label_house("pledges", _("pledges"))
label(
    models.Season,
    _("season"),
    _("seasons"),
    {
        "code": _("code"),
        "name": _("name"),
        "starts_on": _("first day"),
        "propose_until": _("projects until"),
        "join_until": _("joining until"),
        "deposit": _("deposit in won"),
        "grace_minutes": _("minutes of grace"),
        "fee_percent": _("fee in percent"),
        "state": _("state"),
        "opened_by": _("opened by"),
        "opened_at": _("opened at"),
        "settling_by": _("settled by"),
        "settling_at": _("settling begun at"),
        "settled_at": _("books made at"),
        "root": _("fingerprint of all counts"),
    },
)
label(
    models.Project,
    _("project"),
    _("projects"),
    {
        "code": _("code"),
        "season": _("season"),
        "leader": _("leader"),
        "title": _("title"),
        "promise": _("promise"),
        "how": _("how a day is proved"),
        "proof": _("how a day is proved, in a word"),
        "unit": _("unit"),
        "capacity": _("places"),
        "days_a_week": _("days a week"),
        "window_start": _("window from, in minutes"),
        "window_until": _("window until, in minutes"),
        "state": _("state"),
        "proposed_at": _("proposed at"),
    },
)
label(
    models.Pledge,
    _("pledge"),
    _("pledges"),
    {
        "project": _("project"),
        "person": _("person"),
        "state": _("state"),
        "deposit": _("deposit in won"),
        "gives": _("what is not returned may be given"),
        "receiver": _("receiver"),
        "payment": _("payment"),
        "asked_at": _("place asked for at"),
        "offered_until": _("place kept until"),
        "held_at": _("deposit held since"),
        "ended_at": _("ended at"),
    },
)
label(
    models.Proof,
    _("proof of a day"),
    _("proofs of days"),
    {
        "pledge": _("pledge"),
        "day": _("day"),
        "state": _("state"),
        "sent_at": _("sent at"),
        "why": _("reason"),
        "judged_by": _("decided by"),
        "judged_at": _("decided at"),
        "rejected_by": _("rejected by"),
    },
)
label(
    models.Settlement,
    _("settled deposit"),
    _("settled deposits"),
    {
        "pledge": _("pledge"),
        "kept": _("days kept"),
        "deposit": _("deposit in won"),
        "refund": _("returned"),
        "donation": _("given"),
        "fee": _("fee"),
        "receiver": _("receiver"),
        "at": _("time"),
        "refunded_at": _("handed to the provider at"),
    },
)
label(
    models.Certificate,
    _("certificate"),
    _("certificates"),
    {"pledge": _("pledge"), "code": _("code"), "made_at": _("made at")},
)
label(
    models.CalendarKey,
    _("address of a calendar"),
    _("addresses of calendars"),
    {"person": _("person"), "made_at": _("made at")},
)
label(
    models.OpenStream,
    _("proofs open to everybody"),
    _("proofs open to everybody"),
    {"pledge": _("pledge"), "key": _("part of the address"), "since": _("since")},
)
label(
    models.Meeting,
    _("meeting"),
    _("meetings"),
    {
        "project": _("project"),
        "by": _("called by"),
        "starts_at": _("begins at"),
        "ends_at": _("ends at"),
        "answer_until": _("answers until"),
        "capacity": _("places"),
        "state": _("state"),
        "why": _("reason"),
        "hidden": _("its words are shown no more"),
        "version": _("version"),
        "moved_in": _("version in which time or place changed"),
        "called_at": _("called at"),
        "changed_at": _("changed at"),
    },
)
label(
    models.MeetingAnswer,
    _("answer to a meeting"),
    _("answers to meetings"),
    {
        "meeting": _("meeting"),
        "person": _("person"),
        "word": _("answer"),
        "companions": _("companions"),
        "standing": _("what it is worth"),
        "version": _("version that was answered"),
        "since": _("since"),
    },
)
label_codes(models.Season, {"state": SEASONS})
label_codes(models.Project, {"state": PROJECTS, "proof": KINDS})
label_codes(models.Pledge, {"state": PLEDGES})
label_codes(models.Proof, {"state": PROOFS})
label_codes(models.Meeting, {"state": MEETINGS})
label_codes(models.MeetingAnswer, {"word": ANSWERS, "standing": STANDINGS})
