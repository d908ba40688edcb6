"""The authority of a day that is attacked: its keys, and nothing to do as long as nobody asks."""

from dure.services.checkin.tasks import days
from dure.services.checkin.types import Party

from .common import own_keys


def minute() -> None:
    """What the worker does each minute."""
    days.begin(Party.AUTHORITY)


DEEDS = {"minute": minute, "own_keys": own_keys}
