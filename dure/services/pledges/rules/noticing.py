"""What a leader may let a group know, and how often. Pure."""

from typing import Final

from dure.base.refusals import BadValue
from dure.services.pledges.types import SeasonPhase

NOTICE_LENGTH: Final = (2, 300)
NOTICES_PER_DAY_MAX: Final = 3
DAY_SECONDS: Final = 86_400
NOTICING: Final = (
    SeasonPhase.PROPOSING,
    SeasonPhase.JOINING,
    SeasonPhase.READY,
    SeasonPhase.RUNNING,
    SeasonPhase.REVIEW,
)
HANDLE: Final = "pledges"  # of the channel from which people are told


def check_notice(text: str) -> str:
    """The words of a notice as they are kept. Raises BadValue."""
    said = text.strip()
    least, most = NOTICE_LENGTH
    if not least <= len(said) <= most:
        raise BadValue(field="text", reason="length")
    if "\x00" in said:
        raise BadValue(field="text", reason="null_character")
    return said
