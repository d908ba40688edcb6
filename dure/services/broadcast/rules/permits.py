"""Who may do what with villages, offices and listeners. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.people.types import OrgKind
from dure.services.broadcast.types import Tenure, VillageId

HANDLE: Final = "broadcast"  # of the channel from which villages hear
NAME_LENGTH: Final = (2, 40)
PUBLIC_KINDS: Final = frozenset({OrgKind.AGENCY, OrgKind.VILLAGE})
ZONES: Final = (  # where people from a village live; a listener chooses one
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Ho_Chi_Minh",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)


def somebody(by: Actor) -> PersonId:
    """Who acts, when it must be a person. Raises NotAllowed."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return by.person


def may_run(by: Actor) -> None:
    """What the platform itself does. Raises NotAllowed."""
    if not by.is_system:
        raise NotAllowed(needs="system")


def is_public_body(kind: OrgKind, verified: bool) -> bool:
    """Whether an organisation may speak to a village: a village or an agency that somebody looked at."""
    return verified and kind in PUBLIC_KINDS


def may_open(by: Actor, organisation: OrganisationId, public: bool) -> PersonId:
    """A village is opened by who binds the public body that answers for it, or by a steward. Raises NotAllowed."""
    person = somebody(by)
    if not public:
        raise NotAllowed(needs="public_body")
    if not (by.is_steward or by.owns(organisation)):
        raise NotAllowed(needs="owner")
    return person


def may_appoint(by: Actor, organisation: OrganisationId) -> PersonId:
    """Who says who is head or deputy. Raises NotAllowed."""
    person = somebody(by)
    if not (by.is_steward or by.owns(organisation)):
        raise NotAllowed(needs="owner")
    return person


def may_see_rates(by: Actor, organisation: OrganisationId) -> None:
    """Whoever works for the body that answers for a village, stewards and auditors: rates, no names. Raises NotAllowed."""
    if not (by.is_steward or by.is_auditor or by.works_for(organisation)):
        raise NotAllowed(needs="member")


def may_speak(by: Actor, villages: Iterable[VillageId], tenures: Iterable[Tenure], today: date) -> PersonId:
    """Who holds an office in each of these villages today. Raises NotAllowed."""
    person = somebody(by)
    own = {one.village for one in tenures if one.person == person and one.holds(today)}
    if not set(villages) <= own:
        raise NotAllowed(needs="office")
    return person


def check_name(name: str) -> str:
    """The name of a village as it is written. Raises BadValue."""
    said = " ".join(name.split())
    if not NAME_LENGTH[0] <= len(said) <= NAME_LENGTH[1]:
        raise BadValue(field="name", reason="length")
    return said


def check_zone(zone: str) -> str:
    """The clock that somebody lives by. Raises BadValue."""
    if zone not in ZONES:
        raise BadValue(field="zone", reason="unknown")
    return zone
