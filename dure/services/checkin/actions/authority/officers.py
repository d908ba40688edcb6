"""Who acts for which office. Only whoever has the machine says so; the public log tells which offices there are."""

from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.foundations.vault import actions as vault
from dure.foundations.vault.types import Entry
from dure.kit import locks, tx
from dure.services.checkin.models.authority import tables
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import offices
from dure.services.checkin.types.offices import OfficeEntry, OfficerEntry, OtherOfficer

LOG = "authority"


def appoint_officer(by: Actor, person: UUID, office: str) -> OfficerEntry:
    """Let somebody act for the office of this name, which is opened when there is none. Again: nothing changes.

    Raises NotAllowed, BadValue, OtherOfficer, and what the log refuses.
    """
    offices.may_appoint(by)
    name = offices.clean_name(office)
    with tx.durable():
        locks.lock_name("checkin.officers")
        known = queries.office_called(name) or _opened(by, name)
        held = queries.officer(person)
        if held is not None and held.office != known:
            raise OtherOfficer(office=held.office.name)
        if held is None:
            tables.Officer.objects.create(id=ids.new(), office_id=known.id, person=person, appointed_at=clock.now())
        found = queries.officer(person)
        if found is None:
            raise NotFound(what="officer")
        return found


def dismiss_officer(by: Actor, person: UUID) -> None:
    """Let somebody act for no office any more, at once. Raises NotAllowed, NotFound."""
    offices.may_appoint(by)
    with tx.durable():
        if not tables.Officer.objects.filter(person=person, ended_at=None).update(ended_at=clock.now()):
            raise NotFound(what="officer")


def _opened(by: Actor, name: str) -> OfficeEntry:
    row = tables.Office.objects.create(id=ids.new(), name=name, opened_at=clock.now())
    office = OfficeEntry(row.id, row.name)
    vault.append(by, LOG, [Entry(offices.office_key(office.id), offices.office_statement(office))])
    return office
