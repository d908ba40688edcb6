"""The desk of an owner: places that scan, and the scanners in each."""

import io
from datetime import date
from uuid import UUID

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationCard, OrgRole
from dure.kit import faces, peers
from dure.services.checkin.actions import identity as actions
from dure.services.checkin.queries import identity as queries
from dure.services.checkin.rules import registry
from dure.services.checkin.types import Party
from dure.services.checkin.types.register import NAME_LENGTH_MAX, AskedScanner, AskedVenue

SET_UP = "/checkin/scanner/"
REGISTER = "/checkin/places/"
FEW = 10  # places that one finds without a search


class VenueForm(forms.Form):
    """A new place."""

    organisation = forms.TypedChoiceField(label=_("Organisation"), coerce=UUID)
    name = forms.CharField(
        label=_("Name of the place"),
        max_length=NAME_LENGTH_MAX,
        help_text=_("As people know it; everybody can read it."),
    )
    challenge = forms.BooleanField(
        label=_("Ask guests for the letters on our screen"),
        required=False,
        help_text=_("Against codes that somebody far away sends; needs a screen that guests can see."),
    )

    counts = forms.BooleanField(
        label=_("Count how many are inside"),
        required=False,
        help_text=_(
            "Whoever leaves is counted by a tap, without a code. Only the number is known; it stands in the register."
        ),
    )

    def __init__(self, *args: object, owned: tuple[OrganisationCard, ...], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # handed on as they came
        field = self.fields["organisation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(one.id, one.name) for one in owned]


def places(request: HttpRequest) -> HttpResponse:
    """My organisations' places, and a form for one more."""
    owned = _owned(request)
    form = VenueForm(request.POST or None, owned=owned)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            venue = actions.register_venue(
                _actor(request),
                said["organisation"],
                said["name"],
                challenge=said["challenge"],
                counts=said["counts"],
                key=faces.form_key(request),
            )
            return faces.hx_redirect(request, "checkin-desk:place", venue.id, toast=_("The place is asked for."))
    asked = request.GET.get("q", "").strip()
    every = [(one, queries.venues(one.id)) for one in owned]
    count = sum(len(venues) for _, venues in every)
    known = [(one, [venue for venue in venues if _fits(venue, asked)]) for one, venues in every]
    shown = {"known": [each for each in known if each[1]], "asked": asked, "count": count}
    return faces.form_page(request, "checkin/desk_places.html", form, many=count > FEW, **shown)


@require_safe
def place(request: HttpRequest, venue: UUID) -> HttpResponse:
    """One place: whether it stands in the register, its scanners and how to set one up."""
    found, by = queries.venue(venue), _actor(request)
    registry.may_revoke(by, found.organisation)
    owned = registry.may_set_up(by, found.organisation)
    scanners = [(one, _address(queries.code_of(one.id)) if owned else "") for one in queries.scanners(venue)]
    shown = [(one, _end(one), address, _picture(address) if address else "") for one, address in scanners]
    register = peers.url_of(Party.VISITS)
    public = f"{register}{REGISTER}{venue}/" if register and found.told and not found.revoked else ""
    context = {"venue": found, "scanners": shown, "owned": owned, "public": public}
    return render(request, "checkin/desk_place.html", context)


@require_POST
def add(request: HttpRequest, venue: UUID) -> HttpResponse:
    """One more scanner."""
    actions.add_scanner(_actor(request), venue, key=faces.form_key(request))
    return faces.hx_redirect(
        request, "checkin-desk:place", venue, toast=_("Open the address on the device that scans.")
    )


@require_POST
def revoke(request: HttpRequest, venue: UUID) -> HttpResponse:
    """The place scans no more."""
    actions.revoke_venue(_actor(request), venue)
    return faces.hx_redirect(request, "checkin-desk:places", toast=_("The place is taken away."))


@require_POST
def revoke_scanner(request: HttpRequest, scanner: UUID) -> HttpResponse:
    """The scanner scans no more."""
    known = queries.scanner(scanner)
    actions.revoke_scanner(_actor(request), scanner)
    return faces.hx_redirect(request, "checkin-desk:place", known.venue, toast=_("The scanner is taken away."))


def _actor(request: HttpRequest) -> Actor:
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def _owned(request: HttpRequest) -> tuple[OrganisationCard, ...]:
    """The organisations that the reader owns. Raises NotAllowed when there is none."""
    person = _actor(request).person
    if person is None:
        raise NotAllowed(needs="owner")
    found = [one.organisation for one in people.memberships_of(person) if one.role is OrgRole.OWNER]
    if not found:
        raise NotAllowed(needs="owner")
    return tuple(found)


def _fits(venue: AskedVenue, asked: str) -> bool:
    said = venue.name.casefold()
    return all(word in said for word in asked.casefold().split())


def _end(scanner: AskedScanner) -> tuple[date, bool]:
    """Until when its key holds at least, and whether its owner has to think of another one."""
    asked_on = clock.local(scanner.asked_at).date()
    return registry.lasts_at_least(asked_on), registry.is_ending(asked_on, clock.today())


def _address(code: str) -> str:
    """Where a device sets itself up. The code stands behind the #, so that it is in no access log. Empty: nobody said where."""
    url = peers.url_of(Party.VISITS)
    return f"{url}{SET_UP}#{code}" if url else ""


def _picture(address: str) -> SafeString:
    """The address as a QR code that grows with the page."""
    drawn = io.BytesIO()
    title = gettext("Address to open on the device that scans")
    segno.make(address, error="m").save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=4,
        svgclass="qr-code",
        lineclass=None,
        title=title,
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308 - segno escapes the title; the rest are numbers
