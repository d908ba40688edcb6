"""Codes told by telephone, at the identity party: who is told any, and which one a call is told."""

from typing import Final

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import BadValue
from dure.foundations.channels import queries as ways
from dure.foundations.channels.types import NoTelephone
from dure.foundations.people import queries as people
from dure.kit import limits, locks, tx
from dure.services.checkin.models.identity import tables
from dure.services.checkin.queries import days as keys
from dure.services.checkin.queries import identity_spoken as queries
from dure.services.checkin.rules import batches, calendar, calls, days, spoken
from dure.services.checkin.rules.consent import CONSENT
from dure.services.checkin.rules.marks import subject_of
from dure.services.checkin.types import NotAgreed
from dure.services.checkin.types.lots import Way

from .identity import KNOWN_BY

# In memory, each process for itself: a row would say to the microsecond when somebody called.
_all: Final = limits.Window(calls.ALL_CALLS_MAX, 60)
_callers: Final = limits.Window(calls.CALLS_MAX, 3600)


def choose_calls(by: Actor, yes: bool) -> None:
    """Be told codes when one calls from one's own proved number, or not any more. Again: nothing changes.

    Raises NotAllowed, NotAgreed, NoTelephone.
    """
    person = batches.may_fetch(by)
    with tx.durable():
        if not yes:
            tables.Caller.objects.filter(person=person).delete()
            return
        if not people.has_consent(person, CONSENT.purpose):
            raise NotAgreed()
        if not ways.reachable(by).number:
            raise NoTelephone()
        tables.Caller.objects.get_or_create(person=person)


def tell_code(by: Actor, number: str, call: str) -> str | None:
    """The code that a call from this number is told: of today, another one with each call. The same call again: the same code.

    None, whatever the reason: the number is nobody's, its owner did not ask for it or takes no part, was told all codes of the
    day, or the visit party does not have them yet. Only a program of ours may. Raises NotAllowed, TooOften, and what the vault
    refuses.
    """
    days.may_begin(by)
    epoch = calendar.epoch_of(clock.now())
    own = keys.issuer_keys(epoch)
    _all.count("calls")
    _callers.count(calls.caller_bucket(own.rates, epoch, number))
    person = _caller(number)
    if person is None or (person, Way.CALL) not in queries.handed(epoch, person):
        return None
    subject = subject_of(own.rates, epoch, KNOWN_BY, person.bytes)
    mark, known = calls.caller_mark(subject), calls.call_id(own.rates, epoch, subject, call)
    with tx.durable():
        locks.lock_name(f"checkin.call.{mark}")
        before = tables.Call.objects.filter(epoch=epoch, mark=mark)
        asked = before.filter(id=known).first()
        at = asked.number if asked else calls.next_number(before.count())
        if at is None:
            return None
        if asked is None:
            tables.Call.objects.create(id=known, epoch=epoch, mark=mark, number=at)
    return spoken.called_code_of(own.passes, epoch, subject, at)


def _caller(number: str) -> PersonId | None:
    """Who calls, if they asked for it and take part."""
    try:
        person = ways.whose_number(number)
    except BadValue:
        return None
    if person is None or not queries.calls(person) or not people.has_consent(person, CONSENT.purpose):
        return None
    return person
