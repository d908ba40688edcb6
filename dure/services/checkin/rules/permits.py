"""Who may do what around a query. What does not stand here, nobody may."""

from typing import Final

from dure.base.refusals import NotAllowed
from dure.services.checkin.types import Deed, Party, Role

ALLOWED: Final[frozenset[tuple[Role, Deed]]] = frozenset(
    {
        (Role.OFFICER, Deed.FILE),
        (Role.OFFICER, Deed.APPROVE),
        (Role.OFFICER, Deed.REFUSE),
        (Role.OFFICER, Deed.CLOSE),
        (Role.OFFICER, Deed.READ),
        (Role.AUDITOR, Deed.READ),
        (Role.AUTHORITY, Deed.LOG),
        (Role.AUTHORITY, Deed.RELEASE),
        (Role.AUTHORITY, Deed.COMBINE),
        (Role.AUTHORITY, Deed.LAPSE),
        (Role.VISITS, Deed.RELEASE),
        (Role.IDENTITY, Deed.RELEASE),
        (Role.IDENTITY, Deed.TELL),
        *((role, Deed.READ_LOG) for role in Role),
    }
)
PARTY_OF: Final = {Role.IDENTITY: Party.IDENTITY, Role.VISITS: Party.VISITS, Role.AUTHORITY: Party.AUTHORITY}


def may(role: Role, deed: Deed) -> None:
    """Raises NotAllowed for everything that is not listed."""
    if (role, deed) not in ALLOWED:
        raise NotAllowed(needs=f"checkin.{deed.value}")
