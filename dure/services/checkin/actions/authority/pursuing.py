"""What the authority's program does with a query on which two officers agree: the log, the shares, the telling.

Each step is a transaction of its own and safe to repeat; none is open while another party is asked.
"""

from contextlib import suppress
from uuid import UUID

import structlog

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import Refusal
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as known
from dure.foundations.vault.types import Entry, SealUnfit
from dure.kit import tx
from dure.services.checkin.models.authority import tables
from dure.services.checkin.providers import parties, shown
from dure.services.checkin.queries import authority as queries
from dure.services.checkin.rules import days, issuing, offices, statements, tracing
from dure.services.checkin.types import Deed, Epoch, NothingNew, Party, Query, QueryState, Role
from dure.services.checkin.types.offices import Counted
from dure.services.checkin.types.query_messages import HANDLES_MAX, TellContacts

from .collecting import Collected, collected
from .officers import LOG
from .writing import write

LOGGED = statements.LOGGED
CODE_LENGTH_MAX = 40
log_ = structlog.get_logger(__name__)


def pursue(by: Actor, query: UUID | None = None) -> int:
    """Go on with every query that waits for the program, or with this one, as far as it goes; how many steps were taken.

    What keeps one from going on is noted with it and stops no other. Raises NotAllowed: only the program may.
    """
    offices.acting(by, None, Deed.LOG)
    steps = 0
    for one in queries.waiting() if query is None else (query,):
        try:
            while _step(by, one):
                steps += 1
            tables.Query.objects.filter(id=one).exclude(trouble="").update(trouble="")
        except Refusal as refusal:
            log_.warning("query_waits", why=refusal.code)
            tables.Query.objects.filter(id=one).update(trouble=refusal.code[:CODE_LENGTH_MAX])
    return steps


def _step(by: Actor, query: UUID) -> bool:
    """The next step of a query; whether there may be one more."""
    row = queries.row(query)
    match QueryState(row.state):
        case QueryState.APPROVED:
            log(by, query)
        case QueryState.LOGGED:
            combine(by, query)
        case QueryState.RELEASED:
            tell(by, query)
        case QueryState.TOLD if row.look_again:
            with suppress(NothingNew):
                combine(by, query)
            tables.Query.objects.filter(id=query).update(look_again=False)
        case _:
            return False
    return True


def log(by: Actor, query: UUID) -> int:
    """Write a query into the public log, after which shares may leave; its entry. Again: the same entry.

    Raises NotAllowed, NotFound, NotNow, and what the log refuses.
    """
    role = offices.acting(by, None, Deed.LOG)
    with tx.durable():
        found = queries.query(query, lock=True)
        if found.state is QueryState.LOGGED and found.log_entry is not None:
            return found.log_entry
        tracing.check_approved(role, found)
        [place] = vault.append(by, LOG, [Entry(f"{LOGGED}|{found.id}", statements.query_statement(found))])
        write(tracing.log(role, found, place))
        return place


def combine(by: Actor, query: UUID) -> int:
    """Have an hour's rows and shares given, open them, and keep the sealed handles until their people are told; how many.

    Again, after something was settled late: new parts only. Raises NotAllowed, NotFound, NotNow, NotLogged, NothingNew,
    SharesMissing, DayClosed, Unreadable, and what lines and vault refuse.
    """
    role = offices.acting(by, None, Deed.COMBINE)
    found = queries.query(query)
    told = known.told(LOG, f"{LOGGED}|{found.id}")
    for hour in tracing.hours_of(found.scope):
        entry = known.entry(LOG, f"{LOGGED}|{found.id}")
        tracing.check_release(Role.AUTHORITY, found, hour, entry, clock.now())
    return keep(by, query, collected(found, shown.shown(found, told)), role)


def keep(by: Actor, query: UUID, opened: Collected, role: Role) -> int:
    """Keep what was opened, once a part; how many handles that were. Raises what `rules.tracing.combine` raises."""
    with tx.durable():
        found = queries.query(query, lock=True)
        released = tracing.combine(role, found, opened.shares, opened.parts, clock.now())
        fresh = released.released - found.released
        write(released)
        tables.ReleasedPart.objects.bulk_create(
            tables.ReleasedPart(id=ids.new(), query_id=query, hour=hour.hour, part=part, party=party.value)
            for hour, part, party in sorted(fresh)
        )
        before = {(hour, part) for hour, part, _ in found.released}
        kept = {each: sealed for each, sealed in opened.sealed.items() if each not in before}
        tables.Extract.objects.bulk_create(
            tables.Extract(id=ids.new(), query_id=query, hour=hour.hour, part=part, sealed=b"".join(sealed))
            for (hour, part), sealed in sorted(kept.items())
        )
        return sum(len(sealed) for sealed in kept.values())


def tell(by: Actor, query: UUID) -> Counted:
    """Have the people told whose handles were opened; how many were, in all rounds. Nobody is told twice for a query.

    Raises NotAllowed, NotFound, NotNow, NotLogged, and what lines and vault refuse.
    """
    offices.acting(by, None, Deed.COMBINE)
    row = queries.row(query)
    found = queries.query_of(row)
    tracing.tell(Role.IDENTITY, found, 0)
    rows, sealed = queries.extract(query)
    handles, unread = _handles(found, sealed)
    said = shown.shown(found, known.told(LOG, f"{LOGGED}|{found.id}"))
    told, unknown = 0, statements.at_most(unread)
    for lot, at in enumerate(range(0, len(handles), HANDLES_MAX)):
        asked = TellContacts(said, row.rounds, lot, handles[at : at + HANDLES_MAX])
        counted = parties.ask_telling(asked)
        told, unknown = told + counted.told, unknown + counted.unknown
    return keep_told(query, row.rounds, rows, Counted(told, unknown))


def keep_told(query: UUID, of_round: int, rows: tuple[UUID, ...], counted: Counted) -> Counted:
    """Write down what came of a round of telling, once, and forget what was opened for it. Raises NotNow."""
    with tx.durable():
        row = queries.row(query, lock=True)
        found = queries.query_of(row)
        if row.rounds != of_round:  # another worker was faster with the same question, and got the same answer
            return Counted(found.told or 0, found.unknown)
        told, unknown = (found.told or 0) + counted.told, found.unknown + counted.unknown
        after = tracing.tell(Role.IDENTITY, found, told, unknown)
        tables.Extract.objects.filter(query_id=query, id__in=rows).delete()
        write(after)
        tables.Query.objects.filter(id=query).update(rounds=of_round + 1)
        if tables.Extract.objects.filter(query_id=query).exists():  # another part was opened meanwhile
            tables.Query.objects.filter(id=query).update(state=QueryState.RELEASED.value)
        return Counted(told, unknown)


def _handles(query: Query, sealed: tuple[bytes, ...]) -> tuple[tuple[bytes, ...], int]:
    """The handles in what was opened, each once, in an order that says nothing; and how many did not open."""
    name = days.key_name(Party.AUTHORITY, days.AUTHORITY, Epoch(query.scope.epoch))
    context = issuing.sealing_context(query.scope.epoch)
    found: set[bytes] = set()
    unread = 0
    for each in sealed:
        try:
            found.add(known.unseal_letter(name, context, each))
        except SealUnfit:
            unread += 1
    fitting = {handle for handle in found if len(handle) == issuing.HANDLE_BYTES}
    return tuple(sorted(fitting)), unread + len(found) - len(fitting)
