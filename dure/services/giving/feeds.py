"""Open feeds of giving: Atom for readers, 360Giving for grant data, schema.org for machines that read a box's page."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import NOBODY, OrganisationCard
from dure.foundations.places import queries as places
from dure.services.giving import queries
from dure.services.giving.types import CauseCard, CauseFilter, CauseState, PaidOut

FEED_SIZE = 40
PUBLISHER = "dure"  # the publisher's part of a 360Giving id
GRANT_VERSION = "1.4"
GRANT_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
SHOWN = (CauseState.OPEN, CauseState.CLOSED, CauseState.PLANNED, CauseState.PAID_OUT, CauseState.REPORTED)


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Boxes as they open, newest first (RFC 4287)."""
    feed = Atom1Feed(
        title=gettext("Giving together"),
        link=request.build_absolute_uri(reverse("giving:list")),
        description=gettext("Causes of neighbours: agree, give, and see what became of every won."),
        language=getattr(request, "LANGUAGE_CODE", "ko"),
        feed_url=request.build_absolute_uri(),
    )
    for card in queries.page(CauseFilter(states=SHOWN)).cards[:FEED_SIZE]:
        address = request.build_absolute_uri(reverse("giving:cause", args=[card.code]))
        feed.add_item(
            title=card.title,
            link=address,
            description=card.beneficiary,
            unique_id=f"urn:uuid:{card.id}",
            pubdate=card.opens_at,
            updateddate=card.opens_at,
            categories=[card.topic.value],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """All payouts as a 360Giving 1.4 package. The schema wants at least one grant: before the first there is no file."""
    paid = queries.payouts()
    if not paid:
        raise NotFound(what="payout")
    now = clock.now().isoformat()
    package = {
        "version": GRANT_VERSION,
        "title": gettext("Payouts of giving together"),
        "identifier": f"360G-{PUBLISHER}-{urlsplit(settings.DURE.origin).hostname or 'local'}",
        "publisher": {"name": urlsplit(settings.DURE.origin).hostname or "Dure"},
        "license": GRANT_LICENCE,
        "issued": min(one.paid_out_at for one in paid).date().isoformat(),
        "modified": now,
        "grants": _grants(request, paid),
    }
    return JsonResponse(package, json_dumps_params={"ensure_ascii": False})


@require_safe
def donate_action(request: HttpRequest, code: str) -> HttpResponse:
    """schema.org DonateAction of an open box, as JSON-LD."""
    found = queries.cause(queries.id_of(code), NOBODY)
    card = found.card
    if card.opens_at is None or card.closes_at is None:
        raise NotFound(what="box")
    address = request.build_absolute_uri(reverse("giving:cause", args=[card.code]))
    action: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DonateAction",
        "@id": address,
        "name": card.title,
        "description": found.story[:500],
        "recipient": {"@type": "Organization", "name": card.partner_name},
        "actionStatus": "ActiveActionStatus" if card.state is CauseState.OPEN else "CompletedActionStatus",
        "startTime": card.opens_at.isoformat(),
        "endTime": card.closes_at.isoformat(),
        "priceCurrency": "KRW",
        "target": request.build_absolute_uri(reverse("giving:give", args=[card.code])),
        "result": _raised(card),
    }
    return JsonResponse(action, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


def _raised(card: CauseCard) -> dict[str, Any]:
    return {
        "@type": "MonetaryAmountDistribution",
        "currency": "KRW",
        "name": "raised",
        "value": card.totals.raised,
        "maxValue": card.goal,
        "validThrough": clock.now().isoformat(),
    }


def _grants(request: HttpRequest, paid: Sequence[PaidOut]) -> list[dict[str, Any]]:
    partners = people.organisations(one.partner for one in paid)
    regions = places.regions({one.region for one in paid})
    funder = {
        "id": f"KR-DURE-{urlsplit(settings.DURE.origin).hostname or 'local'}",
        "name": urlsplit(settings.DURE.origin).hostname or "Dure",
    }
    rows = []
    for one in paid:
        partner = partners[one.partner]  # type: ignore[index]
        planned = {
            "startDate": clock.local(one.paid_out_at).date().isoformat(),
            "endDate": (clock.local(one.paid_out_at).date() + timedelta(days=730)).isoformat(),
        }
        rows.append(
            {
                "id": f"360G-{PUBLISHER}-{one.code}",
                "title": one.title,
                "description": one.story[:2_000],
                "currency": "KRW",
                "amountAwarded": one.amount,
                "amountDisbursed": one.amount,
                "awardDate": clock.local(one.paid_out_at).date().isoformat(),
                "plannedDates": [planned],
                "fundingOrganization": [funder],
                "recipientOrganization": [_recipient(partner)],
                "beneficiaryLocation": [
                    {"name": regions[one.region].path if one.region in regions else one.region, "countryCode": "KR"}
                ],
                "fromOpenCall": "Yes",
                "dateModified": (one.reported_at or one.paid_out_at).isoformat(),
                "dataSource": request.build_absolute_uri(reverse("giving:cause", args=[one.code])),
            }
        )
    return rows


def _recipient(partner: OrganisationCard) -> dict[str, str]:
    return {"id": f"KR-BRN-{partner.registration_number}", "name": partner.name}


urlpatterns = [
    path("feed.atom", atom, name="feed"),
    path("360giving.json", grants, name="grants"),
    path("<str:code>/donate-action.jsonld", donate_action, name="donate_action"),
]
