"""What stands on a certificate. Pure."""

from typing import Final

from dure.services.pledges.types import NotSettledYet, ShownName

CODE_LENGTH: Final = 8
CIRCLE: Final = "○"


def shown_name(name: str, shown: ShownName) -> str:
    """As much of a name as its person wants shown."""
    bare = name.strip()
    match shown:
        case ShownName.WHOLE:
            return bare
        case ShownName.FIRST:
            return bare[:1] + CIRCLE * (len(bare) - 1)
        case ShownName.NONE:
            return ""


def may_certify(kept: int | None, root: str) -> None:
    """Only what is settled, and stands in a published total, can be checked by others. Raises NotSettledYet."""
    if kept is None or not root:
        raise NotSettledYet()
