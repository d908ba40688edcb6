"""Words on a wall: readers object to them, stewards hide them and show them again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dure.base.refusals import NotFound
from dure.kit import faces
from dure.services.giving import actions
from dure.services.giving.types import WallKind

from .common import actor, cause_of


@require_POST
def hide(request: HttpRequest, code: str, kind: str, entry: UUID) -> HttpResponse:
    """Hide words; the notice carries the way back."""
    box = cause_of(request, code).card.id
    actions.hide_words(actor(request), box, _kind(kind), entry, key=faces.form_key(request))
    undo = reverse("giving:show_words", args=[code, kind, entry])
    return faces.hx_redirect(request, _back(request, code), toast=gettext("The words are hidden."), undo=undo)


@require_POST
def show(request: HttpRequest, code: str, kind: str, entry: UUID) -> HttpResponse:
    """Show hidden words again, or let words stand that somebody objects to."""
    box = cause_of(request, code).card.id
    actions.show_words(actor(request), box, _kind(kind), entry, key=faces.form_key(request))
    return faces.hx_redirect(request, _back(request, code), toast=gettext("Everyone can read the words."))


@require_POST
def object_to(request: HttpRequest, code: str, kind: str, entry: UUID) -> HttpResponse:
    """A reader says that words break the rules."""
    box = cause_of(request, code).card.id
    actions.object_to(actor(request), box, _kind(kind), entry, key=faces.form_key(request))
    said = gettext("Thank you. The stewards look at it.")
    return faces.hx_redirect(request, f"{reverse('giving:cause', args=[code])}#wall", toast=said)


def _kind(text: str) -> WallKind:
    try:
        return WallKind(text)
    except ValueError:
        raise NotFound(what="words") from None


def _back(request: HttpRequest, code: str) -> str:
    return faces.back_address(request, f"{reverse('giving:cause', args=[code])}#wall")
