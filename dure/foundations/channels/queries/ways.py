"""How people may be reached outside the inbox, and what proves it."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.foundations.channels import models
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.rules.channels import somebody
from dure.foundations.channels.types import (
    Carried,
    Gone,
    LostWay,
    NumberAsked,
    PushSubscription,
    Reachable,
    Route,
)
from dure.foundations.channels.types.ladders import Leads, Ways
from dure.foundations.people import queries as people
from dure.kit import keys, limits, seals, sqlfiles

__all__ = [
    "BY_TELEPHONE",
    "REACH_SEAL",
    "code_of",
    "codes_today",
    "leads_to",
    "masked_address",
    "number_asked",
    "owner_hash",
    "reach_hash",
    "reachable",
    "ways_export",
    "ways_to",
    "whose_number",
]

HOUSE = "dure.foundations.channels"
REACH_SEAL = "channels.reach.v1"  # addresses are sealed for the id of their row
BY_TELEPHONE = (Route.ALIMTALK, Route.SMS, Route.VOICE)  # one number, kept under SMS, serves all three
HASH_KEY = "channels.reach.hash.v1"
OWNER_KEY = "channels.barrier.owner.v1"
CODE_KEY = "channels.number.code.v1"
ASK_SEAL = "channels.number.v1"
CODES_OF_THE_PLACE = "channels.code.place"  # counts the codes of one day, whoever asked


def reachable(by: Actor) -> Reachable:
    """What by chose. Raises NotAllowed."""
    me = somebody(by)
    rows = {row.route: row for row in models.Reach.objects.filter(person=me, gone_at__isnull=True)}
    telephone = rows.get(Route.SMS)
    asked = models.NumberAsk.objects.filter(person=me).first()
    return Reachable(
        email=proved_mail(me),
        mail=Route.MAIL in rows,
        number=opened(telephone) if telephone else "",
        proved_at=telephone.proved_at if telephone else None,
        aloud=telephone is not None and telephone.aloud,
        asked=readable(asked) if asked else None,
        lost=_lost(me),
    )


_OF_A_WAY = ("id", "person_id", "route", "sealed", "hash", "aloud", "proved_at", "person__email", "person__verified_at")
_OF_A_BROWSER = ("person_id", "id", "endpoint", "p256dh", "auth", "device")


class _Row(NamedTuple):
    """A way of a person, and what their account says of its address."""

    id: UUID
    person: UUID
    route: str
    sealed: bytes
    hash: bytes
    aloud: bool
    proved_at: datetime
    email: str
    verified_at: datetime | None


def ways_to(persons: Sequence[UUID]) -> Mapping[PersonId, Ways]:
    """How these people can be reached outside the inbox. Two statements; nobody who has no way stands in it."""
    wanted = set(persons)
    rows: dict[UUID, list[_Row]] = {}
    reaches = models.Reach.objects.filter(person__any=wanted, gone_at__isnull=True).order_by("id")
    for row in map(_Row._make, reaches.values_list(*_OF_A_WAY)):
        if row.route != Route.MAIL or _is_still_theirs(row):
            rows.setdefault(row.person, []).append(row)
    browsers: dict[UUID, list[PushSubscription]] = {}
    subscribed = models.PushSubscription.objects.filter(person__any=wanted).order_by("id")
    for person, id_, endpoint, p256dh, auth, device in subscribed.values_list(*_OF_A_BROWSER):
        one = PushSubscription(id_, PersonId(person), endpoint, bytes(p256dh), bytes(auth), device)
        browsers.setdefault(person, []).append(one)
    return {
        PersonId(person): _ways(rows.get(person, ()), tuple(browsers.get(person, ()))) for person in {*rows, *browsers}
    }


def leads_to(persons: Sequence[UUID]) -> Mapping[PersonId, Leads]:
    """What leads to these people. One statement, and no seal is opened; to whom nothing leads stands not in it."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(HOUSE, "leads_to").text, {"persons": list(set(persons))})
        return {PersonId(person): Leads(*leads) for person, *leads in cursor.fetchall()}


def _is_still_theirs(row: _Row) -> bool:
    """Whether mail would go to the address that the account has now: an old one may be somebody else's."""
    return row.verified_at is not None and bytes(row.hash) == reach_hash(Route.MAIL, row.email)


