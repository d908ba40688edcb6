"""When and how a person hears outside the inbox that the staff answered. Pure."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from dure.foundations.people.types import OrgKind

NOTICE_WAITS: Final = timedelta(minutes=1)  # who has the page open reads it within that time, and nothing rings
DISCREET_KINDS: Final = frozenset({OrgKind.CLINIC})


def is_discreet(kind: OrgKind, marked: bool) -> bool:
    """Whether not even the first line of an answer may stand outside the inbox: of a clinic, and where the owner says so."""
    return marked or kind in DISCREET_KINDS


def notice_key(conversation: UUID, seen: int) -> str:
    """What makes the notice one for each stretch that somebody has not read: it begins where they had read to."""
    return f"reply:{conversation.hex}:{seen}"
