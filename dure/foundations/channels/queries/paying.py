"""What messages cost: who pays for an organisation, what a broadcast costs at most, what a sending came to."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dure.foundations.channels import models
from dure.foundations.channels.rules import advertising, figures
from dure.foundations.channels.rules.law import TERMS
from dure.foundations.channels.rules.paying import REPORTS_WAIT, doubt_of
from dure.foundations.channels.types import (
    FREE_ROUTES,
    AttemptState,
    Bill,
    Content,
    NewBroadcast,
    Payer,
    Purpose,
    Route,
    RouteCost,
    SendingId,
    Spent,
)
from dure.foundations.people.types import OrganisationId, PersonId

from .channels import channel
from .dealing import leave_link, price

__all__ = ["offer_payer", "payer_for"]

NOBODY = PersonId(UUID(int=0))
BY_TELEPHONE = (Route.ALIMTALK, Route.SMS, Route.VOICE)
_payers: dict[str, Payer] = {}


def offer_payer(house: str, payer: Payer) -> None:
    """Let `house` pay for messages of the organisations that are its business. Once, in the `ready` of its apps.py."""
    _payers[house] = payer


def withdraw_payer(house: str) -> None:
    """`house` pays no more; what it held back it has to settle first."""
    _payers.pop(house, None)


def payer(house: str) -> Payer:
    """Whoever held something back for a sending."""
    return _payers[house]


def payer_for(organisation: OrganisationId) -> tuple[str, int] | None:
    """The house that pays for an organisation, and what is at hand there; None: nobody does."""
    for house, one in _payers.items():
        left = one.at_hand(organisation)
        if left is not None:
            return house, left
    return None


def bill(new: NewBroadcast, friends: QuerySet[models.Friend]) -> Bill:
    """What a broadcast to these friends costs at most. `friends` are those whom a channel can name itself: the numbers are
    rounded up among them, so that the sum tells nothing about one of them.
    """
    found = channel(new.channel)
    known = payer_for(found.organisation)
    at_hand = known[1] if known else None
    whole = friends.count()
    asked = friends.filter(ads_since__isnull=False) if new.purpose is Purpose.AD else friends
    costs = (
        []
        if new.free_only or at_hand is None
        else [(route, won) for route in _ladder(new) if (won := _each(new, route))]
    )
    lines = []
    for route, won in costs:
        people = figures.at_most(asked.filter(leads_by(route)).count(), whole)
        lines.append(RouteCost(route, people, won, people * won))
    return Bill(tuple(lines), sum(won for _, won in costs), sum(one.most_won for one in lines), at_hand)


def leads_by(route: Route) -> Q | Exists:
    """The condition on friends that this route leads to them."""
    if route is Route.INBOX:
        return Q()
    if route is Route.PUSH:
        return Exists(models.PushSubscription.objects.filter(person_id=OuterRef("person_id")))
    kinds = BY_TELEPHONE if route in BY_TELEPHONE else (route,)
    here = models.Reach.objects.filter(person_id=OuterRef("person_id"), gone_at__isnull=True, route__in=kinds)
    return Exists(
        here.filter(aloud=route is Route.VOICE) if route in BY_TELEPHONE else here
    )  # read aloud: a call, no text


def most_for(purpose: Purpose, content: Content) -> int:
    """What a message to one person costs at most, whoever it is: what is held back must not tell who has a telephone. Who has it
    read aloud is called and gets no text, and the other way round; AlimTalk carries templates only.
    """
    by_route: Counter[Route] = Counter()
    for rung in TERMS[purpose].ladder:
        if rung.route not in FREE_ROUTES | {Route.ALIMTALK}:
            by_route[rung.route] += price(rung.route, content)
    told = max(by_route.pop(Route.SMS, 0), by_route.pop(Route.VOICE, 0))
    return told + by_route.total()


def spent(row: models.Sending, now: datetime) -> Spent:
    """What a sending came to by what dealers said so far. Whatever a dealer took and said nothing more about for REPORTS_WAIT was
    delivered, as far as its bill goes.
    """
    paid = models.Attempt.objects.filter(dispatch__sending=row.id, won__gt=0)
    silent = Q(at__lte=now - REPORTS_WAIT)
    told = paid.aggregate(
        won=Sum("won", filter=Q(state=AttemptState.DELIVERED) | Q(state=AttemptState.ACCEPTED) & silent),
        open=Count(
            "dispatch",
            distinct=True,
            filter=Q(state__in=(AttemptState.BEGUN, AttemptState.UNSURE, AttemptState.ACCEPTED)) & ~silent,
        ),
    )
    won = min(told["won"] or 0, row.most_won)
    return Spent(SendingId(row.id), won, doubt_of(row.most_won, won, told["open"], row.each_won))


def _ladder(new: NewBroadcast) -> list[Route]:
    """The paid routes that this broadcast may take; AlimTalk carries approved templates only."""
    routes = dict.fromkeys(rung.route for rung in TERMS[new.purpose].ladder)
    return [route for route in routes if route not in FREE_ROUTES and (route is not Route.ALIMTALK or new.template)]


def _each(new: NewBroadcast, route: Route) -> int:
    """What it costs by this route, worded as it leaves: an ad ends with an address there, whose length is always the same."""
    if new.purpose is not Purpose.AD:
        return price(route, new.content)
    said = channel(new.channel)
    formed = advertising.as_ad(new.content, said.name, said.contact)
    return price(route, advertising.with_address(formed, leave_link(new.channel, NOBODY, new.purpose)))
