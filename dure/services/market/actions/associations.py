"""Who speaks for a market: an organisation asks, a steward without a part in it answers."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrgState
from dure.kit import outbox, tx
from dure.services.market import models, queries
from dure.services.market.rules import permits
from dure.services.market.types import (
    Association,
    AssociationConfirmed,
    AssociationKnown,
    AssociationState,
    MarketId,
    NotVerified,
    WrongPlace,
)

from .common import lock_market, voice_of


def ask_association(by: Actor, market: MarketId, organisation: OrganisationId, *, key: str) -> Association:
    """An owner asks that their organisation speaks for a market. Raises NotAllowed, NotFound, NotVerified, AssociationKnown."""
    with tx.action(by, "market.ask_association", key, (market, organisation), UUID) as done:
        if not done:
            permits.may_own(by, organisation)
            if people.organisation(organisation).state is not OrgState.VERIFIED:
                raise NotVerified()
            lock_market(market)
            if queries.association(market) is not None:
                raise AssociationKnown()
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


def _asked(market: MarketId) -> Association:
    found = queries.association(market)
    if found is None:
        raise NotFound(what="association")
    return found
