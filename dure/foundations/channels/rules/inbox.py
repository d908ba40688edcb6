"""Who answers in a conversation, who may read it, what is unread. Pure."""

import re
from collections.abc import Sequence
from uuid import UUID

from dure.base.actors import Actor, OrganisationId, PersonId
from dure.base.refusals import BadValue, NotAllowed
from dure.foundations.channels.types import (
    Attended,
    ChannelClosed,
    ChannelPaused,
    ChannelState,
    ConversationTaken,
    NotWhileSo,
    Speaker,
    Turn,
)

CLIENT_ID = re.compile(r"[0-9A-Za-z_-]{8,40}")
SAID_LENGTH_MAX = 1_000
CANNED_TITLE_LENGTH_MAX = 40
CANNED_MAX = 100
WHY_LENGTH = (2, 300)
ATTACHMENTS_MAX = 3
SEARCH_LENGTH = (2, 60)
UNREAD_SHOWN_MAX = 99
SAYS_PER_MINUTE_MAX = 40

# Who answers, what happens, who answers then. What is not here cannot happen.
TURNS: dict[tuple[Attended, Turn], Attended] = {
    (Attended.BOT, Turn.WRITE): Attended.BOT,
    (Attended.WAITING, Turn.WRITE): Attended.WAITING,
    (Attended.STAFF, Turn.WRITE): Attended.STAFF,
    (Attended.CLOSED, Turn.WRITE): Attended.BOT,
    (Attended.BOT, Turn.ASK_PERSON): Attended.WAITING,
    (Attended.CLOSED, Turn.ASK_PERSON): Attended.WAITING,
    (Attended.WAITING, Turn.ASK_PERSON): Attended.WAITING,
    (Attended.STAFF, Turn.ASK_PERSON): Attended.STAFF,
    (Attended.BOT, Turn.TAKE): Attended.STAFF,
    (Attended.WAITING, Turn.TAKE): Attended.STAFF,
    (Attended.CLOSED, Turn.TAKE): Attended.STAFF,
    (Attended.STAFF, Turn.TAKE): Attended.STAFF,
    (Attended.WAITING, Turn.ASSIGN): Attended.STAFF,
    (Attended.STAFF, Turn.ASSIGN): Attended.STAFF,
    (Attended.BOT, Turn.ASSIGN): Attended.STAFF,
    (Attended.WAITING, Turn.HAND_BACK): Attended.BOT,
    (Attended.STAFF, Turn.HAND_BACK): Attended.BOT,
    (Attended.BOT, Turn.CLOSE): Attended.CLOSED,
    (Attended.WAITING, Turn.CLOSE): Attended.CLOSED,
    (Attended.STAFF, Turn.CLOSE): Attended.CLOSED,
}


def turned(attended: Attended, turn: Turn) -> Attended:
    """Who answers after `turn`. Raises NotWhileSo."""
    after = TURNS.get((attended, turn))
    if after is None:
        raise NotWhileSo(attended=attended.value)
    return after


def may_take(by: Actor, organisation: OrganisationId, attended: Attended, assigned_to: UUID | None) -> PersonId:
    """Who takes the conversation. Raises NotAllowed, and ConversationTaken when a colleague answers already."""
    me = may_serve(by, organisation)
    if attended is Attended.STAFF and assigned_to is not None and assigned_to != me:
        raise ConversationTaken(by=assigned_to)
    turned(attended, Turn.TAKE)
    return me


def may_write_here(by: Actor, state: ChannelState) -> PersonId:
    """Who writes to the channel. Raises NotAllowed, ChannelClosed, ChannelPaused."""
    if by.person is None:
        raise NotAllowed(needs="log_in")
    if state is ChannelState.CLOSED:
        raise ChannelClosed()
    if state is ChannelState.PAUSED:
        raise ChannelPaused()
    return by.person


def may_read(by: Actor, person: PersonId, organisation: OrganisationId) -> None:
    """The person whose conversation it is, and who works for the channel; nobody else, no steward. Raises NotAllowed."""
    if by.person is None or (by.person != person and not by.works_for(organisation)):
        raise NotAllowed(needs="own_conversation")


def may_serve(by: Actor, organisation: OrganisationId) -> PersonId:
    """Who answers people for the channel: whoever works for its organisation. Raises NotAllowed."""
    if by.person is None or not by.works_for(organisation):
        raise NotAllowed(needs="staff")
    return by.person


def may_judge(by: Actor) -> PersonId:
    """Who decides about reported messages. Raises NotAllowed."""
    if by.person is None or not by.is_steward:
        raise NotAllowed(needs="steward")
    return by.person


def bot_answers(attended: Attended) -> bool:
    """Whether the bot still has the word: not once a person was asked for or took over, even while it was thinking."""
    return attended is Attended.BOT


def unread(entries: Sequence[tuple[int, Speaker]], read_to: int, *, staff: bool) -> int:
    """How many of the entries (position, speaker) their reader has not seen: what the other side said after `read_to`.

    To staff the bot's words and sendings are their own side's.
    """
    return sum(1 for position, speaker in entries if position > read_to and (speaker is Speaker.PERSON) == staff)


def read_to(before: int, seen: int, last: int) -> int:
    """The position read up to: it never goes back, and never beyond what was said."""
    return max(before, min(seen, last))


def clean_client_id(said: str) -> str:
    """The browser's id of a message. Raises BadValue."""
    if not CLIENT_ID.fullmatch(said):
        raise BadValue(field="client_id", reason="malformed")
    return said


def clean_search(words: str) -> str:
    """What to look for. Raises BadValue when it is too short to mean anything, or too long."""
    clean = " ".join(words.split())
    if not SEARCH_LENGTH[0] <= len(clean) <= SEARCH_LENGTH[1]:
        raise BadValue(field="q", reason="length")
    return clean


def clean_why(why: str) -> str:
    """Why a message is reported. Raises BadValue."""
    clean = why.strip()
    if not WHY_LENGTH[0] <= len(clean) <= WHY_LENGTH[1]:
        raise BadValue(field="why", reason="length")
    return clean


def is_own(speaker: str, *, mine: bool) -> bool:
    """Whether the words are of the reader's own side. `mine`: the reader is the person, not the staff."""
    return (Speaker(speaker) is Speaker.PERSON) == mine