def _ways(rows: Sequence[_Row], browsers: tuple[PushSubscription, ...]) -> Ways:
    found: dict[Route, tuple[UUID, str]] = {}
    broken: set[Route] = set()
    for row in rows:
        address = opened(row)
        if address:
            found[Route(row.route)] = row.id, address
        else:
            broken.add(Route(row.route))
    if Route.SMS in found:
        found |= {route: found[Route.SMS] for route in BY_TELEPHONE if route not in found}
    if Route.SMS in broken:
        broken |= set(BY_TELEPHONE) - set(found)
    addresses = tuple((route, reach, address) for route, (reach, address) in sorted(found.items()))
    proved = tuple((row.id, row.proved_at) for row in rows)
    return Ways(addresses, browsers, frozenset(broken), any(row.aloud for row in rows), proved)


def _lost(person: PersonId) -> tuple[LostWay, ...]:
    rows = models.Reach.objects.filter(person=person, gone_at__isnull=False).order_by("-gone_at", "-pk")
    return tuple(LostWay(opened(row), Gone(row.why or Gone.REFUSED), row.gone_at) for row in rows if row.gone_at)


def number_asked(ask: UUID) -> NumberAsked:
    """The asking with this id. Raises NotFound when it was proved, replaced or taken back, or cannot be read any more."""
    row = models.NumberAsk.objects.filter(id=ask).first()
    found = readable(row) if row else None
    if found is None:
        raise NotFound(what="number")
    return found


def readable(row: models.NumberAsk) -> NumberAsked | None:
    """The value of a row; None when its seal does not open: then its person asks anew."""
    try:
        return asked_of(row)
    except seals.SealBroken:
        return None


def code_of(ask: UUID) -> str:
    """The code of one asking. It is stored nowhere, not even as a hash: it follows from the asking's id, which is random, and the
    installation's secret (as HOTP does, RFC 4226), so that who reads the database learns none.
    """
    digest = hmac.digest(keys.derived(CODE_KEY), ask.bytes, "sha256")
    return f"{int.from_bytes(digest[:8]) % 10**rules.CODE_DIGITS:0{rules.CODE_DIGITS}}"


def reach_hash(route: Route, address: str) -> bytes:
    """The salted hash by which an address is found again, and kept on the list of those who want nothing."""
    return hmac.digest(keys.derived(HASH_KEY), f"{route}|{address.lower()}".encode(), "sha256")


def whose_number(number: str) -> PersonId | None:
    """Who proved this telephone number as theirs; None: nobody has it now. Raises BadValue when it is none that one can prove."""
    digest = reach_hash(Route.SMS, rules.clean_number(number))
    proved = models.Reach.objects.filter(route=Route.SMS, hash=digest, gone_at__isnull=True, proved_at__isnull=False)
    row = proved.first()
    return PersonId(row.person_id) if row else None


def codes_today() -> int:
    """How many codes were asked for in the day that is running."""
    return limits.used(CODES_OF_THE_PLACE)


def owner_hash(person: PersonId, address: bytes) -> bytes:
    """The salted hash by which somebody is known again as the one who had an address, of which `address` is the hash."""
    return hmac.digest(keys.derived(OWNER_KEY), person.bytes + address, "sha256")


def proved_mail(person: PersonId) -> str:
    """The address of a person's account, if they have proved it; else empty."""
    known = people.profile(person)
    return known.email if known.verified_at is not None else ""


def opened(row: models.Reach | _Row) -> str:
    """The address of a row; of one that is gone only what is shown of it. Empty when its seal does not open."""
    try:
        return seals.unseal(REACH_SEAL, row.id, bytes(row.sealed)).decode()
    except seals.SealBroken:
        return ""


def masked_address(reach: UUID) -> str:
    """The end of an address, for the back office; empty when its seal does not open."""
    row = models.Reach.objects.filter(id=reach).first()
    address = opened(row) if row else ""
    return address if row and row.gone_at and row.why == Gone.MOVED else rules.masked(address) if address else ""


def asked_of(row: models.NumberAsk) -> NumberAsked:
    """The value of a row."""
    return NumberAsked(
        id=row.id,
        person=PersonId(row.person_id),
        number=seals.unseal(ASK_SEAL, row.id, bytes(row.sealed)).decode(),
        until=row.until,
        tries_left=max(0, rules.TRIES_MAX - row.tries),
        carried=Carried(row.carried),
    )


def ways_export(person: UUID) -> Mapping[str, object]:
    """How a person may be reached, for the data export."""
    rows = models.Reach.objects.filter(person_id=person).order_by("id")
    return {
        "addresses": [
            {
                "route": row.route,
                "address": opened(row),
                "proved_at": row.proved_at,
                "read_aloud": row.aloud,
                "gone_at": row.gone_at,
                "why": row.why,
            }
            for row in rows
        ],
        "browsers": [
            {"device": row.device, "since": row.at, "heard_at": row.heard_at}
            for row in models.PushSubscription.objects.filter(person_id=person).order_by("at", "pk")
        ],
    }
