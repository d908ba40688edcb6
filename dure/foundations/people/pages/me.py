"""나: profile, organisations, consents, security, export, closing."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter as social_adapter
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import activate, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.foundations.people import actions, queries, rules
from dure.foundations.people.names import ROLES, STATES
from dure.foundations.people.types import Objection, Profile
from dure.foundations.places import queries as places
from dure.kit import faces, limits, tx

from .adapter import remember_language
from .common import WRITES_PER_MINUTE, acting, posted, recently_proved, visiting
from .forms import ClosingForm, ProfileForm
from .joining import language_now, origin_of

EXPORTS_PER_HOUR = 6


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """나: who I am here, what I belong to, the ways to everything of mine."""
    by = visiting(request)
    if by.person is None:
        return render(request, "people/welcome.html")
    memberships = [
        {
            "organisation": membership.organisation,
            "role": ROLES[membership.role],
            "state": STATES[membership.organisation.state],
        }
        for membership in queries.memberships_of(by.person)
    ]
    return render(
        request,
        "people/me.html",
        {
            "profile": queries.profile(by.person),
            "memberships": memberships,
            "invitations": [
                {"invitation": invitation, "role": ROLES[invitation.role]}
                for invitation in queries.invitations_to(by.person)
            ],
            "at_desk": by.is_steward or by.is_auditor,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("people.profile", WRITES_PER_MINUTE, 60)
def profile(request: HttpRequest) -> HttpResponse:
    """Change name, place and language."""
    by = acting(request)
    known = queries.profile(rules.may_act_for_self(by))
    form = ProfileForm(posted(request), initial=_said(known))
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            said = form.cleaned_data
            actions.edit_profile(
                by, name=said["name"], region=said["region"] if said["place"] else "", language=said["language"]
            )
        if not form.errors:
            activate(form.cleaned_data["language"])
            response = faces.hx_redirect(request, "people:me", toast=gettext("Saved."))
            remember_language(response, form.cleaned_data["language"])
            return response
    return faces.form_page(request, "people/profile.html", form)


def _said(known: Profile) -> dict[str, str]:
    place = places.label(known.region) if known.region else ""
    return {"name": known.name, "language": known.language, "place": place}


@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What I agreed to, each to take back in one tap, and the whole log."""
    me = rules.may_act_for_self(acting(request))
    language = language_now()
    standing = [
        {"consent": consent, "title": consent.text.title[language], "body": consent.text.body[language]}
        for consent in queries.consents_of(me)
    ]
    titles = {text.purpose: text.title[language] for text in rules.texts()}
    log = [(titles.get(line.purpose, line.purpose), line) for line in reversed(queries.consent_log(me))]
    return render(request, "people/consents.html", {"standing": standing, "log": log})


@require_POST
@limits.limited("people.consents", WRITES_PER_MINUTE, 60)
def give_consent(request: HttpRequest, purpose: str, version: int) -> HttpResponse:
    """Agree to one purpose in the words of `version`."""
    by = acting(request)
    with tx.durable():
        actions.give_consent(by, purpose, version, origin_of(request))
    return faces.hx_redirect(request, "people:consents", toast=gettext("Thank you. You can take it back at any time."))


@require_POST
@limits.limited("people.consents", WRITES_PER_MINUTE, 60)
def withdraw_consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Take one consent back, in one tap."""
    by = acting(request)
    with tx.durable():
        actions.withdraw_consent(by, purpose, origin_of(request))
    return faces.hx_redirect(request, "people:consents", toast=gettext("Taken back, from now on."))


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How I log in, and what else protects my account."""
    by = acting(request)
    kinds = set(Authenticator.objects.filter(user_id=by.person).values_list("type", flat=True))
    return render(
        request,
        "people/security.html",
        {
            "email": EmailAddress.objects.get_primary_email(request.user),
            "has_password": request.user.is_authenticated and request.user.has_usable_password(),
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
            "has_totp": Authenticator.Type.TOTP in kinds,
            "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
            "has_providers": bool(social_adapter().list_providers(request)),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
@limits.limited("people.export", EXPORTS_PER_HOUR, 3600)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Everything that is stored about me, as a file to keep."""
    by = acting(request)
    if request.method != "POST":
        return render(request, "people/export.html")
    response = StreamingHttpResponse(actions.export(by), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="dure-{clock.today():%Y%m%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@recently_proved
@limits.limited("people.close", WRITES_PER_MINUTE, 60)
def close(request: HttpRequest) -> HttpResponse:
    """Close my account, once nothing of mine is open."""
    by = acting(request)
    me = rules.may_act_for_self(by)
    form = ClosingForm(posted(request))
    if form.is_valid():
        with faces.refusals_on(form), tx.durable():
            actions.close_account(by, origin_of(request))
        if not form.errors:
            logout(request)
            return faces.hx_redirect(
                request, "home", toast=gettext("Your account is closed. Thank you for everything.")
            )
    objections = [
        {"objection": objection, "template": _words_of(objection)} for objection in queries.closing_objections(me)
    ]
    return faces.form_page(
        request,
        "people/close.html",
        form,
        objections=objections,
        kept_days=rules.FINGERPRINT_KEPT.days,
        demo=settings.DURE.demo,
    )


def _words_of(objection: Objection) -> tuple[str, str]:
    """The house's own words for its objection, or words for anything."""
    return f"{objection.house}/objection_{objection.code}.html", "people/objection.html"


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out, without a page that asks again."""
    logout(request)
    return redirect("home")
