"""An answer of the staff that its person has not read yet."""

from dataclasses import dataclass

from dure.base.actors import PersonId

from .channels import ChannelId
from .inbox import ConversationId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """The first answer of a stretch that the person has not read. `seen`: up to where they had read when it began."""

    message: MessageId
    conversation: ConversationId
    channel: ChannelId
    channel_name: str
    handle: str
    person: PersonId
    seen: int
    line: str  # its beginning in one line; empty where the words are nobody else's
