"""What protects people of a group from each other: complaints, words hidden, people blocked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from dure.base.actors import PersonId
from dure.base.refusals import Refusal

from .values import ProjectId

__all__ = ["Blocked", "Complaint", "ComplaintId", "ComplaintKind", "Hush", "HushId", "Meant", "OwnWords", "Silenced"]

HushId = NewType("HushId", UUID)
ComplaintId = NewType("ComplaintId", UUID)


class ComplaintKind(StrEnum):
    """What somebody complains of."""

    PROOF = "proof"
    COMMENT = "comment"
    MEETING = "meeting"  # the words with which it was called
    PERSON = "person"  # how somebody behaves in the project


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What somebody says breaks the rules, as a steward reads it: not who said so."""

    id: ComplaintId
    kind: ComplaintKind
    subject: UUID  # of a proof, a comment or a person
    project: ProjectId
    whose: PersonId
    words: str  # as they stood when it was said; they may have been changed or deleted since
    whys: tuple[str, ...]  # of everybody who complains of the same
    at: datetime


@dataclass(frozen=True, slots=True)
class Meant:
    """What a complaint means: whose it is, in which project, and its words."""

    whose: PersonId
    project: ProjectId
    words: str = ""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody whose words one does not want to see."""

    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """What a steward took out of a group: a proof out of its sight, or the word from a person."""

    id: HushId
    project: ProjectId
    kind: ComplaintKind
    subject: UUID
    why: str
    at: datetime


class Silenced(Refusal):
    """A steward decided that this person says nothing more in this project; `why`."""

    why: str


class OwnWords(Refusal):
    """Nobody complains of, or blocks, themselves."""
