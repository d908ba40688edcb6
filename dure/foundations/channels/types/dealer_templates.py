"""Templates at dealers: an AlimTalk text is looked at by people there before it may be sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from dure.base.refusals import Refusal

from .broadcasts import TemplateId
from .content import Button


class ReviewState(StrEnum):
    """How a template stands at a dealer."""

    WANTED = "wanted"  # we have not told the dealer yet
    ASKED = "asked"  # they look at it, for up to two working days
    APPROVED = "approved"
    REJECTED = "rejected"  # `comment` says why; the next version is another template
    RETIRED = "retired"  # stopped there


@dataclass(frozen=True, slots=True)
class DealerTemplate:
    """One version of a template at one dealer."""

    id: UUID
    template: TemplateId
    dealer: str
    code: str  # the dealer's; empty until it is registered
    state: ReviewState
    comment: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class WantedTemplate:
    """What a dealer is told. `mark` is ours, the same for the same template, at most 20 characters."""

    mark: str
    name: str
    text: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a dealer says of a template."""

    state: ReviewState
    comment: str = ""


class TemplateUnfit(Refusal):
    """The template cannot be one at a dealer; `rule` says why: "not_approved", "ad", "length", "variables", "buttons" (too
    many), "button" (its name or kind).
    """

    rule: str


class Reviewing(Protocol):
    """A dealer that has templates looked at. Calls may take seconds, may raise NoAnswer, and are safe to repeat."""

    @property
    def dealer(self) -> str:
        """The word stored with each."""

    def register(self, wanted: WantedTemplate) -> str:
        """Tell the dealer of a template and have it looked at; answers the dealer's code for it."""

    def review(self, code: str) -> Review:
        """How the template stands there."""
