"""The authority's people of a test, its keys of a day, a query that is logged."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId, PlatformRole, system
from dure.foundations.vault import actions as keeping
from dure.foundations.vault import queries as vault
from dure.kit import tx
from dure.services.checkin.actions import authority as actions
from dure.services.checkin.rules import calendar, days
from dure.services.checkin.tests.making import BAKERY
from dure.services.checkin.tests.other_two import PLACE, Others
from dure.services.checkin.types import Epoch, LegalBasis, Party
from dure.services.checkin.types.offices import AskedQuery

SHELL, PROGRAM = system("cli.appoint"), system("checkin.pursue")
OFFICE, OTHER_OFFICE = "가람군 보건소 (예시)", "나루시 보건소 (예시)"


def person(*roles: PlatformRole) -> Actor:
    return Actor(PersonId(ids.new()), verified=True, roles=frozenset(roles))


def officer(office: str = OFFICE) -> Actor:
    """Somebody new who acts for an office."""
    who = person()
    assert who.person
    actions.appoint_officer(SHELL, who.person, office)
    return who


def today() -> Epoch:
    return calendar.epoch_of(clock.now())


def asked(case: str = "2026-감염-0001", first_hour: int = 9, hours: int = 2, ago: int = 1) -> AskedQuery:
    return AskedQuery(case, LegalBasis.INVESTIGATION, BAKERY, PLACE, today() - ago, first_hour, hours)


def key() -> str:
    return ids.new().hex


def make_keys(ago: int = 1) -> Epoch:
    """The authority's keys of a day that is over: made when it began."""
    epoch = Epoch(today() - ago)
    for each in days.KEYS[Party.AUTHORITY]:
        with tx.durable():
            keeping.make_key(PROGRAM, days.key_name(Party.AUTHORITY, each.purpose, epoch), days.ends_on(each, epoch))
    return epoch


def others() -> Others:
    """The other two parties, who seal to the authority's real keys."""
    return Others(lambda purpose, epoch: vault.public_half(days.key_name(Party.AUTHORITY, purpose, epoch)))


def logged(by: Actor, other: Actor, **more: Any) -> UUID:
    """A query on which two officers agree, in the log."""
    query = actions.file(by, asked(**more), key=key())
    actions.approve(other, query)
    actions.log(PROGRAM, query)
    return query


NOON = datetime.fromisoformat("2026-11-20T12:00:00+09:00")
DAY = timedelta(days=1)
