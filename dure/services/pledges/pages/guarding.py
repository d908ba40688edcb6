"""Complaining of words or of somebody, blocking somebody, and the desk at which a steward decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import BadValue, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.names import COMPLAINTS
from dure.services.pledges.rules import guarding as rules
from dure.services.pledges.rules import permits
from dure.services.pledges.types import CommentId, ComplaintId, ComplaintKind, HushId

from .common import actor

both = require_http_methods(["GET", "HEAD", "POST"])
WORDS = (ComplaintKind.PROOF, ComplaintKind.COMMENT, ComplaintKind.MEETING)


class ComplaintForm(forms.Form):
    """What one complains of, and why."""

    of = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("words", _("This writing or picture")), ("person", _("How this person behaves"))],
        initial="words",
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=_("What is wrong with it?"),
        min_length=permits.WHY_LENGTH[0],
        max_length=permits.WHY_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@unsent.waits
@both
def complain(request: HttpRequest, kind: str, subject: UUID) -> HttpResponse:
    """Tell the stewards of a proof, a comment, or of whoever wrote it; or see nothing more of them."""
    by = actor(request)
    if kind not in {one.value for one in WORDS}:
        raise NotFound(what="page")
    meant = queries.meant_by(by, ComplaintKind(kind), subject)
    rules.may_complain(by, meant.whose, queries.is_of_group(meant.project, permits.somebody(by)))
    project = queries.project(meant.project)
    form = ComplaintForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key, why = faces.form_key(request), form.cleaned_data["why"]
        with faces.refusals_on(form):
            if form.cleaned_data["of"] == "person":
                actions.complain_of_person(by, meant.project, meant.whose, why, key=key)
            else:
                actions.complain(by, ComplaintKind(kind), subject, why, key=key)
            said = gettext("Thank you. A steward looks at it; nobody is told who said it.")
            return faces.hx_redirect(request, "pledges:group", project.code, toast=said)
    card = people.persons({meant.whose}).get(meant.whose)
    context = {
        "project": project,
        "meant": meant,
        "name": card.name if card else "",
        "of": COMPLAINTS[ComplaintKind(kind)],
    }
    return faces.form_page(request, "pledges/complain.html", form, **context)


@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom I blocked."""
    found = queries.blocked_by(permits.somebody(actor(request)))
    names = people.persons({one.person for one in found})
    items = [{"blocked": one, "name": names[one.person].name} for one in found if one.person in names]
    return render(request, "pledges/blocked.html", {"items": items})


@require_POST
def block(request: HttpRequest) -> HttpResponse:
    """See nothing more of somebody."""
    actions.block(actor(request), _person(request), key=faces.form_key(request))
    said = gettext("You see nothing more of them. They are not told.")
    return faces.hx_redirect(request, "pledges:blocked", toast=said)


@require_POST
def unblock(request: HttpRequest) -> HttpResponse:
    """See somebody again."""
    actions.unblock(actor(request), _person(request), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:blocked", toast=gettext("You see them again."))


@require_POST
def hide(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Hide a comment of somebody else's."""
    why = request.POST.get("why", "")
    found = actions.hide_comment(actor(request), CommentId(comment), why, key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:proof", found.proof, toast=gettext("Hidden."))


@require_POST
def show(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Show a hidden comment again."""
    found = actions.show_comment(actor(request), CommentId(comment), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:proof", found.proof, toast=gettext("It is shown again."))


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """For stewards: what people complain of, and what leaders hid."""
    by = actor(request)
    found, hidden = queries.complaints(by), queries.hidden_comments(by)
    names = people.persons({one.whose for one in found} | {one.person for one in hidden})

    def name(person: PersonId) -> str:
        return names[person].name if person in names else ""

    context: dict[str, Any] = {
        "items": [
            {
                "complaint": one,
                "of": COMPLAINTS[one.kind],
                "name": name(one.whose),
                "project": queries.project(one.project),
            }
            for one in found
        ],
        "hushes": [
            {"hush": one, "of": COMPLAINTS[one.kind], "project": queries.project(one.project)}
            for one in queries.hushes(by)
        ],
        "hidden": [{"comment": one, "name": name(one.person)} for one in hidden],
        "may_change": by.is_steward,
    }
    return render(request, "pledges/complaints.html", context)


@require_POST
def decide(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Decide what people complain of."""
    by, why = actor(request), request.POST.get("why", "")
    upheld = request.POST.get("answer") == "yes"
    actions.decide_complaint(by, ComplaintId(complaint), upheld, why, key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges-desk:complaints", toast=gettext("Decided."))


@require_POST
def lift(request: HttpRequest, hush: UUID) -> HttpResponse:
    """Take a steward's decision back."""
    actions.lift_hush(actor(request), HushId(hush), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges-desk:complaints", toast=gettext("It is as it was before."))


def _person(request: HttpRequest) -> PersonId:
    try:
        return PersonId(UUID(request.POST.get("person", "")))
    except ValueError:
        raise BadValue(field="person", reason="malformed") from None
