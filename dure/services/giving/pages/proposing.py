"""A proposer's pages: write a draft, look at it, add pictures, put it to the gate, rework it, take it back."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotAllowed
from dure.foundations.people.types import Actor
from dure.foundations.places import queries as places
from dure.kit import faces, unsent
from dure.services.giving import actions, queries, rules
from dure.services.giving.types import Cause, CauseState, Want

from .common import actor, alike, cause_of, unsaid
from .forms import (
    MORE_LINES,
    SEARCH,
    DraftForm,
    Lines,
    PictureForm,
    WithdrawForm,
    found_said,
    partner_options,
    uuid_or_none,
)
from .public import cause_context

REGIONS_LISTED_MAX = 400
both = require_http_methods(["GET", "HEAD", "POST"])


@unsent.waits
@both
def new(request: HttpRequest) -> HttpResponse:
    """Write a new proposal. What was typed stays, whatever is wrong with it."""
    by = actor(request)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    like = _own(request, by)
    form = _typed(request, _initial(like) if like else {})
    lines = Lines(request.POST if request.method == "POST" else None, like.lines if like else ())
    if request.method == "POST" and not lines.more_wanted and form.is_valid() & lines.is_valid():
        with faces.refusals_on(form):
            cause = actions.draft(by, form.content(lines.lines()), key=faces.form_key(request))
            return faces.hx_redirect(
                request,
                "giving:cause",
                queries.code_of(cause),
                toast=gettext("Your draft is kept. Only you can see it."),
            )
    return _form_page(request, form, lines, None)


@unsent.waits
@both
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a draft, or a proposal that came back from vetting."""
    by, found = actor(request), cause_of(request, code)
    if by.person != found.proposer:
        raise NotAllowed(needs="proposer")
    form = _typed(request, _initial(found))
    if found.card.state is not CauseState.DRAFT:
        form.keep_agreed((str(found.card.partner), found.card.partner_name))
    lines = Lines(request.POST if request.method == "POST" else None, found.lines)
    if request.method == "POST" and not lines.more_wanted and form.is_valid() & lines.is_valid():
        with faces.refusals_on(form):
            actions.edit(by, found.card.id, form.content(lines.lines()), key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:cause", code, toast=gettext("Saved."))
    return _form_page(request, form, lines, found)


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """Causes with a title like the one being typed; `besides` is the proposal that is being typed itself."""
    besides = request.GET.get("besides", "")
    title = request.GET.get("title", "")[:60]
    items = alike(title, queries.id_of(besides) if besides else None)
    return render(request, "giving/similar_part.html", {"items": items})


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Organisations to choose from, while a name is being typed. Without scripts the form itself asks again."""
    chosen = request.GET.get("partner", "")
    found = queries.partner_choices(request.GET.get("partner_words", ""), uuid_or_none(chosen))
    context = {"options": partner_options(found), "chosen": chosen, "said": found_said(found)}
    return render(request, "giving/partner_options.html", context)


@both
def pictures(request: HttpRequest, code: str) -> HttpResponse:
    """Add a picture to a draft; what a camera hides in it is taken out."""
    by, found = actor(request), cause_of(request, code)
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            upload = form.cleaned_data["picture"]
            actions.add_picture(by, found.card.id, upload.read(), form.cleaned_data["alt"], key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:pictures", code, toast=gettext("The picture is added."))
    return faces.form_page(request, "giving/pictures.html", form, cause=found)


@require_POST
def remove_picture(request: HttpRequest, code: str, picture: UUID) -> HttpResponse:
    actions.remove_picture(actor(request), picture, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:pictures", code, toast=gettext("The picture is removed."))


@require_POST
def propose(request: HttpRequest, code: str) -> HttpResponse:
    actions.propose(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    return faces.hx_redirect(
        request, "giving:cause", code, toast=gettext("Proposed. Share the link: now people can agree.")
    )


@require_POST
def resubmit(request: HttpRequest, code: str) -> HttpResponse:
    actions.resubmit(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:cause", code, toast=gettext("Back with the people who check it."))


@unsent.waits
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    found, form = cause_of(request, code), WithdrawForm(request.POST, auto_id="withdraw_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            actions.withdraw(actor(request), found.card.id, form.cleaned_data["why"], key=faces.form_key(request))
            return faces.hx_redirect(request, "giving:mine", toast=gettext("Your proposal is withdrawn."))
    found = cause_of(request, code)  # it may have moved on meanwhile
    drawn = {"withdraw_form": Want.WITHDRAW in rules.wants_from(found.card.state)}
    context = cause_context(request, found) | {"withdraw_form": form} | unsaid({"withdraw_form": form}, drawn)
    return faces.form_page(request, "giving/cause.html", form, **context)


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    actions.discard(actor(request), cause_of(request, code).card.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:mine", toast=gettext("The draft is deleted."))


@require_POST
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """The named partner's yes or no."""
    accepts = request.POST.get("answer") == "yes"
    actions.answer_as_partner(actor(request), cause_of(request, code).card.id, accepts, key=faces.form_key(request))
    said = gettext("Thank you: your organisation carries it out.") if accepts else gettext("Your no is noted.")
    return faces.hx_redirect(request, "giving:cause", code, toast=said)


def _form_page(request: HttpRequest, form: DraftForm, lines: Lines, found: Cause | None) -> HttpResponse:
    if form.is_bound and not lines.more_wanted:
        faces.also_wrong(form, lines.faults())
    typed = form.fields["title"].widget.attrs
    if found:
        typed["hx-get"] = f"{typed['hx-get']}?{urlencode({'besides': found.card.code})}"
    return faces.form_page(
        request,
        "giving/draft.html",
        form,
        lines=lines,
        cause=found,
        similar=alike(form["title"].value() or "", found.card.id if found else None),
        regions=_region_names(),
        fresh=found is None or found.card.state is CauseState.DRAFT,
    )


def _typed(request: HttpRequest, initial: dict[str, object]) -> DraftForm:
    """The form as it was sent. Where only a partner was looked for, or lines were added, it stands as it was typed, and
    nothing is wrong with it yet.
    """
    if SEARCH in request.POST or MORE_LINES in request.POST:
        return DraftForm(initial={**initial, **{name: request.POST.get(name, "") for name in DraftForm.base_fields}})
    return DraftForm(request.POST or None, initial=initial)


def _own(request: HttpRequest, by: Actor) -> Cause | None:
    """The person's own earlier proposal that this one begins with, if the address names one."""
    code = request.GET.get("like", "")
    found = cause_of(request, code) if code else None
    return found if found and found.proposer == by.person else None


def _region_names() -> list[str]:
    """Names to offer while typing: the widest regions first, as many as fit."""
    return [region.path for region in places.widest(REGIONS_LISTED_MAX)]


def _initial(found: Cause) -> dict[str, object]:
    card = found.card
    region = places.regions({card.region}).get(card.region)
    return {
        "title": card.title,
        "beneficiary": card.beneficiary,
        "story": found.story,
        "topic": card.topic.value,
        "region_name": region.path if region else "",
        "partner": str(card.partner),
        "goal": card.goal,
        "days_open": found.days_open,
        "emergency": card.emergency,
    }
