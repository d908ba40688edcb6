"""Certificates of kept days: to have one with as much of one's name as one wants, and to see by its code whether one is true."""

from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.kit import faces, limits
from dure.services.pledges import actions, documents, queries
from dure.services.pledges.names import NAMES
from dure.services.pledges.rules import keepsakes, permits
from dure.services.pledges.types import Certificate, Pledge, PledgeId, ShownName

from .common import actor, season_of
from .figures import FORMAT, HOW, count_json

both = require_http_methods(["GET", "HEAD", "POST"])
CODE_LENGTH_MAX = 20
PAPERS_PER_MINUTE = 20


class NameForm(forms.Form):
    """How much of the name is shown."""

    shown = forms.ChoiceField(
        label=_("Which name stands on it?"),
        choices=[(one.value, word) for one, word in NAMES.items()],
        initial=ShownName.WHOLE.value,
        widget=forms.RadioSelect,
    )


class CodeForm(forms.Form):
    """The code of a certificate, as one reads it from the paper."""

    code = forms.CharField(
        label=_("Code of the certificate of days"),
        max_length=CODE_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@both
def mine(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """My certificate: have one, look at it, share it, take it back."""
    by, found = actor(request), queries.pledge(PledgeId(pledge))
    permits.may_touch(by, found.person)
    season = queries.season(queries.project(found.project).season)
    keepsakes.may_certify(found.settled.kept if found.settled else None, season.root)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            shown = ShownName(form.cleaned_data["shown"])
            actions.make_certificate(by, found.id, shown, key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:my_certificate", found.id, toast=gettext("Here it is."))
    context = {**season_of(season), "pledge": found, "certificate": _of(request, found)}
    return faces.form_page(request, "pledges/my_certificate.html", form, **context)


@require_POST
def withdraw(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Take my certificate back."""
    actions.withdraw_certificate(actor(request), PledgeId(pledge), key=faces.form_key(request))
    said = gettext("Taken back. Its code leads nowhere any more.")
    return faces.hx_redirect(request, "pledges:my_certificate", pledge, toast=said)


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Type the code; what is true has a page of its own."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        try:
            return redirect("pledges:certificate", queries.certificate_by_code(form.cleaned_data["code"]).code)
        except NotFound:
            form.add_error("code", _("No certificate of days has this code. Read it again, letter by letter."))
    return faces.form_page(request, "pledges/certificates.html", form)


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate with this code is true, and that its count is in what the season published."""
    found = queries.certificate_by_code(code)
    context = {"certificate": found, "count": queries.count_of_certificate(found.code)}
    return render(request, "pledges/certificate.html", context)


@require_safe
@limits.limited("pledges.paper", PAPERS_PER_MINUTE, 60, reads=True)
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as PDF."""
    found = queries.certificate_by_code(code)
    answer = HttpResponse(documents.certificate_pdf(found), content_type="application/pdf")
    return _file(answer, found, "pdf")


@require_safe
@limits.limited("pledges.paper", PAPERS_PER_MINUTE, 60, reads=True)
def png(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as a picture to share."""
    found = queries.certificate_by_code(code)
    return _file(HttpResponse(documents.certificate_png(found), content_type="image/png"), found, "png")


@require_safe
def file(request: HttpRequest, code: str) -> JsonResponse:
    """What shows that the count of a certificate is in the published total, for another program."""
    found = queries.certificate_by_code(code)
    published = f"{settings.DURE.origin}{reverse('pledges:figures', args=[found.season_code])}"
    season = {"code": found.season_code, "name": found.season}
    proof = count_json(queries.count_of_certificate(found.code))
    said = {"format": FORMAT, "season": season, "published_at": published, **proof, "how": HOW}
    return _unlisted(JsonResponse(said, json_dumps_params={"ensure_ascii": False, "indent": 2}))


def _of(request: HttpRequest, pledge: Pledge) -> Certificate | None:
    try:
        return queries.certificate_of(actor(request), pledge.id)
    except NotFound:
        return None


def _file(answer: HttpResponse, found: Certificate, kind: str) -> HttpResponse:
    """What is taken back must not be found in between."""
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = f'inline; filename="dure-{found.code}.{kind}"'
    return _unlisted(answer)


def _unlisted[Answer: HttpResponse](answer: Answer) -> Answer:
    """Only who was shown its code finds a certificate: no search engine lists it."""
    answer["X-Robots-Tag"] = "noindex"
    return answer
