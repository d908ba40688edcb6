"""Reading at the authority: offices, officers, queries and what was opened for them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.services.checkin.models.authority import tables
from dure.services.checkin.rules import offices
from dure.services.checkin.types import (
    Epoch,
    Hour,
    LegalBasis,
    OfficerId,
    Party,
    Query,
    QueryId,
    QueryState,
    Scope,
    VenueId,
)
from dure.services.checkin.types.offices import KeptReport, OfficeEntry, OfficerEntry, OfficerLine, QueryFile

SHOWN_MAX = 200
WEEK = timedelta(days=7)
_OVER = (QueryState.CLOSED.value, QueryState.REFUSED.value)
SEALED_BYTES = 64


def office(of: UUID, *, lock: bool = False) -> OfficeEntry:
    """An office. Raises NotFound."""
    rows = tables.Office.objects.filter(id=of)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound(what="office")
    return OfficeEntry(row.id, row.name)


def office_called(name: str) -> OfficeEntry | None:
    """The office of this name, if there is one."""
    row = tables.Office.objects.filter(name=name).first()
    return None if row is None else OfficeEntry(row.id, row.name)


def officer(person: UUID | None) -> OfficerEntry | None:
    """For which office somebody acts; None when for none."""
    if person is None:
        return None
    row = tables.Officer.objects.select_related("office").filter(person=person, ended_at=None).first()
    if row is None:
        return None
    return OfficerEntry(OfficerId(row.person), OfficeEntry(row.office_id, row.office.name), row.appointed_at)


def officers(by: Actor) -> tuple[OfficerLine, ...]:
    """Who acts, and acted, for the own office; an auditor sees those of all. Those who act come first. Raises NotAllowed."""
    own = officer(by.person)
    rows = tables.Officer.objects.select_related("office")
    if not by.is_auditor:
        rows = rows.filter(office=offices.officer_of(own).office)
    found = rows.order_by(F("ended_at").desc(nulls_first=True), "office__name", "appointed_at", "id")[:SHOWN_MAX]
    names = people.names({row.person for row in found})
    called = {UUID(str(who)): name for who, name in names.items()}
    return tuple(
        OfficerLine(called.get(row.person, ""), row.office.name, row.appointed_at, row.ended_at) for row in found
    )


def query(of: UUID, *, lock: bool = False) -> Query:
    """A query. For the rooms of this house; a face asks for its `file`. Raises NotFound."""
    return query_of(row(of, lock=lock))


def row(of: UUID, *, lock: bool = False) -> tables.Query:
    """The row of a query. Raises NotFound."""
    rows = tables.Query.objects.filter(id=of)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound(what="query")
    return found


def query_of(row: tables.Query) -> Query:
    """A row as a value."""
    [found] = queries_of([row])
    return found


def queries_of(rows: Sequence[tables.Query]) -> list[Query]:
    """Rows as values, in one statement however many."""
    parts: dict[UUID, list[tuple[int, int, str]]] = {}
    known = tables.ReleasedPart.objects.filter(query__in=[row.id for row in rows])
    for query, hour, part, party in known.values_list("query", "hour", "part", "party"):
        parts.setdefault(query, []).append((hour, part, party))
    return [_query_of(row, parts.get(row.id, [])) for row in rows]


def _query_of(row: tables.Query, parts: list[tuple[int, int, str]]) -> Query:
    venue = VenueId(row.venue)
    return Query(
        id=QueryId(row.id),
        office=row.office,
        case=row.case,
        basis=LegalBasis(row.basis),
        scope=Scope(Epoch(row.epoch), venue, row.first_hour, row.hours),
        filed_by=OfficerId(row.filed_by),
        filed_at=row.filed_at,
        blinding=bytes(row.blinding),
        state=QueryState(row.state),
        decided_by=None if row.decided_by is None else OfficerId(row.decided_by),
        log_entry=row.log_entry,
        released=frozenset((Hour(Epoch(row.epoch), venue, hour), part, Party(party)) for hour, part, party in parts),
        told=row.told,
        unknown=row.unknown,
        closed_on=row.closed_on,
    )


def file(by: Actor, of: UUID) -> QueryFile:
    """A query with its surroundings: for officers of its office, and auditors. Raises NotFound, NotAllowed."""
    found = row(of)
    offices.may_read(by, officer(by.person), query_of(found))
    [shown] = _files([found])
    return shown


def files(by: Actor) -> tuple[QueryFile, ...]:
    """The queries of the own office, the newest first; an auditor sees those of all. Raises NotAllowed."""
    own = officer(by.person)
    rows = tables.Query.objects.order_by("-filed_at", "id")
    if not by.is_auditor:
        rows = rows.filter(office=offices.officer_of(own).office)
    return tuple(_files(list(rows[:SHOWN_MAX])))


def undecided(office: UUID, person: UUID) -> int:
    """How many queries of an office wait for the decision of this officer: those that somebody else filed."""
    filed = tables.Query.objects.filter(office=office, state=QueryState.FILED.value)
    return filed.exclude(filed_by=person).count()


def open_now(office: UUID) -> int:
    """How many queries of an office are not closed."""
    return tables.Query.objects.filter(office=office).exclude(state__in=_OVER).count()


def filed_since(office: UUID, at: datetime) -> int:
    """How many queries an office filed in the seven days before `at`."""
    return tables.Query.objects.filter(office=office, filed_at__gt=at - WEEK).count()


def waiting() -> tuple[UUID, ...]:
    """Queries that the program goes on with, the oldest first."""
    states = [one.value for one in (QueryState.APPROVED, QueryState.LOGGED, QueryState.RELEASED)]
    rows = tables.Query.objects.filter(state__in=states) | tables.Query.objects.filter(look_again=True)
    return tuple(rows.order_by("filed_at", "id").values_list("id", flat=True)[:SHOWN_MAX])


def filed() -> tuple[UUID, ...]:
    """Queries on which nobody decided yet, the oldest first."""
    rows = tables.Query.objects.filter(state=QueryState.FILED.value).order_by("filed_at", "id")
    return tuple(rows.values_list("id", flat=True)[:SHOWN_MAX])


def unclosed() -> tuple[UUID, ...]:
    """Queries that stand in the log and are not closed, the oldest first."""
    states = [one.value for one in (QueryState.LOGGED, QueryState.RELEASED, QueryState.TOLD)]
    rows = tables.Query.objects.filter(state__in=states).order_by("filed_at", "id")
    return tuple(rows.values_list("id", flat=True)[:SHOWN_MAX])


def answered() -> tuple[Query, ...]:
    """Every query that the program went on with: by its state, or because something was released for it, whatever it says."""
    before = [one.value for one in (QueryState.FILED, QueryState.APPROVED, QueryState.REFUSED)]
    given = [table.objects.values("query_id") for table in (tables.ReleasedPart, tables.Extract)]
    rows = tables.Query.objects.filter(~Q(state__in=before) | Q(id__in=given[0]) | Q(id__in=given[1]))
    return tuple(query_of(row) for row in rows.order_by("filed_at", "id").iterator(SHOWN_MAX))


def extract(of: UUID) -> tuple[tuple[UUID, ...], tuple[bytes, ...]]:
    """What was opened for a query and not told yet: which rows of it these are, and every sealed handle."""
    rows = list(tables.Extract.objects.filter(query_id=of).order_by("hour", "part"))
    sealed = [bytes(row.sealed) for row in rows]
    handles = [one[at : at + SEALED_BYTES] for one in sealed for at in range(0, len(one), SEALED_BYTES)]
    return tuple(row.id for row in rows), tuple(handles)


def report(on: date | None = None) -> KeptReport:
    """The newest transparency report, or that of a day. Raises NotFound."""
    rows = tables.Report.objects.order_by("-on")
    found = (rows if on is None else rows.filter(on=on)).first()
    if found is None:
        raise NotFound(what="report")
    return KeptReport(found.on, found.made_at, bytes(found.body))


def report_days() -> tuple[date, ...]:
    """The days of which there is a report, the newest first."""
    return tuple(tables.Report.objects.order_by("-on").values_list("on", flat=True)[:SHOWN_MAX])


def _files(rows: list[tables.Query]) -> list[QueryFile]:
    names = people.names({who for row in rows for who in (row.filed_by, row.decided_by) if who})
    called = {UUID(str(who)): name for who, name in names.items()}
    return [
        QueryFile(
            query=query,
            venue_name=row.venue_name,
            filed_by=called.get(row.filed_by, ""),
            decided_by=called.get(row.decided_by, "") if row.decided_by else "",
            rounds=row.rounds,
            look_again=row.look_again,
            trouble=row.trouble,
        )
        for row, query in zip(rows, queries_of(rows), strict=True)
    ]
