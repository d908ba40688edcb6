"""The roof's own pages: home, take part, QR, settings, about, errors. They show what the houses offer, and no more."""

import sys
from http import HTTPStatus

from django.conf import settings as django_settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.kit import faces, tx, unsent
from dure.kit.ui import context
from dure.site import components, houses, parties


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """소식: what the houses have to tell this person."""
    return render(request, "site/home.html", {"cards": houses.home_cards(request), "today": clock.today()})


@require_safe
def together(request: HttpRequest) -> HttpResponse:
    """함께: the ways to take part that are installed here."""
    return render(request, "site/together.html", {"entries": houses.entries("together", request)})


@require_safe
def qr(request: HttpRequest) -> HttpResponse:
    """QR: where the check-in code is."""
    return redirect("checkin:code")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What Dure is and what it knows about you."""
    return render(request, "site/about.html")


@require_safe
def again(request: HttpRequest) -> HttpResponse:
    """After a log-in: what was sent before it goes out with one press."""
    found = unsent.take(request) if request.user.is_authenticated else None
    return render(request, "site/again.html", {"unsent": found}) if found else redirect("home")


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """설정: language, theme, size of type; kept in this browser, no account needed."""
    return render(request, "site/settings.html", {"themes": _theme_choices()})


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Remember theme or size of type in this browser and go back."""
    response = redirect(faces.back_address(request))
    if request.POST.get("large") in ("0", "1"):
        _remember(response, context.LARGE_COOKIE, request.POST["large"])
    if request.POST.get("theme") in context.THEMES:
        _remember(response, context.THEME_COOKIE, request.POST["theme"])
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the reader's language."""
    sizes = [("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")]
    names = ["icon-192.png", "icon-512.png", "icon-maskable-512.png"]
    icons = [
        {"src": staticfiles_storage.url(f"dure/{name}"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, (size, purpose) in zip(names, sizes, strict=True)
    ]
    app = {
        "id": "/",
        "name": gettext("Dure"),
        "short_name": gettext("Dure"),
        "description": gettext("Public-good services of your town, in the open."),
        "lang": request.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf8f4",
        "theme_color": "#0b6b4f",
        "icons": icons,
        "shortcuts": _shortcuts(),
    }
    return JsonResponse(app, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _trouble(request, 404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _trouble(request, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _trouble(request, 400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when the form's security token does not fit: usually a page that was open for very long."""
    context = {"back": faces.back_address(request), "unsent": unsent.unsent(request)}
    return render(request, "site/expired.html", context, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is gone. Draws nothing that could break again: no database, no houses."""
    error = sys.exception()
    if isinstance(error, OperationalError) and tx.broke_off(error):
        response = render(request, "site/503.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
        response["Retry-After"] = str(tx.INTERRUPTED_RETRY_SECONDS)
        return response
    return render(request, "site/500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def gallery(request: HttpRequest) -> HttpResponse:
    """/kit/: every component, for people who build pages; only with sample data or while debugging."""
    if not (django_settings.DURE.demo or django_settings.DEBUG):
        raise Http404
    return components.page(request)


def _shortcuts() -> list[dict[str, str]]:
    """What a long press on the app's sign offers, at the platform: straight to the code, by no page that asks the server."""
    if django_settings.DURE.role != parties.IDENTITY:
        return []
    return [{"name": gettext("My check-in code"), "url": reverse("checkin:code")}]


def _trouble(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"site/{status}.html", {"back": faces.back_address(request)}, status=status)


def _theme_choices() -> list[tuple[str, str]]:
    return [("auto", gettext("As the device")), ("light", gettext("Light")), ("dark", gettext("Dark"))]


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=context.COOKIE_SECONDS, samesite="Lax", secure=django_settings.SESSION_COOKIE_SECURE
    )
