"""The visit party's part in a query: everything of one hour, for a query that stands in the authority's log."""

from dure.base import clock
from dure.base.actors import Actor
from dure.base.refusals import Refusal
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as known
from dure.foundations.vault.types import Entry, ToldProof, Trust
from dure.kit import tx
from dure.services.checkin.queries import visits_hours as queries
from dure.services.checkin.rules import days, offices, scopes, statements, tracing
from dure.services.checkin.types import Hour, Party, Query, Role, Row, SealedSeed
from dure.services.checkin.types.query_messages import HourGiven, PartGiven, RowGiven

LOG = "visits"


def release_hour(by: Actor, query: Query, told: ToldProof, hour: Hour, trust: Trust) -> HourGiven:
    """Rows of an hour of a query, our own share of each part, and those of the others as they are sealed.

    Our log tells that we gave something for this query, in the same commit. Again: the same.
    Raises NotAllowed, NotLogged, NeedsAnotherOfficer, NotInScope, DayClosed, NoteUnfit, NotSigned, ProofUnfit.
    """
    offices.may_ask(by)
    tracing.check_release(Role.VISITS, query, hour, known.told_entry(told, trust), clock.now())
    rows: dict[int, list[Row]] = {}
    for row in queries.rows_of(hour):
        rows.setdefault(row.part, []).append(row)
    given = HourGiven(tuple(_part(seed, rows.get(seed.part, [])) for seed in queries.seeds_of(hour)))
    with tx.durable():
        body = statements.answered_statement(query, Party.VISITS)
        vault.append(by, LOG, [Entry(statements.answered_key(query.id), body)])
    return given


def _part(seed: SealedSeed, rows: list[Row]) -> PartGiven:
    return PartGiven(
        part=seed.part,
        share=_own(seed),
        identity=queries.share_of(seed, Party.IDENTITY),
        authority=queries.share_of(seed, Party.AUTHORITY),
        commitments=seed.commitments,
        rows=tuple(RowGiven(row.id, row.number, row.body) for row in rows),
    )


def _own(seed: SealedSeed) -> bytes:
    """Our share of a part; nothing when our key of that day is lost: then the identity party's has to do."""
    name = days.key_name(Party.VISITS, days.SHARES, seed.hour.epoch)
    context = scopes.share_context(seed.hour, seed.part, Party.VISITS)
    try:
        return known.unseal_letter(name, context, queries.share_of(seed, Party.VISITS))
    except Refusal:
        return b""
