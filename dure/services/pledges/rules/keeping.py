"""How long what people sent is kept, and why. Pure."""

from datetime import datetime, timedelta
from typing import Final

from dure.services.pledges.types import PledgeState

PROOFS_KEPT: Final = timedelta(
    days=180
)  # after the season was settled: so long somebody may ask why a day did not count
ENDS_WITH_ACCOUNT: Final = (
    PledgeState.WAITING,
    PledgeState.OFFERED,
    PledgeState.PAYING,
    PledgeState.JOINED,
)


def proofs_before(now: datetime) -> datetime:
    """Of seasons that were settled before this moment nobody needs words and pictures any more."""
    return now - PROOFS_KEPT
