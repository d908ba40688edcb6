"""Who speaks for a market: an organisation asks, a steward without a part in it answers."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId, system
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgState
from dure.kit import outbox, tx
from dure.services.market import models, queries
from dure.services.market.queries.shops import UNTRUSTED
from dure.services.market.rules import permits
from dure.services.market.types import (
    Association,
    AssociationConfirmed,
    AssociationKnown,
    AssociationState,
    CampaignState,
    MarketId,
    NotVerified,
    WrongPlace,
)

from .common import lock_market, voice_of
from .returning import give_budget_back

PLATFORM = system("market.end_association")
STANDS = (AssociationState.ASKED, AssociationState.CONFIRMED)


def ask_association(by: Actor, market: MarketId, organisation: OrganisationId, *, key: str) -> Association:
    """An owner asks that their organisation speaks for a market. One whose verification was taken away stands in nobody's way.

    Raises NotAllowed, NotFound, NotVerified, AssociationKnown.
    """
    with tx.action(by, "market.ask_association", key, (market, organisation), UUID) as done:
        if not done:
            permits.may_own(by, organisation)
            if people.organisation(organisation).state is not OrgState.VERIFIED:
                raise NotVerified()
            lock_market(market)
            standing = _standing(market)
            if standing is not None:
                if people.organisation(standing.organisation_id).state not in UNTRUSTED:
                    raise AssociationKnown()
                _end(standing, None)
            row = models.Association.objects.create(
                id=ids.new(),
                market_id=market,
                organisation_id=organisation,
                asked_by=permits.somebody(by),
                asked_at=clock.now(),
            )
            done.keep(row.id)
        return _asked(market)


def decide_association(by: Actor, association: UUID, yes: bool, *, key: str) -> UUID:
    """A steward without a part in it says whether the organisation speaks for the market.

    Raises NotAllowed, NotFound, WrongPlace.
    """
    with tx.action(by, "market.decide_association", key, (association, yes), UUID) as done:
        if done:
            return done.answer()
        row = models.Association.objects.select_for_update().filter(id=association).first()
        if row is None:
            raise NotFound(what="association")
        organisation = OrganisationId(row.organisation_id)
        permits.may_confirm(by, organisation, PersonId(row.asked_by))
        if row.state != AssociationState.ASKED:
            raise WrongPlace(place=row.state)
        row.state = AssociationState.CONFIRMED if yes else AssociationState.REFUSED
        row.decided_by, row.decided_at = by.person, clock.now()
        row.channel_id = voice_of(organisation) if yes else None
        row.save(update_fields=["state", "channel", "decided_by", "decided_at"])
        if yes:
            market = MarketId(row.market_id)
            outbox.emit(AssociationConfirmed(market=market, organisation=organisation, at=row.decided_at))
        return done.keep(row.id)


def end_association(by: Actor, association: UUID, *, key: str) -> UUID:
    """An organisation speaks for its market no longer: its owner or a steward says so. Coupons of the market are given out no
    more, those that people hold stay good; what is left of the budget goes back to its fund; another organisation
    may ask. Raises NotAllowed, NotFound, WrongPlace.
    """
    with tx.action(by, "market.end_association", key, association, UUID) as done:
        if done:
            return done.answer()
        row = models.Association.objects.select_for_update().filter(id=association).first()
        if row is None:
            raise NotFound(what="association")
        permits.may_end(by, OrganisationId(row.organisation_id))
        if row.state not in STANDS:
            raise WrongPlace(place=row.state)
        _end(row, permits.somebody(by))
        return done.keep(row.id)


def end_untrusted(by: Actor, organisation: OrganisationId) -> int:
    """An organisation whose verification was taken away speaks for no market; answers for how many it did. Safe to repeat."""
    permits.may_run(by)
    with tx.durable():
        rows = models.Association.objects.select_for_update().filter(organisation_id=organisation, state__in=STANDS)
        if people.organisation(organisation).state not in UNTRUSTED:  # it was given back meanwhile
            return 0
        ended = list(rows.order_by("id"))
        for row in ended:
            _end(row, None)
        return len(ended)


def _end(row: models.Association, by: UUID | None) -> None:
    """Locks in this order: association, accounts in the ledger."""
    row.state, row.ended_by, row.ended_at = AssociationState.ENDED, by, clock.now()
    row.save(update_fields=["state", "ended_by", "ended_at"])
    open_ones = models.Campaign.objects.filter(market_id=row.market_id, state=CampaignState.OPEN)
    open_ones.update(state=CampaignState.STOPPED)
    models.Campaign.objects.filter(shop__market_id=row.market_id).update(carried_at=None)
    give_budget_back(PLATFORM, MarketId(row.market_id))


def _standing(market: MarketId) -> models.Association | None:
    return models.Association.objects.select_for_update().filter(market_id=market, state__in=STANDS).first()


def _asked(market: MarketId) -> Association:
    found = queries.association(market)
    if found is None:
        raise NotFound(what="association")
    return found
