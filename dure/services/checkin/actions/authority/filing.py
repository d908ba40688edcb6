"""What officers do with a query: file it, decide on another one's, ask for what came late, close it."""

import os
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.foundations.vault import actions as vault
from dure.foundations.vault.types import Entry
from dure.kit import tx
from dure.services.checkin.models.authority import tables
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import offices, statements, tracing
from dure.services.checkin.types import (
    Deed,
    Epoch,
    NotNow,
    Query,
    QueryId,
    QueryState,
    Scope,
    VenueId,
)
from dure.services.checkin.types.offices import AskedQuery

from .officers import LOG
from .writing import write

BLINDING_BYTES = 32


def file(by: Actor, asked: AskedQuery, *, key: str) -> UUID:
    """File a query for one's own office. Its number; the same key again: the same one.

    Raises NotAllowed, CaseMissing, ScopeTooWide, DayClosed, OverQuota.
    """
    with tx.action(by, "checkin.file", key, asked, UUID) as done:
        if done:
            return done.answer()
        entry = queries.officer(by.person)
        role, officer = offices.acting(by, entry, Deed.FILE), offices.officer_of(entry)
        queries.office(officer.office, lock=True)  # two officers cannot race past the office's limit
        now = clock.now()
        query = Query(
            id=QueryId(ids.new()),
            office=officer.office,
            case=asked.case,
            basis=asked.basis,
            scope=Scope(Epoch(asked.epoch), VenueId(asked.venue), asked.first_hour, asked.hours),
            filed_by=officer.id,
            filed_at=now,
            blinding=os.urandom(BLINDING_BYTES),
        )
        open_now, this_week = queries.open_now(officer.office), queries.filed_since(officer.office, now)
        query = tracing.file(role, query, officer, open_now, this_week)
        tables.Query.objects.create(
            id=query.id,
            office=query.office,
            case=query.case,
            basis=query.basis.value,
            epoch=query.scope.epoch,
            venue=query.scope.venue,
            venue_name=asked.venue_name,
            first_hour=query.scope.first_hour,
            hours=query.scope.hours,
            filed_by=query.filed_by,
            filed_at=query.filed_at,
            state=query.state.value,
            blinding=query.blinding,
        )
        return done.keep(query.id)


def approve(by: Actor, query: UUID) -> None:
    """The second officer's yes. The program goes on with it.

    Raises NotAllowed, NotFound, NotNow, NeedsAnotherOfficer, OtherOffice.
    """
    entry = queries.officer(by.person)
    role, officer = offices.acting(by, entry, Deed.APPROVE), offices.officer_of(entry)
    with tx.durable():
        write(tracing.approve(role, queries.query(query, lock=True), officer))


def refuse(by: Actor, query: UUID) -> None:
    """The second officer's no; the public log counts it.

    Raises NotAllowed, NotFound, NotNow, NeedsAnotherOfficer, OtherOffice, and what the log refuses.
    """
    entry = queries.officer(by.person)
    role, officer = offices.acting(by, entry, Deed.REFUSE), offices.officer_of(entry)
    with tx.durable():
        refused = tracing.refuse(role, queries.query(query, lock=True), officer, clock.today())
        write(refused)
        body = statements.refused_statement(refused)
        vault.append(by, LOG, [Entry(f"{statements.REFUSED}|{refused.id}", body)])


def look_again(by: Actor, query: UUID) -> None:
    """Let the program ask whether something was settled late. Raises NotAllowed, NotFound, NotNow, OtherOffice, DayClosed."""
    entry = queries.officer(by.person)
    offices.acting(by, entry, Deed.CLOSE)
    with tx.durable():
        found = queries.query(query, lock=True)
        offices.demand_own(entry, found)
        if found.state is not QueryState.TOLD:
            raise NotNow(state=found.state)
        tracing.check_open(found, clock.now())
        tables.Query.objects.filter(id=found.id).update(look_again=True)


def close(by: Actor, query: UUID) -> None:
    """Close a query of the own office: what was opened for it is gone, and the public log says what it was about.

    Raises NotAllowed, NotFound, NotNow, OtherOffice, and what the log refuses.
    """
    entry = queries.officer(by.person)
    role = offices.acting(by, entry, Deed.CLOSE)
    with tx.durable():
        found = queries.query(query, lock=True)
        offices.demand_own(entry, found)
        closed = tracing.close(role, found, clock.today())
        write(closed)
        tables.Query.objects.filter(id=closed.id).update(look_again=False, trouble="")
        tables.Extract.objects.filter(query_id=closed.id).delete()
        body = statements.closed_statement(closed)
        vault.append(by, LOG, [Entry(f"{statements.CLOSED}|{closed.id}", body)])
