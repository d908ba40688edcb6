"""How far a query is, written down; its row is locked by whoever asks."""

from dure.services.checkin.models.authority import tables
from dure.services.checkin.types import Query


def write(query: Query) -> None:
    """The state of a query, who decided, where it stands in the log, how many were told, and when it was closed."""
    tables.Query.objects.filter(id=query.id).update(
        state=query.state.value,
        decided_by=query.decided_by,
        log_entry=query.log_entry,
        told=query.told,
        unknown=query.unknown,
        closed_on=query.closed_on,
    )
