"""Open feeds of giving: Atom for readers (RFC 4287), 360Giving for grant data."""

from collections.abc import Sequence
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationCard
from dure.foundations.places import queries as places
from dure.services.giving import queries
from dure.services.giving.types import CauseState, PaidOut

FEED_SIZE = 40
GRANTS_VERSION = "1.4"
GRANTS_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
GRANT_TITLE_MAX = 139  # the standard asks for less than 140 characters
GRANT_DESCRIPTION_MAX = 2_000
SHOWN = (CauseState.OPEN, CauseState.CLOSED, CauseState.PLANNED, CauseState.PAID_OUT, CauseState.REPORTED)
NOT_IN_XML = dict.fromkeys((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF))


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """Boxes as they open, newest first; an entry is updated with every step of its cause."""
    feed = Atom1Feed(
        title=gettext("Giving together"),
        link=_address("list"),
        description=gettext("Causes of neighbours: agree, give, and see what became of every won."),
        language=getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        author_name=_plain(_operator()),
        feed_url=_address("feed"),
    )
    cards = queries.newly_opened(SHOWN, FEED_SIZE)
    changed = queries.changed_at(card.id for card in cards)
    for card in cards:
        feed.add_item(
            title=_plain(card.title),
            link=_address("cause", card.code),
            description=escape(_plain(card.beneficiary)),  # a summary is HTML; what people write is text
            unique_id=f"urn:uuid:{card.id}",
            pubdate=card.opens_at,
            updateddate=changed.get(card.id, card.opens_at),
            author_name=_plain(card.partner_name),
            categories=[card.topic.value],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """All payouts as a 360Giving package, in the installation's language whoever asks.

    Before the first payout the list is empty: who fetches it every day learns that nothing was paid yet. (A package that
    is handed in to 360Giving needs one grant at least.)
    """
    with override(settings.LANGUAGE_CODE):
        rows = _grants(queries.payouts())
        package: dict[str, Any] = {
            "version": GRANTS_VERSION,
            "title": gettext("Payouts of giving together"),
            "identifier": f"{_prefix()}-payouts",
            "publisher": {"identifier": _operator_id(), "name": _operator(), "website": settings.DURE.origin},
            "accessURL": _address("list"),
            "downloadURL": _address("grants"),
            "license": GRANTS_LICENCE,
            **({"modified": max(row["dateModified"] for row in rows)} if rows else {}),
            "grants": rows,
        }
    return JsonResponse(package, json_dumps_params={"ensure_ascii": False})


def _grants(paid: Sequence[PaidOut]) -> list[dict[str, Any]]:
    partners = people.organisations(one.partner for one in paid)
    regions = places.regions({one.region for one in paid})
    return [
        {
            "id": f"{_prefix()}-{one.code}",
            "title": one.title[:GRANT_TITLE_MAX],
            "description": one.story[:GRANT_DESCRIPTION_MAX],
            "currency": "KRW",
            "amountAwarded": one.amount,
            "amountDisbursed": one.amount,
            "awardDate": clock.local(one.awarded_at).date().isoformat(),
            "url": _address("cause", one.code),
            "fundingOrganization": [{"id": _operator_id(), "name": _operator()}],
            "recipientOrganization": [_recipient(partners[one.partner])],  # type: ignore[index]  # paid out only to a partner that was read above
            "beneficiaryLocation": [
                {"name": regions[one.region].path if one.region in regions else one.region, "countryCode": "KR"}
            ],
            "fromOpenCall": "Yes",
            "dateModified": clock.local(one.reported_at or one.paid_out_at).isoformat(),
            "dataSource": _address("grants"),
        }
        for one in paid
    ]


def _recipient(partner: OrganisationCard) -> dict[str, str]:
    """The partner. No list of org-id.guide holds Korean numbers: the number stands under our own prefix, as the standard asks."""
    return {"id": f"{_prefix()}-org-{partner.registration_number}", "name": partner.name}


def _prefix() -> str:
    """What makes an id of this installation different from that of every other."""
    own = (urlsplit(settings.DURE.origin).netloc or "localhost").replace(".", "-").replace(":", "-")
    return str(settings.DURE.grants_prefix or f"360G-{own}")


def _operator() -> str:
    return settings.DURE.operator_name or gettext("Dure")


def _operator_id() -> str:
    digits = "".join(one for one in settings.DURE.operator_number if one.isdigit())
    return f"{_prefix()}-org-{digits or 'operator'}"


def _address(name: str, *arguments: str) -> str:
    """The public address, whichever name the server was asked by: ids and links of a feed stay the same for ever."""
    return f"{settings.DURE.origin}{reverse(f'giving:{name}', args=arguments)}"


def _plain(text: str) -> str:
    """Without what XML cannot carry."""
    return text.translate(NOT_IN_XML)


urlpatterns = [path("feed.atom", atom, name="feed"), path("360giving.json", grants, name="grants")]
