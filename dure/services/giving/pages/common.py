"""What every page of giving begins with: who asks, which cause, which cards."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.foundations.places import queries as places
from dure.kit import faces, show
from dure.kit.ui.pictures import Share
from dure.services.giving import queries
from dure.services.giving.names import STATES, TOPICS
from dure.services.giving.rules.permits import TITLE_LENGTH
from dure.services.giving.types import AgreementPage, Cause, CauseCard, CausePage, CauseState, MoneyFlow

from .words import FLOW

OPEN_STATES = (CauseState.OPEN,)
AFTER_GATE = (
    CauseState.OPEN,
    CauseState.CLOSED,
    CauseState.PLANNED,
    CauseState.PAID_OUT,
    CauseState.REPORTED,
    CauseState.STOPPED,
    CauseState.REFUNDED,
    CauseState.ENDED,
)


def actor(request: HttpRequest) -> Actor:
    """Who asks. Read once a request."""
    known: Actor | None = getattr(request, "actor", None)
    if known is not None:
        return known
    return people.actor(request.user.pk if request.user.is_authenticated else None)


def cause_of(request: HttpRequest, code: str) -> Cause:
    """The cause with this code, if the person may see it. Raises NotFound."""
    return queries.cause(queries.id_of(code), actor(request))


def labelled(cards: Iterable[CauseCard]) -> list[Mapping[str, Any]]:
    """Cards with their words: state, topic, region, address."""
    cards = list(cards)
    regions = places.regions({card.region for card in cards})
    return [
        {
            "card": card,
            "state": STATES[card.state],
            "topic": TOPICS[card.topic],
            "region": regions[card.region].path if card.region in regions else "",
            "href": reverse("giving:cause", args=[card.code]),
            "tone": state_tone(card.state),
        }
        for card in cards
    ]


def alike(title: str, besides: UUID | None) -> list[Mapping[str, Any]]:
    """Causes that ask for nearly the same as this title, so that nobody collects twice for one thing."""
    return labelled(queries.similar(title, besides)) if len(title) >= TITLE_LENGTH[0] else []


def state_tone(state: CauseState) -> str:
    """The colour of a state's badge; the word is always there too."""
    if state is CauseState.OPEN:
        return ""
    if state in (CauseState.REJECTED, CauseState.STOPPED):
        return "warn"
    if state in (CauseState.PROPOSED, CauseState.NEEDS_WORK):
        return "sun"
    return "grey"


def paging(request: HttpRequest, page: CausePage | AgreementPage) -> dict[str, Any]:
    """A page of a list and the addresses of the pages beside it, with the same filters."""

    def link(number: int) -> str:
        query = request.GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}" if 1 <= number <= page.pages else ""

    return {"page": page, "earlier": link(page.page - 1), "later": link(page.page + 1)}


def unsaid(changed: Mapping[str, object], drawn: Mapping[str, bool]) -> dict[str, Any]:
    """For the head of a page: the refusal of a form that is drawn no more, with what had been typed into it."""
    for name, form in changed.items():
        if isinstance(form, forms.BaseForm) and not drawn.get(name, True) and (spoken := faces.refused(form)):
            typed = (form[field].value() for field, kind in form.fields.items() if isinstance(kind, forms.CharField))
            return {"refused": spoken, "typed": "\n".join(text for text in typed if text)}
    return {}


def flow_shares(flow: MoneyFlow) -> dict[str, list[Share]]:
    """A box's money for the flow picture."""

    def named(name: str, count: int) -> str:
        if count and name == "people":
            return ngettext("{n} neighbour", "{n} neighbours", count).format(n=show.count(count))
        if count and name == "matched":
            return ngettext("{n} matched cheer", "{n} matched cheers", count).format(n=show.count(count))
        return str(FLOW.get(name, name))

    return {
        "sources": [Share(named(part.name, part.count), part.amount) for part in flow.sources],
        "uses": [Share(named(part.name, 0), part.amount, rest=part.name == "unspent") for part in flow.uses],
    }
