"""Why channels say no."""

from datetime import datetime
from uuid import UUID

from dure.base.refusals import Refusal


class HandleTaken(Refusal):
    """Another channel has this handle."""

    handle: str


class ChannelClosed(Refusal):
    """The channel takes no friends and says nothing any more."""


class ChannelPaused(Refusal):
    """A steward has paused the channel."""


class NotAFriend(Refusal):
    """Only friends of the channel can do or get this."""


class SegmentUnreadable(Refusal):
    """The condition cannot be read; `at` is the position, `expected` what could stand there."""

    at: int
    expected: str


class AdLooksLikeInfo(Refusal):
    """The content offers something, so it is an ad; `found` is the phrase."""

    found: str


class AdFormWrong(Refusal):
    """The marking, the sender or the opt-out of an ad is missing or evaded; `rule` names it."""

    rule: str


class ContentTooLong(Refusal):
    """A part is longer than its route shows; `field`, `limit` and `length` say where."""

    field: str
    limit: int
    length: int


class ContentEmpty(Refusal):
    """Nothing would be shown; `field` says what is missing."""

    field: str


class ConversationTaken(Refusal):
    """Another member of staff answers here."""

    by: UUID


class NotWhileSo(Refusal):
    """The conversation stands otherwise; `attended` says who answers in it now."""

    attended: str


class AttachmentUnfit(Refusal):
    """The file cannot be taken; `why` is kind, size, length or count, `limit` the most of it."""

    why: str
    limit: int


class VariableUnknown(Refusal):
    """The text uses a variable that nothing fills."""

    name: str


class NeedsSecondPerson(Refusal):
    """Whoever wrote it cannot approve it."""


class AlreadySent(Refusal):
    """It has left; `at` when."""

    at: datetime


class NotEnoughCredit(Refusal):
    """Sending would cost more than is left."""

    won: int
    left: int


class WrongState(Refusal):
    """It is past this step; `state` says where it stands."""

    state: str


class TooManyChannels(Refusal):
    """An organisation has at most `limit` channels."""

    limit: int


class LinkOver(Refusal):
    """The signed link does not hold, or no longer."""


class TooFewToTell(Refusal):
    """The condition asks for what is not read off friend by friend; `floor` people at least stand behind every number."""

    floor: int


class NobodyToReach(Refusal):
    """Nobody fits the condition, or nobody of them takes such messages."""


class ChangedMeanwhile(Refusal):
    """It is no longer what was read: somebody changed it since."""
