"""Queries that nobody closes, or decides on: they end by themselves, and the public log says so."""

from contextlib import suppress
from uuid import UUID

from dure.base import clock
from dure.base.actors import Actor
from dure.foundations.vault import actions as vault
from dure.foundations.vault.types import Entry
from dure.kit import tx
from dure.services.checkin.models.authority import tables
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import offices, statements, tracing
from dure.services.checkin.types import Deed, NotNow

from .officers import LOG
from .writing import write


def close_old(by: Actor) -> int:
    """Close what no officer closed in its time, each in a transaction of its own; how many. Only a program of ours may.

    Raises NotAllowed, and what the log refuses.
    """
    offices.acting(by, None, Deed.LAPSE)
    now, closed = clock.now(), 0
    for one in queries.unclosed():
        if not tracing.may_lapse(queries.query(one), now):
            continue
        with suppress(NotNow):  # an officer was faster
            _close(by, one)
            closed += 1
    return closed


def end_undecided(by: Actor) -> int:
    """End what no second officer decided on in its time, each in a transaction of its own; how many. Only a program of ours may.

    Raises NotAllowed, and what the log refuses.
    """
    role, now, ended = offices.acting(by, None, Deed.LAPSE), clock.now(), 0
    for one in queries.filed():
        if not tracing.may_expire(queries.query(one), now):
            continue
        with suppress(NotNow), tx.durable():  # an officer was faster
            over = tracing.expire(role, queries.query(one, lock=True), clock.now())
            write(over)
            body = statements.refused_statement(over)
            vault.append(by, LOG, [Entry(f"{statements.REFUSED}|{over.id}", body)])
            ended += 1
    return ended


def _close(by: Actor, query: UUID) -> None:
    role = offices.acting(by, None, Deed.LAPSE)
    with tx.durable():
        closed = tracing.lapse(role, queries.query(query, lock=True), clock.now())
        write(closed)
        tables.Query.objects.filter(id=closed.id).update(look_again=False, trouble="")
        tables.Extract.objects.filter(query_id=closed.id).delete()
        body = statements.closed_statement(closed, by_itself=True)
        vault.append(by, LOG, [Entry(f"{statements.CLOSED}|{closed.id}", body)])
