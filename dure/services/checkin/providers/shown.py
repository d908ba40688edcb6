"""A query as it is shown at another party's door, and read there."""

from dure.foundations.vault.types import ToldProof
from dure.services.checkin.rules.tracing import is_shown
from dure.services.checkin.types import Epoch, OfficerId, Query, QueryId, QueryState, Scope, VenueId
from dure.services.checkin.types.query_messages import ShownQuery


def shown(query: Query, told: ToldProof) -> ShownQuery:
    """What whoever is asked gets to see. Raises NotLogged."""
    decided_by, entry = is_shown(query)
    scope = query.scope
    return ShownQuery(
        id=query.id,
        office=query.office,
        case=query.case,
        basis=query.basis,
        epoch=scope.epoch,
        venue=scope.venue,
        first_hour=scope.first_hour,
        hours=scope.hours,
        filed_by=query.filed_by,
        filed_at=query.filed_at,
        decided_by=decided_by,
        blinding=query.blinding,
        log_entry=entry,
        told=told,
    )


def read(said: ShownQuery) -> Query:
    """The query that was shown, as logged: whether it is, the proof says and nobody else."""
    return Query(
        id=QueryId(said.id),
        office=said.office,
        case=said.case,
        basis=said.basis,
        scope=Scope(Epoch(said.epoch), VenueId(said.venue), said.first_hour, said.hours),
        filed_by=OfficerId(said.filed_by),
        filed_at=said.filed_at,
        blinding=said.blinding,
        state=QueryState.LOGGED,
        decided_by=OfficerId(said.decided_by),
        log_entry=said.log_entry,
    )
