"""The pages of giving: for everybody, for neighbours who take part, for partners, for stewards."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import show
from dure.kit.ui.home import Entry
from dure.kit.ui.kinds import PointKind
from dure.services.giving import queries, rules
from dure.services.giving.types import CauseFilter, CauseState

from . import (
    donate_action,
    funds,
    live,
    moderation,
    open_ledger,
    partner,
    proposing,
    public,
    regular,
    stewards,
    taking_part,
)
from .common import actor
from .home import home_cards
from .words import REASONS, SAYS

__all__ = [
    "POINT_KINDS",
    "REASONS",
    "SAYS",
    "app_name",
    "desk_entries",
    "home_cards",
    "me_entries",
    "together",
    "urlpatterns",
]

POINT_KINDS = {
    "box": PointKind(gettext_lazy("Donation boxes"), lambda box: reverse("giving:cause", args=[queries.code_of(box)]))
}
app_name = "giving"
urlpatterns = [
    path("", public.listed, name="list"),
    path("new/", proposing.new, name="new"),
    path("similar/", proposing.similar, name="similar"),
    path("partners/", proposing.partners, name="partners"),
    path("mine/", taking_part.mine, name="mine"),
    path("mine/regular/", regular.mine, name="regulars"),
    path("mine/regular/<uuid:regular>/", regular.one, name="regular"),
    path("mine/regular/<uuid:regular>/card/", regular.card, name="regular_card"),
    path("mine/regular/<uuid:regular>/pause/", regular.pause, name="pause_regular"),
    path("mine/regular/<uuid:regular>/resume/", regular.resume, name="resume_regular"),
    path("mine/regular/<uuid:regular>/stop/", regular.stop, name="stop_regular"),
    path("<str:code>/raised/", live.raised, name="raised"),
    path("<str:code>/gate/", live.gate, name="gate"),
    path("pictures/<uuid:picture>.webp", public.picture, name="picture"),
    path("gifts/<uuid:gift>/", taking_part.gift, name="gift"),
    path("gifts/<uuid:gift>/back/", taking_part.take_back, name="take_back"),
    path("desk/", stewards.desk, name="desk"),
    path("desk/funds/", funds.funds, name="funds"),
    path("desk/funds/<uuid:fund>/", funds.top_up, name="top_up"),
    path("desk/deposits/<uuid:deposit>/confirm/", funds.confirm, name="confirm_deposit"),
    path("desk/deposits/<uuid:deposit>/back/", funds.take_back, name="take_deposit_back"),
    path("desk/<str:code>/", stewards.vet, name="vet"),
    path("desk/<str:code>/approve/", stewards.approve, name="approve"),
    path("desk/<str:code>/register/", stewards.register_collection, name="register_collection"),
    path("desk/<str:code>/send-back/", stewards.send_back, name="send_back"),
    path("desk/<str:code>/approve-plan/", stewards.approve_plan, name="approve_plan"),
    path("desk/<str:code>/reject-plan/", stewards.reject_plan, name="reject_plan"),
    path("desk/<str:code>/pay-out/", stewards.pay_out, name="pay_out"),
    path("desk/<str:code>/stop/", stewards.stop, name="stop"),
    path("desk/<str:code>/agreements/", stewards.agreements, name="agreements"),
    path("desk/<str:code>/wall/<str:kind>/<uuid:entry>/hide/", moderation.hide, name="hide_words"),
    path("desk/<str:code>/wall/<str:kind>/<uuid:entry>/show/", moderation.show, name="show_words"),
    path("<str:code>/wall/<str:kind>/<uuid:entry>/object/", moderation.object_to, name="object_to"),
    path("organisations/<uuid:organisation>/", partner.organisation, name="organisation"),
    path("<str:code>/", public.cause, name="cause"),
    path("<str:code>/edit/", proposing.edit, name="edit"),
    path("<str:code>/pictures/", proposing.pictures, name="pictures"),
    path("<str:code>/pictures/<uuid:picture>/remove/", proposing.remove_picture, name="remove_picture"),
    path("<str:code>/propose/", proposing.propose, name="propose"),
    path("<str:code>/resubmit/", proposing.resubmit, name="resubmit"),
    path("<str:code>/withdraw/", proposing.withdraw, name="withdraw"),
    path("<str:code>/discard/", proposing.discard, name="discard"),
    path("<str:code>/answer/", proposing.answer, name="answer"),
    path("<str:code>/agree/", taking_part.agree, name="agree"),
    path("<str:code>/unagree/", taking_part.unagree, name="unagree"),
    path("<str:code>/give/", taking_part.give, name="give"),
    path("<str:code>/regular/", regular.promise, name="promise"),
    path("<str:code>/paid/", taking_part.paid, name="paid"),
    path("<str:code>/comment/", taking_part.comment, name="comment"),
    path("<str:code>/share/", taking_part.share, name="share"),
    path("<str:code>/wall/", live.wall, name="wall"),
    path("<str:code>/ledger.csv", open_ledger.ledger_csv, name="ledger_csv"),
    path("<str:code>/donate-action.jsonld", donate_action.donate_action, name="donate_action"),
    path("<str:code>/partner/", partner.work, name="work"),
    path("<str:code>/partner/extend/", partner.extend, name="extend"),
    path("<str:code>/partner/close/", partner.close, name="close"),
    path("<str:code>/partner/plan/", partner.plan, name="plan"),
    path("<str:code>/partner/report/", partner.report_line, name="report_line"),
    path("<str:code>/partner/report/<uuid:line>/remove/", partner.remove_line, name="remove_line"),
    path("<str:code>/partner/report/<uuid:line>/proof/", partner.proof, name="proof"),
    path("<str:code>/partner/file/", partner.file_report, name="file_report"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part."""
    open_now = queries.page(CauseFilter(states=(CauseState.OPEN,))).total
    note = ngettext("{n} box is open", "{n} boxes are open", open_now).format(n=show.count(open_now))
    return [
        Entry(gettext("Giving together"), reverse("giving:list"), sign="gift", note=note),
        Entry(
            gettext("Propose a cause"),
            reverse("giving:new"),
            sign="plus",
            note=gettext("Anyone can be the one who changes something"),
        ),
    ]


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """The person's own lines, and the ways to their desks: of each organisation, of the stewards."""
    own = Entry(
        gettext("My giving"),
        reverse("giving:mine"),
        sign="heart",
        note=gettext("Gifts, receipts, proposals, agreements"),
    )
    at_desk = [
        replace(
            entry,
            label=gettext("Causes of {name}").format(name=entry.label),
            note=gettext("Say yes, plan, report what was spent"),
        )
        for entry in _partners_entries(actor(request))
    ]
    stewards = [
        replace(entry, label=gettext("Stewards' desk"), note=_stewards_note(actor(request)))
        for entry in _stewards_entries(actor(request))[:1]
    ]
    return [own, *at_desk, *stewards]


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """Pages at the desk for this person: of each organisation, and of the stewards."""
    by = actor(request)
    return [*_partners_entries(by), *_stewards_entries(by)]


def _partners_entries(by: Actor) -> list[Entry]:
    """The desk of each organisation the person works for, with how much waits there."""
    organisations = people.organisations(organisation for organisation, _ in by.memberships)
    waiting = queries.partner_task_counts(organisations) if organisations else {}
    return [
        Entry(
            one.name,
            reverse("giving:organisation", args=[one.id]),
            sign="org",
            badge=str(waiting[one.id]) if one.id in waiting else "",
        )
        for one in sorted(organisations.values(), key=lambda one: one.name)
    ]


def _stewards_entries(by: Actor) -> list[Entry]:
    if not rules.looks(by):
        return []
    counts = queries.queue_counts(by)
    waiting = counts.vetting + counts.plans + counts.objections
    return [
        Entry(gettext("Causes"), reverse("giving:desk"), sign="gift", badge=str(waiting) if waiting else ""),
        Entry(gettext("Matching funds"), reverse("giving:funds"), sign="coin"),
    ]


def _stewards_note(by: Actor) -> str:
    if by.is_steward:
        return gettext("Check proposals, approve plans, pay out")
    return gettext("Read what was checked, approved and paid out")
