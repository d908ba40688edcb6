"""Back office of giving: everything to look at, nothing to change. Decisions are made at the desk, where the rules are asked."""

from django.contrib import admin
from django.contrib.admin import ChoicesFieldListFilter
from django.utils.translation import gettext_lazy as _

from dure.kit.labels import label, label_house
from dure.kit.show import money
from dure.kit.shown import Shown
from dure.services.giving import models

from . import codes, regular

__all__ = ["codes", "regular"]


@admin.register(models.Cause)
class CauseAdmin(Shown):
    list_display = ("code", "title", "state", "partner", "goal_won", "proposed_at")
    list_filter = ("state", "topic", "emergency")
    list_select_related = ("partner",)
    search_fields = ("code", "title")

    @admin.display(description=_("goal"), ordering="goal")
    def goal_won(self, cause: models.Cause) -> str:
        return money(cause.goal)


@admin.register(models.Box)
class BoxAdmin(Shown):
    list_display = ("cause", "state", "opens_at", "closes_at", "paid_out_at", "report_due_on", "reported_at")
    list_filter = ("state",)
    list_select_related = ("cause",)
    search_fields = ("cause__code", "cause__title")


@admin.register(models.Gift)
class GiftAdmin(Shown):
    list_display = ("title", "amount_won", "state", "at", "id")
    list_filter = ("state",)
    list_select_related = ("box__cause",)
    show_full_result_count = False

    @admin.display(description=_("box"))
    def title(self, gift: models.Gift) -> str:
        return gift.box.cause.title

    @admin.display(description=_("amount"), ordering="amount")
    def amount_won(self, gift: models.Gift) -> str:
        return money(gift.amount)


@admin.register(models.Agreement)
class AgreementAdmin(Shown):
    list_display = ("cause", "state", "at", "ended_at")
    list_filter = (("state", ChoicesFieldListFilter),)
    list_select_related = ("cause",)


@admin.register(models.MatchFund)
class MatchFundAdmin(Shown):
    list_display = ("name", "active", "created_at")


@admin.register(models.ReportLine)
class ReportLineAdmin(Shown):
    list_display = ("title", "spent_on", "payee", "purpose", "amount_won")
    list_select_related = ("box__cause",)

    @admin.display(description=_("box"))
    def title(self, line: models.ReportLine) -> str:
        return line.box.cause.title

    @admin.display(description=_("amount"), ordering="amount")
    def amount_won(self, line: models.ReportLine) -> str:
        return money(line.amount)


@admin.register(models.Step)
class StepAdmin(Shown):
    list_display = ("cause", "want", "before", "after", "at")
    list_select_related = ("cause",)
    list_filter = (("want", ChoicesFieldListFilter),)


label_house("giving", _("Giving together"))
label(
    models.Agreement,
    _("agreement"),
    _("agreements"),
    {
        "cause": _("cause"),
        "person": _("person"),
        "identity": _("identity"),
        "state": _("state"),
        "at": _("time"),
        "ended_at": _("ended at"),
        "ended_by": _("ended by"),
        "why": _("reason"),
    },
)
label(
    models.Box,
    _("box"),
    _("donation boxes"),
    {
        "cause": _("cause"),
        "state": _("state"),
        "account": _("account of gifts"),
        "match_account": _("account of matching"),
        "project_account": _("account of the project"),
        "spent_account": _("account of what is spent"),
        "opens_at": _("opens at"),
        "closes_at": _("closes at"),
        "closed_at": _("closed at"),
        "payout": _("payout"),
        "paid_out_at": _("paid out at"),
        "paid_to": _("paid to"),
        "report_due_on": _("report due on"),
        "reported_at": _("reported at"),
    },
)
label(
    models.Cause,
    _("cause"),
    _("causes"),
    {
        "code": _("speakable code"),
        "state": _("state"),
        "proposer": _("proposer"),
        "partner": _("partner"),
        "partner_state": _("answer of the partner"),
        "title": _("title"),
        "story": _("story"),
        "beneficiary": _("beneficiary"),
        "topic": _("topic"),
        "region": _("region"),
        "goal": _("goal"),
        "days_open": _("days open"),
        "emergency": _("is an emergency"),
        "created_at": _("created at"),
        "proposed_at": _("proposed at"),
        "gate_ends_at": _("gate ends at"),
        "gate_reached_at": _("gate reached at"),
        "ended_why": _("why it ended"),
        "collection_number": _("registration of the collection"),
    },
)
label(
    models.Gift,
    _("gift"),
    _("gifts"),
    {
        "box": _("box"),
        "donor": _("donor"),
        "amount": _("amount"),
        "message": _("message"),
        "hidden": _("words are hidden"),
        "name_shown": _("name is shown"),
        "state": _("state"),
        "payment": _("payment"),
        "key": _("idempotency key"),
        "body_hash": _("fingerprint of the request"),
        "at": _("time"),
        "ended_at": _("ended at"),
        "why": _("reason"),
    },
)
label(
    models.MatchFund,
    _("matching fund"),
    _("matching funds"),
    {
        "name": _("name"),
        "sponsor": _("sponsor"),
        "account": _("account"),
        "active": _("is active"),
        "created_at": _("created at"),
    },
)
label(
    models.ReportLine,
    _("report line"),
    _("report lines"),
    {
        "box": _("box"),
        "position": _("position"),
        "spent_on": _("spent on"),
        "payee": _("payee"),
        "purpose": _("purpose"),
        "amount": _("amount"),
        "proof": _("proof"),
        "proof_name": _("name of the proof"),
        "proof_sha256": _("fingerprint of the proof"),
    },
)
label(
    models.Step,
    _("step of a cause"),
    _("steps of causes"),
    {
        "cause": _("cause"),
        "want": _("what was done"),
        "before": _("state before"),
        "after": _("state after"),
        "by": _("by whom"),
        "why": _("reason"),
        "at": _("time"),
    },
)
