"""The identity party's part in a query: its share, and telling the people.

It makes the handles of a day anew, finds those asked for, and writes to these people through the channel of a public body.
"""

from collections.abc import Iterable
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor
from dure.base.refusals import NotFound
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as known_channels
from dure.foundations.channels.types import Channel, Content, Lane, NewSending, Purpose
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.foundations.vault import actions as vault
from dure.foundations.vault import queries as known
from dure.foundations.vault.types import Entry, ToldProof, Trust
from dure.kit import locks, tx
from dure.services.checkin.models.identity import tables
from dure.services.checkin.queries import days as keys
from dure.services.checkin.rules import calendar, consent, days, issuing, offices, scopes, statements, tracing
from dure.services.checkin.types import Epoch, Handle, Hour, Party, Query, Role
from dure.services.checkin.types.offices import Counted, NoSafetyChannel, Telling

LOG = "identity"
SAFETY_HANDLE = "safety"  # of the channel from which people are told: a verified public body's


def release_share(by: Actor, query: Query, told: ToldProof, share: tuple[Hour, int, bytes], trust: Trust) -> bytes:
    """Our share of a part of an hour (hour, part, as it is sealed) of a query that stands in the log. Again: the same.

    Raises NotAllowed, NotLogged, NeedsAnotherOfficer, NotInScope, DayClosed, SealUnfit, NoteUnfit, NotSigned, ProofUnfit.
    """
    offices.may_ask(by)
    hour, part, sealed = share
    tracing.check_release(Role.IDENTITY, query, hour, known.told_entry(told, trust), clock.now())
    name = days.key_name(Party.IDENTITY, days.SHARES, hour.epoch)
    opened = known.unseal_letter(name, scopes.share_context(hour, part, Party.IDENTITY), sealed)
    with tx.durable():
        _note(by, query)
    return opened


def tell_contacts(by: Actor, query: Query, told: ToldProof, asked: Telling, content: Content, trust: Trust) -> Counted:
    """Tell the people behind handles of a query's day, in the words of `content`. Nobody is told twice for one query; the same
    question again has the same answer. How many were told, and how many handles were nobody's: in fives.

    Raises NotAllowed, NotLogged, DayClosed, NoSafetyChannel, and what the log, the vault and the outbox refuse.
    """
    offices.may_ask(by)
    hours = tracing.hours_of(query.scope)
    tracing.check_release(Role.IDENTITY, query, hours[0], known.told_entry(told, trust), clock.now())
    with tx.action(by, "checkin.tell_contacts", f"{query.id}:{asked.question}", sorted(asked.handles), Counted) as done:
        if done:
            return done.answer()
        locks.lock_name(f"checkin.tell.{query.id}")
        epoch = query.scope.epoch
        key = keys.secret(Party.IDENTITY, days.HANDLES, epoch)
        wanted = frozenset(Handle(one) for one in asked.handles)
        found = _behind(wanted, key, epoch)
        fresh = _unmarked(query, key, found)
        if fresh:
            _write_to(by, f"{_key_of(query.id)}{asked.question}", content, fresh.values())
        _note(by, query)
        unknown = len(wanted) - len(found)
        return done.keep(Counted(statements.at_most(len(fresh)), statements.at_most(unknown)))


def forget_told(by: Actor, instead: Content) -> int:
    """Forget who was told, and what, of days that are over their 28; how many marks. Only a program of ours may.

    In a conversation stands `instead` from then on: that there was a warning, and no longer of which place or day.
    Raises NotAllowed, Busy.
    """
    days.may_begin(by)
    over = calendar.epoch_of(clock.now()) - calendar.DAYS_KEPT
    with tx.durable():
        marks = tables.ToldMark.objects.filter(epoch__lte=over)
        for query in marks.order_by("query").values_list("query", flat=True).distinct():
            channels.forget_told(by, _key_of(query), instead)
        return int(marks.delete()[0])


def _behind(wanted: frozenset[Handle], key: bytes, epoch: Epoch) -> dict[Handle, PersonId]:
    """Whose handles these are: those of everybody who ever agreed are made anew, also of who took it back since."""
    found: dict[Handle, PersonId] = {}
    for person in people.persons_who_consented(consent.CONSENT.purpose):
        handle = issuing.handle_of(key, epoch, person.bytes)
        if handle in wanted:
            found[handle] = person
    return found


def _unmarked(query: Query, key: bytes, found: dict[Handle, PersonId]) -> dict[bytes, PersonId]:
    """Those who were not told for this query before; marked from now on."""
    marks = {statements.told_mark(key, query.id, handle): person for handle, person in found.items()}
    rows = tables.ToldMark.objects.filter(query=query.id, mark__in=list(marks)).values_list("mark", flat=True)
    before = {bytes(mark) for mark in rows}
    fresh = {mark: person for mark, person in marks.items() if mark not in before}
    tables.ToldMark.objects.bulk_create(
        tables.ToldMark(id=ids.new(), query=query.id, epoch=query.scope.epoch, mark=mark) for mark in sorted(fresh)
    )
    return fresh


def _write_to(by: Actor, key: str, content: Content, persons: Iterable[PersonId]) -> None:
    """A warning for each. Nothing beside it says what it is about: no list of who was where stays in the outbox."""
    new = NewSending(
        channel=_channel().id,
        purpose=Purpose.SAFETY,
        content=content,
        key=key,
        persons=tuple(sorted(persons)),
        lane=Lane.URGENT,
        confidential=True,  # the body whose channel it is learns no name: it may be the very authority that asked
    )
    channels.queue_sending(by, new)


def _key_of(query: UUID) -> str:
    """How the keys of all that is sent for a query begin."""
    return f"checkin:{query.hex}:"


def _channel() -> Channel:
    """The channel from which people are told. Raises NoSafetyChannel."""
    try:
        return known_channels.channel_by_handle(SAFETY_HANDLE)
    except NotFound:
        raise NoSafetyChannel(handle=SAFETY_HANDLE) from None


def _note(by: Actor, query: Query) -> None:
    body = statements.answered_statement(query, Party.IDENTITY)
    vault.append(by, LOG, [Entry(statements.answered_key(query.id), body)])
