"""Bots: what somebody said, the commands that houses answer, and what they answer with."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from dure.base.actors import PersonId

from .channels import ChannelId
from .content import Content

type Answer = Content


class AskedIn(StrEnum):
    """Where somebody talks to the bot."""

    INBOX = "inbox"
    SKILL = "skill"  # the Kakao chatbot skill protocol, v2.0


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to a channel's bot. `person` is None for somebody whom only the other messenger knows.

    `action` is the "house.verb:argument" of a button that was pressed; `argument` the part after the colon.
    """

    channel: ChannelId
    person: PersonId | None
    words: str
    action: str = ""
    asked_in: AskedIn = AskedIn.INBOX

    @property
    def argument(self) -> str:
        return self.action.partition(":")[2]


type Answering = Callable[[Said], Answer | None]
"""Answers in the active language; None: nothing to say here, the next command is asked."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a house answers. `name` is "house.verb"; a button with the action "house.verb:argument" asks for it.

    `phrases` are words by which people ask for it, in any language; `label` is what a suggestion to ask it says, empty: it is
    not suggested. A slow one is never waited for: its answer follows.
    """

    name: str
    answering: Answering
    phrases: tuple[str, ...] = ()
    label: str = ""
    slow: bool = False
