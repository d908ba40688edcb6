"""Certificates, for whoever was shown one: whether it is true, by its code; and the same as an Open Badge. Without account."""

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dure.base.refusals import NotFound
from dure.kit import faces
from dure.services.market import queries
from dure.services.market.documents import badges

CODE_LENGTH_MAX = 20


class CodeForm(forms.Form):
    """The code of a certificate, as one reads it from the paper."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        max_length=CODE_LENGTH_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Type the code; what is true has a page of its own."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        try:
            return redirect("market:check_certificate", queries.certificate_by_code(form.cleaned_data["code"]).code)
        except NotFound:
            form.add_error("code", _("No certificate has this code. Read it again, letter by letter."))
    return faces.form_page(request, "market/certificates.html", form)


@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate with this code was given, and to which shop."""
    return render(request, "market/certificate.html", {"found": queries.certificate_by_code(code)})


@require_safe
def badge(request: HttpRequest, code: str) -> HttpResponse:
    """The certificate as an Open Badge 3.0, signed."""
    found = queries.certificate_by_code(code)
    answer = HttpResponse(badges.badge_jwt(found), content_type="application/vc+jwt")
    answer["Content-Disposition"] = f'attachment; filename="dure-{found.code}.jwt"'
    return answer


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """Who signs badges, and with which key."""
    return JsonResponse(badges.issuer(), content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key of badges."""
    return JsonResponse(dict(queries.badge_key()), content_type="application/jwk+json")
