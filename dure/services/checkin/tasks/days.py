"""What the workers of all parties do: make the keys of today and tomorrow."""

import structlog

from dure.base.actors import system
from dure.base.refusals import Refusal
from dure.services.checkin.actions import days as actions
from dure.services.checkin.types import Party

BY = system("checkin.begin_days")
log = structlog.get_logger(__name__)


def begin(party: Party) -> bool:
    """Whether the keys of a party are there now. What is refused (a clock that jumped) is tried again the next minute."""
    try:
        actions.begin_days(BY, party)
    except Refusal as refusal:
        log.warning("days_wait", why=refusal.code)
        return False
    return True
