"""The studio's templates: write, ask for a second person, approve, send back."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.foundations.channels import actions, providers, queries
from dure.foundations.channels.names import DEALERS, PURPOSES, REVIEW_STATES, TEMPLATE_STATES
from dure.foundations.channels.rules.templates_of import TEMPLATE_STATES as STEPS
from dure.foundations.channels.rules.templates_of import TemplateVerb
from dure.foundations.channels.types import DealerTemplate, NewTemplate, Purpose, Template, TemplateId, TemplateState
from dure.foundations.people.types import Actor
from dure.kit import faces, limits, tx

from .common import WRITES_PER_MINUTE, acting, posted, worked_on
from .forms import TemplateForm, WhyForm, refusals_on


@require_safe
def templates(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Every version, the newest of each name first, with what can be done to it."""
    by, found, context = worked_on(request, channel)
    reviews = {(one.template, one.dealer): one for one in queries.dealer_templates(by, found)}
    rows = [_row(by, one) | {"reviews": _reviews(one, reviews)} for one in queries.templates_for(by, found)]
    return render(request, "channels/studio_templates.html", context | {"rows": rows, "form": WhyForm()})


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.template", WRITES_PER_MINUTE, 60)
def write(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Write a template, or the next version of one."""
    by, found, context = worked_on(request, channel)
    form = TemplateForm(posted(request))
    if form.is_valid():
        with refusals_on(form):
            _kept(by, form.entry(found), faces.form_key(request))
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:templates", found, toast=gettext("Kept as a draft."))
    return faces.form_page(request, "channels/studio_template.html", form, **context)


@require_POST
@limits.limited("channels.template", WRITES_PER_MINUTE, 60)
def act(request: HttpRequest, template: UUID, verb: str) -> HttpResponse:
    """Ask, approve, or send back with a reason."""
    by, kept = acting(request), queries.template(template)
    with tx.durable():
        match verb:
            case TemplateVerb.ASK:
                actions.ask_template(by, kept.id)
            case TemplateVerb.APPROVE:
                actions.approve_template(by, kept.id)
            case TemplateVerb.REJECT:
                actions.reject_template(by, kept.id, request.POST.get("why", ""))
            case _:
                raise NotFound(what="verb")
    return faces.hx_redirect(request, "channels-desk:templates", kept.channel, toast=gettext("Saved."))


@require_POST
@limits.limited("channels.template", WRITES_PER_MINUTE, 60)
def propose(request: HttpRequest, template: UUID, dealer: str) -> HttpResponse:
    """Have an approved template looked at by a dealer, for AlimTalk."""
    by, kept = acting(request), queries.template(template)
    with tx.durable():
        actions.propose_template(by, kept.id, dealer)
    toast = gettext("It goes to the dealer in a few minutes. A review takes up to two working days.")
    return faces.hx_redirect(request, "channels-desk:templates", kept.channel, toast=toast)


def _reviews(one: Template, known: Mapping[tuple[TemplateId, str], DealerTemplate]) -> list[dict[str, object]]:
    """How a template stands at each dealer that is set up, and where it can be proposed."""
    if one.state is not TemplateState.APPROVED or one.purpose is Purpose.AD:
        return []
    shown: list[dict[str, object]] = []
    for name in providers.reviewers():
        found = known.get((one.id, name))
        state = REVIEW_STATES[found.state] if found else None
        shown.append({"dealer": name, "name": DEALERS[name], "state": state, "comment": found.comment if found else ""})
    return shown


def _kept(by: Actor, new: NewTemplate, key: str) -> TemplateId:
    with tx.durable():
        return actions.write_template(by, new, key=key).id


def _row(by: Actor, one: Template) -> dict[str, object]:
    is_other = by.person != one.written_by
    return {
        "template": one,
        "state": TEMPLATE_STATES[one.state],
        "purpose": PURPOSES[one.purpose],
        "may_ask": (one.state, TemplateVerb.ASK) in STEPS,
        "may_approve": (one.state, TemplateVerb.APPROVE) in STEPS and is_other,
        "waits": (one.state, TemplateVerb.APPROVE) in STEPS and not is_other,
    }


urlpatterns = [
    path("<uuid:channel>/templates/", templates, name="templates"),
    path("<uuid:channel>/templates/new/", write, name="write_template"),
    path("templates/<uuid:template>/propose/<slug:dealer>/", propose, name="propose_template"),
    path("templates/<uuid:template>/<slug:verb>/", act, name="act_on_template"),
]
