"""The authority's people: who is what there, and what the public log says of an office. Pure.

Nobody joins at the authority's log-in. Whoever has the machine appoints officers (`dure appoint --role authority --office`), as
stewards are appointed on the platform; an officer acts for one office.
"""

import json
import unicodedata
from uuid import UUID

from dure.base.actors import Actor
from dure.base.refusals import BadValue, NotAllowed
from dure.services.checkin.types import Deed, Officer, OfficerId, OtherOffice, Party, Query, Role
from dure.services.checkin.types.offices import NAME_LENGTH_MAX, OfficeEntry, OfficerEntry

from .permits import ALLOWED
from .registry import party

OPENED = "office.opened"
_PROGRAM = "checkin"


def may_appoint(by: Actor) -> None:
    """Only the installation itself, from the shell. Raises NotAllowed."""
    if not (by.is_system and by.name == "cli.appoint") and not (by.is_system and by.name == "demo"):
        raise NotAllowed(needs="system")


def clean_name(name: str) -> str:
    """The name of an office as the log says it. Raises BadValue."""
    said = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(said) <= NAME_LENGTH_MAX or any(unicodedata.category(letter)[0] == "C" for letter in said):
        raise BadValue(field="office", reason="malformed")
    return said


def roles_of(by: Actor, officer: OfficerEntry | None) -> frozenset[Role]:
    """What somebody is around a query. The authority's own program is a system called checkin.<something>."""
    if by.is_system:
        programs = {party(one): Role(one) for one in Party}
        own = Role.AUTHORITY if by.name.partition(".")[0] == _PROGRAM else Role.CITIZEN
        return frozenset({programs.get(by.name, own)})
    found = {Role.CITIZEN}
    if officer is not None and by.person == officer.person:
        found.add(Role.OFFICER)
    if by.is_auditor:
        found.add(Role.AUDITOR)
    if by.is_steward:
        found.add(Role.STEWARD)
    return frozenset(found)


def acting(by: Actor, officer: OfficerEntry | None, deed: Deed) -> Role:
    """As what somebody does this. Raises NotAllowed when nothing that they are may."""
    able = sorted(role for role in roles_of(by, officer) if (role, deed) in ALLOWED)
    if not able:
        raise NotAllowed(needs="officer" if (Role.OFFICER, deed) in ALLOWED else f"checkin.{deed.value}")
    return able[0]


def officer_of(entry: OfficerEntry | None) -> Officer:
    """The officer as the rules of a query know one. Raises NotAllowed."""
    if entry is None:
        raise NotAllowed(needs="officer")
    return Officer(OfficerId(entry.person), entry.office.id)


def may_read(by: Actor, officer: OfficerEntry | None, query: Query) -> None:
    """The file of a query: officers of its office, and auditors. Raises NotAllowed."""
    acting(by, officer, Deed.READ)
    if not by.is_auditor and (officer is None or officer.office.id != query.office):
        raise NotAllowed(needs="office")


def demand_own(officer: OfficerEntry | None, query: Query) -> None:
    """What an officer does with a query of the own office only. Raises OtherOffice."""
    if officer is None or officer.office.id != query.office:
        raise OtherOffice()


def may_ask(by: Actor) -> None:
    """What only the authority's program asks of another party. Raises NotAllowed."""
    if not (by.is_system and by.name == party(Party.AUTHORITY)):
        raise NotAllowed(needs="party.authority")


def office_key(office: UUID) -> str:
    """Under what the log tells of an office, once."""
    return f"office|{office}"


def office_statement(office: OfficeEntry) -> bytes:
    """What the log says of an office: so that everybody can read who it is that asks."""
    said = {"kind": OPENED, "office": str(office.id), "name": office.name}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
