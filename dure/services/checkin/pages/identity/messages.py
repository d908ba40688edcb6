"""What the other parties may ask of the identity party."""

from collections.abc import Mapping
from typing import Any, Final

from dure.kit.peers import Message
from dure.services.checkin.pages import keys
from dure.services.checkin.types import Party

TAKEN: Final[Mapping[str, Message[Any]]] = {
    "halves": keys.asked_by(Party.VISITS, Party.AUTHORITY),
}
